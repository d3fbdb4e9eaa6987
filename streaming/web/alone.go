package web

import (
	"html/template"
	"net/http"
	"path"
	"strings"
)

// alonePage shows a picture or the stream as a browser itself does with an image.
var alonePage = template.Must(template.New("alone").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{{.Name}}</title>
<style>
html { height: 100%; background: #0e0e0e }
body { height: 100%; margin: 0; display: grid; place-items: center }
img { max-width: 100%; max-height: 100%; min-height: 0 }
</style>
<img src="{{.Source}}" alt="{{.Name}}">
`))

const alonePolicy = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

// embedded wraps a handler for pictures: it refuses them to pages that may not embed them.
//
// A browser that may be showing them in a frame gets a page with the picture in it. One in
// the frame of another site's page refuses the page by its policy, and so does not turn the
// camera on; all others show the same as without it.
func (s *Stream) embedded(picture http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if no := s.server.origins.refuse(r); no != nil {
			no.answer(w)
			return
		}
		known := r.Header.Get("Sec-Fetch-Dest") != "" || s.server.origins.trust(r)
		if known || r.Method != http.MethodGet || !mayBeLink(r) {
			picture(w, r)
			return
		}
		s.showAlone(w, r)
	}
}

func (s *Stream) showAlone(w http.ResponseWriter, r *http.Request) {
	source := "./" + strings.TrimPrefix(path.Base(r.URL.Path), "/") // without ./, a colon in the query would end a scheme
	if r.URL.RawQuery != "" {
		source += "?" + r.URL.RawQuery
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	s.setPolicy(w, r, alonePolicy)
	if err := alonePage.Execute(w, struct{ Name, Source string }{s.Name(), source}); err != nil {
		s.server.log.Debug("page not sent", "err", err)
	}
}

// setPolicy sets a page's policy, with the pages that may frame it.
func (s *Stream) setPolicy(w http.ResponseWriter, r *http.Request, policy string) {
	w.Header().Set("Content-Security-Policy", policy+"; "+s.server.origins.framing(r))
}
