package translations

import (
	"embed"
	"encoding/json"
	"iter"
	"slices"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed *.json
var files embed.FS

// names are the languages, English first, each with its name in itself.
var names = []struct{ tag, name string }{
	{"en", "English"},
	{"de", "Deutsch"},
	{"fr", "Français"},
	{"es", "Español"},
	{"pt", "Português"},
	{"it", "Italiano"},
	{"pl", "Polski"},
	{"ja", "日本語"},
	{"zh", "简体中文"},
	{"ar", "العربية"},
}

// Files ranges over the languages that there is a file for: the tag and the content.
func Files() iter.Seq2[string, []byte] {
	return func(yield func(tag string, content []byte) bool) {
		for _, l := range names {
			if content, err := files.ReadFile(l.tag + ".json"); err == nil && !yield(l.tag, content) {
				return
			}
		}
	}
}

// loaded is what the files say.
type loaded struct {
	languages []Language
	tags      []language.Tag // of the languages, in the same order
	matcher   language.Matcher
}

// load reads the files, once.
var load = sync.OnceValue(func() loaded {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	var l loaded
	for tag, content := range Files() {
		parsed, err := bundle.ParseMessageFileBytes(content, tag+".json")
		if err != nil {
			panic(err) // a test reads the same files
		}
		messages := map[string]*i18n.Message{}
		for _, m := range parsed.Messages {
			messages[m.ID] = m
		}
		at := slices.IndexFunc(names, func(n struct{ tag, name string }) bool { return n.tag == tag })
		l.languages = append(l.languages, Language{&spoken{tag, names[at].name, i18n.NewLocalizer(bundle, tag), messages}})
		l.tags = append(l.tags, parsed.Tag)
	}
	l.matcher = language.NewMatcher(l.tags)
	return l
})
