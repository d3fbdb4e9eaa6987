package main

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// Names and web sites are allowed by hand, and web sites in the settings too.
func TestAllowedHostsAndOrigins(t *testing.T) {
	config := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", config)
	if err := os.Mkdir(filepath.Join(config, "fanlight"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(config, "fanlight", "settings.json"), []byte(`{"allow_origins": ["https://kept.example.org"]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	h := startHeadless(t, "--camera", "emulated", "--allow-host", "Cam.example.org", "--allow-host", "cam.example.com", "--allow-origin", "https://dash.example.org")
	for _, test := range []struct {
		host, origin string
		status       int
	}{
		{"cam.example.org:8080", "", 200},
		{"cam.example.com", "", 200},
		{"cam.example.net", "", http.StatusMisdirectedRequest},
		{"", "https://dash.example.org", 200},
		{"", "https://kept.example.org", 200},
		{"", "https://other.example.org", http.StatusForbidden},
	} {
		request, err := http.NewRequestWithContext(t.Context(), "GET", h.link+"snapshot.jpg", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = test.host
		if test.origin != "" {
			request.Header.Set("Origin", test.origin)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != test.status {
			t.Errorf("%+v: %s", test, response.Status)
		}
	}
}
