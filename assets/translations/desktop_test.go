package translations_test

import (
	"regexp"
	"strings"
	"testing"

	"fanlight/assets/translations"
)

const packageFiles = "assets/package/io.github.fanlight.Fanlight."

// The launcher and the software centre speak the program's languages.
func TestDesktopSpeaksTheLanguages(t *testing.T) {
	entry := read(t, glob(t, packageFiles+"desktop")[0])
	metainfo := read(t, glob(t, packageFiles+"metainfo.xml")[0])
	// Each text in English, with the lines below it that have it in other languages.
	texts := regexp.MustCompile(`(?m)^(GenericName|Comment|Name)=(.*)\n((?:[A-Za-z]+\[.*\n)*)`).FindAllStringSubmatch(entry, -1)
	if len(texts) != 5 {
		t.Fatalf("the entry has %d texts: %q", len(texts), texts)
	}
	for _, language := range translations.All() {
		tag := language.Tag()
		if tag == "zh" {
			tag = "zh_CN" // where Chinese is written in simplified characters
		}
		if want := `<lang percentage="100">` + tag + `</lang>`; !strings.Contains(metainfo, want) {
			t.Errorf("the metainfo lacks %s", want)
		}
		if tag == "en" {
			continue
		}
		if !strings.Contains(metainfo, `<summary xml:lang="`+tag+`">`) {
			t.Errorf("the metainfo has no summary in %s", tag)
		}
		for _, text := range texts {
			key, english, others := text[1], text[2], text[3]
			if english != "Fanlight" && !strings.Contains("\n"+others, "\n"+key+"["+tag+"]=") {
				t.Errorf("the desktop entry does not say %q in %s", english, tag)
			}
		}
	}
}
