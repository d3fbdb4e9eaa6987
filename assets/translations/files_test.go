package translations_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"testing"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"fanlight/assets/translations"
)

// same are sentences that may read as in English, in any language.
var same = []string{
	"Port", "Text",
	"Live", "Pause", "Passcode", "Certificate, SHA-256", "{{.Rate}} fps", "{{.Minutes}} min", "{{.Hours}} h {{.Minutes}} min",
	"{{.Name}}: off", "{{.Name}}: on", "Open", "Snapshot", "Ctrl+{{.Key}}",
	"LIVE", "End", "Volume", "Microphone", "{{.Size}} MB", "{{.Size}} GB",
}

// file is a language's file: for each key a text, or texts by their plural forms.
type file map[string]forms

type forms map[string]string

// UnmarshalJSON reads a text as the form "other".
func (f *forms) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		*f = forms{"other": text}
		return nil
	}
	return json.Unmarshal(data, (*map[string]string)(f))
}

// Each language has every sentence of the program and no other. Translators run this
// test: `make translations ONLY=fr`.
func TestFiles(t *testing.T) {
	keys := usedKeys(t)
	for tag, content := range translations.Files() {
		t.Run(tag, func(t *testing.T) {
			var f file
			if err := json.Unmarshal(content, &f); err != nil {
				t.Fatal(err)
			}
			for _, key := range slices.Sorted(maps.Keys(f)) {
				if _, used := keys[key]; !used {
					t.Errorf("nobody says %q any more", key)
				}
			}
			for _, key := range slices.Sorted(maps.Keys(keys)) {
				if tag == "en" && !keys[key] {
					continue // the key is the sentence
				}
				for _, mistake := range f.mistakes(tag, key, keys[key]) {
					t.Errorf("%q %s", key, mistake)
				}
			}
		})
	}
}

var field = regexp.MustCompile(`\{\{\.\w+\}\}`)

// mistakes are those of a sentence, in words.
func (f file) mistakes(tag, key string, counted bool) (words []string) {
	texts, there := f[key]
	if !there {
		return []string{"is missing"}
	}
	needed := []string{"other"}
	if counted {
		needed = pluralForms(tag)
	}
	for _, form := range needed {
		if texts[form] == "" {
			words = append(words, "has no form "+form)
		}
	}
	for _, form := range slices.Sorted(maps.Keys(texts)) {
		text := texts[form]
		if !slices.Contains(needed, form) {
			words = append(words, "has the form "+form+", which the language lacks")
		}
		if tag != "en" && text == key && !slices.Contains(same, key) {
			words = append(words, "is not translated")
		}
		// A form for one number may do without it, as in "one viewer".
		if !sameFields(key, text) && !(counted && form != "other") {
			words = append(words, "has other fields in "+text)
		}
	}
	return words
}

func sameFields(a, b string) bool {
	return slices.Equal(slices.Sorted(slices.Values(field.FindAllString(a, -1))), slices.Sorted(slices.Values(field.FindAllString(b, -1))))
}

// pluralForms are those that a language has for whole numbers, and "other", which the page
// falls back to.
func pluralForms(tag string) []string {
	names := map[plural.Form]string{plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many", plural.Other: "other"}
	found := map[string]bool{"other": true}
	for n := range 1000 {
		found[names[plural.Cardinal.MatchPlural(language.MustParse(tag), n, 0, 0, 0, 0)]] = true
	}
	return slices.Sorted(maps.Keys(found))
}

func TestMistakesAreFound(t *testing.T) {
	f := file{
		"Copy {{.What}}":         {"other": "{{.Was}} kopieren"},
		"Quit":                   {"other": "Quit"},
		"{{.Count}} viewers":     {"one": "ein Zuschauer"},
		"{{.Count}} days":        {"one": "ein Tag", "few": "einige Tage", "other": "{{.Count}} Tage"},
		"{{.Count}} cameras":     {"one": "eine Kamera", "other": "{{.Count}} Kameras"},
		"{{.Rate}} fps":          {"other": "{{.Rate}} fps"},
		"Watch {{.A}} on {{.B}}": {"other": "{{.B}}: {{.A}}"},
	}
	for key, want := range map[string]string{
		"Copy {{.What}}": "has other fields in {{.Was}} kopieren", "Quit": "is not translated", "Close": "is missing",
		"{{.Count}} viewers": "has no form other", "{{.Count}} days": "has the form few, which the language lacks",
		"{{.Count}} cameras": "", "{{.Rate}} fps": "", "Watch {{.A}} on {{.B}}": "",
	} {
		got := f.mistakes("de", key, len(f[key]) > 1 || key == "{{.Count}} viewers")
		if len(got) > 1 || len(got) == 1 && got[0] != want || len(got) == 0 && want != "" {
			t.Errorf("%q: %q, want %q", key, got, want)
		}
	}
	if got := pluralForms("ar"); !slices.Equal(got, []string{"few", "many", "one", "other", "two", "zero"}) {
		t.Errorf("Arabic has the forms %q", got)
	}
	if got := pluralForms("ja"); !slices.Equal(got, []string{"other"}) {
		t.Errorf("Japanese has the forms %q", got)
	}
}
