package web

import (
	"io"
	"strings"
	"testing"
)

func TestThePageOfAPictureAsksForTheSamePicture(t *testing.T) {
	h := serve(t, 0)
	for path, source := range map[string]string{
		"/stream.mjpg":                   "./stream.mjpg",
		"/snapshot.jpg?t=12:30":          "./snapshot.jpg?t=12:30",
		"/?action=snapshot&t=12:30":      "./?action=snapshot&amp;t=12:30",
		"/video_feed?%22%3E%3Cscript%3E": "./video_feed?%22%3E%3Cscript%3E",
		"/stream?javascript:alert(1)":    "./stream?javascript:alert%281%29",
	} {
		page, _ := io.ReadAll(h.ask(t, "GET", path, "", chromeAgent, languages, forDocument, "Host: lamp.local").Body)
		if !strings.Contains(string(page), `<img src="`+source+`" `) {
			t.Errorf("%s: want a picture from %s\n%s", path, source, page)
		}
	}
}
