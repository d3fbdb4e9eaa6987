package web

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestOnlyTheOwnerIsToldWhyTheCameraIsLost(t *testing.T) {
	h := serveWith(t, Options{OwnerKey: "k"}, StreamOptions{}, nil)
	h.bench.ID = "command:cat /secret"
	why := errors.New("cat of /secret has ended")
	h.bench.Fail.Store(&why)
	h.feed.Use(h.bench.Source())
	h.get(t, "GET", "/stream.mjpg")
	for header, want := range map[string]struct{ id, reason string }{
		"":                         {"command", "its owner sees why in Fanlight's window"},
		"Authorization: Bearer no": {"command", "its owner sees why in Fanlight's window"},
		"Authorization: Bearer k":  {"command:cat /secret", why.Error()},
	} {
		var now struct {
			State, Reason string
			Camera        struct{ ID string }
		}
		eventually(t, "the camera to be lost", func() bool {
			if err := json.NewDecoder(h.ask(t, "GET", "/api/status", "", header).Body).Decode(&now); err != nil {
				t.Fatal(err)
			}
			return now.State == "lost"
		})
		if now.Camera.ID != want.id || now.Reason != want.reason {
			t.Errorf("with %q: %+v", header, now)
		}
	}
	refused := h.get(t, "GET", "/snapshot.jpg")
	if body, _ := io.ReadAll(refused.Body); refused.StatusCode != 503 || strings.Contains(string(body), "secret") || !strings.Contains(string(body), "the camera is lost") {
		t.Errorf("%s %s", refused.Status, body)
	}
}
