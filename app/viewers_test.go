package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fanlight/drivers"
)

// readOwnerKey returns the key that the program has kept; empty if it keeps no settings.
func readOwnerKey(t *testing.T) string {
	t.Helper()
	dir, err := configDir()
	if err != nil {
		return ""
	}
	content, err := os.ReadFile(filepath.Join(dir, "settings.json"))
	if err != nil {
		return ""
	}
	var kept remembered
	if err := json.Unmarshal(content, &kept); err != nil {
		t.Fatal(err)
	}
	return kept.OwnerKey
}

// Whatever a camera's address or command is, viewers are told its kind, and the owner why
// it is lost.
func TestViewersLearnNothingOfTheCamerasAddressOrCommand(t *testing.T) {
	for choice, kind := range map[string]string{
		"http://127.0.0.1:1/secret":                "Network camera",
		"http://hush@127.0.0.1:1/?sig=secret":      "Network camera",
		"opencv:rtsp://u:hush@127.0.0.1:1/secret":  "Network camera",
		"command:sh -c 'echo secret >&2; exit 1'":  "Program",
		"command:cat /secret -H 'X-Api-Key: hush'": "Program",
	} {
		t.Run(choice, func(t *testing.T) {
			h := startHeadless(t, "--camera", choice)
			stream := h.get(t, "stream.mjpg")
			owner := h.waitFor(t, "the camera to be lost", func(s status) bool { return s.State == "lost" })
			stream.Body.Close()
			if owner.Camera.ID == "" || owner.Reason == "" || owner.Reason == "its owner sees why in Fanlight's window" {
				t.Errorf("the owner is told %+v", owner)
			}
			told := ""
			for _, path := range []string{"", "api/status", "snapshot.jpg", "manifest.webmanifest", "metrics"} {
				answer := h.get(t, path)
				body, err := io.ReadAll(answer.Body)
				if err != nil {
					t.Fatal(err)
				}
				told += answer.Header.Get("Content-Disposition") + string(body)
			}
			for _, word := range []string{"hush", "secret", "127.0.0.1", "rtsp", "cat ", "sh -c", "ended ("} {
				if strings.Contains(told, word) {
					t.Errorf("viewers are told %q: %s", word, told)
				}
			}
			if !strings.Contains(told, `"name":"`+kind+`"`) || !strings.Contains(told, kind+" on ") {
				t.Errorf("viewers are not told of a %s: %s", kind, told)
			}
			if strings.Contains(h.stderr.String(), "hush") {
				t.Errorf("logged: %s", h.stderr)
			}
		})
	}
}

func TestNamesForViewers(t *testing.T) {
	for choice, want := range map[string]string{"emulated": "Emulated camera", "http://cam.local/video": "Network camera", "rtsp://cam.local/": "Network camera", "command:sh": "Program"} {
		camera, err := drivers.Find(t.Context(), choice)
		if got := nameForViewers(camera); err != nil || got != want {
			t.Errorf("%s: %q, %v", choice, got, err)
		}
	}
}
