package web

import (
	"encoding/json"
	"net/http"
	"text/template"

	"fanlight/assets"
)

// pageFiles are answered at their own names.
var pageFiles = []string{
	"page.css", "timeline.css", "sound.css", "recordings.css", "page.js", "film.js", "player.js", "timeline.js", "sound.js", "lag.js", "pcm.js", "opus.js", "queue.js", "viewer.js", "picture.js", "multipart.js", "slow.js", "windows.js", "screen.js", "words.js", "passcode.js",
	"apple-touch-icon.png", "icon-192.png", "maskable-192.png", "maskable-512.png",
}

var manifestText = template.Must(template.New("manifest").Parse(assets.Manifest))

// manifest answers with what a browser needs to put the page on the home screen. The
// name below the icon is the stream's, so that those of two cameras differ.
func (s *Stream) manifest(w http.ResponseWriter, r *http.Request) {
	name, err := json.Marshal(s.Name())
	if err != nil {
		panic(err) // every string can be written as JSON
	}
	w.Header().Set("Content-Type", "application/manifest+json")
	w.Header().Set("Cache-Control", "no-cache")
	if err := manifestText.Execute(w, string(name)); err != nil {
		s.server.log.Debug("manifest not sent", "err", err)
	}
}

func largeIcon(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "image/png")
	w.Write(assets.Icon)
}
