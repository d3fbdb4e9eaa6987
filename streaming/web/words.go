package web

import (
	"bytes"
	"encoding/json"
	"html/template"
	"io/fs"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"fanlight/assets"
	"fanlight/assets/translations"
)

// answerIn chooses the language of an answer, by what the request prefers, and says so in
// the answer's header.
func answerIn(w http.ResponseWriter, r *http.Request) translations.Language {
	l := translations.Match(r.Header.Get("Accept-Language"))
	w.Header().Add("Vary", "Accept-Language")
	w.Header().Set("Content-Language", l.Tag())
	return l
}

// translated is the refusal in the language of a person with a browser. Programs get it in
// English.
func (r refusal) translated(w http.ResponseWriter, request *http.Request) *refusal {
	if strings.Contains(request.Header.Get("Accept"), "text/html") {
		r.sentence = answerIn(w, request).Sentence(r.sentence)
	}
	return &r
}

// words are what the templates of the pages are executed with.
type words struct {
	translations.Language
	Name, Wrong, Form string // of the passcode page
}

// T translates a sentence.
func (w words) T(key string) string { return w.Text(key, nil) }

// Dir is the direction of the language.
func (w words) Dir() string {
	if w.RightToLeft() {
		return "rtl"
	}
	return "ltr"
}

// Words are the sentences that page/words.js translates, as JSON: those in the scripts,
// and those of the server that the scripts show.
func (w words) Words() (string, error) {
	sentences := map[string]map[string]string{}
	for _, key := range slices.Concat(scriptKeys(), translations.Others) {
		sentences[key] = w.Forms(key)
	}
	written, err := json.Marshal(sentences)
	return string(written), err
}

// translatedKey is where a script translates a sentence.
var translatedKey = regexp.MustCompile(`\b(?:t|counted)\("([^"]+)"`)

// scriptKeys finds the sentences in the scripts.
var scriptKeys = sync.OnceValue(func() []string {
	scripts, err := fs.Glob(assets.Page, "page/*.js")
	if err != nil {
		panic(err) // the pattern is well formed
	}
	var keys []string
	for _, name := range scripts {
		script, err := fs.ReadFile(assets.Page, name)
		if err != nil {
			panic(err) // Glob has found it
		}
		for _, found := range translatedKey.FindAllSubmatch(script, -1) {
			keys = append(keys, string(found[1]))
		}
	}
	return keys
})

// viewerPages are the viewer page in each language, by its tag.
var viewerPages = sync.OnceValue(func() map[string][]byte {
	page := template.Must(template.ParseFS(assets.Page, "page/index.html", "page/timeline.html", "page/sound.html"))
	pages := map[string][]byte{}
	for _, l := range translations.All() {
		var written bytes.Buffer
		if err := page.Execute(&written, words{Language: l}); err != nil {
			panic(err) // a test writes the same pages
		}
		pages[l.Tag()] = written.Bytes()
	}
	return pages
})

// viewerPage answers with the viewer page in the viewer's language.
func viewerPage(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-cache")
	page := viewerPages()[answerIn(w, r).Tag()]
	http.ServeContent(w, r, "index.html", time.Time{}, bytes.NewReader(page))
}
