package web

import (
	"io"
	"strings"
	"testing"
)

// Dashboards and plugins of OctoPrint append to /?action=stream what they need against
// caches, proxies double the slash, and mjpg-streamer numbers its inputs.
func TestFormsOfMjpgStreamersAddresses(t *testing.T) {
	h := serve(t, 0)
	for path, want := range map[string]string{
		"/?action=stream?nonce_dashboard=1679189181050": "multipart/", "/?action=stream?1679189181050": "multipart/",
		"/?action=stream&1679189181050": "multipart/", "/?action=stream_0": "multipart/", "//?action=stream": "multipart/", "///?action=stream": "multipart/",
		"/?action=stream/": "multipart/", "//stream.mjpg": "multipart/", "/stream.mjpg?1679189181050": "multipart/",
		"/?action=snapshot?1679189181050": "image/jpeg", "/?action=snapshot_0": "image/jpeg", "//?action=snapshot&t=1": "image/jpeg", "//snapshot.jpg": "image/jpeg",
	} {
		response := h.ask(t, "GET", path, "")
		if kind := response.Header.Get("Content-Type"); response.StatusCode != 200 || !strings.HasPrefix(kind, want) {
			t.Errorf("%s: %s %s", path, response.Status, kind)
		}
		response.Body.Close()
	}
	for path, want := range map[string]struct {
		status   int
		sentence string
	}{
		"/?action=command&dest=0&plugin=0&id=9963776&group=1&value=50": {403, "owner does that in Fanlight's window"},
		"/?action=":         {400, "either stream or snapshot"},
		"/?action=stream_1": {400, "either stream or snapshot"},
		"/?action=streams":  {400, "either stream or snapshot"},
	} {
		response := h.ask(t, "GET", path, "")
		body, _ := io.ReadAll(response.Body)
		if response.StatusCode != want.status || !strings.Contains(string(body), want.sentence) {
			t.Errorf("%s: %s %s", path, response.Status, body)
		}
	}
}

func TestDoubledSlashLeadsNowhereElse(t *testing.T) {
	h := serve(t, 0)
	for path, want := range map[string]int{"//": 200, "//evil.example/": 404, "//nothing": 404, "//%2fevil.example": 404} {
		if response := h.ask(t, "GET", path, ""); response.StatusCode != want || response.Header.Get("Location") != "" {
			t.Errorf("%s: %s to %q", path, response.Status, response.Header.Get("Location"))
		}
	}
}
