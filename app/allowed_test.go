package main

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fanlight/ui"
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
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != test.status {
			t.Errorf("%+v: %s", test, response.Status)
		}
	}
}

// The window's sites may show the pictures at once, and in the next run too.
func TestSitesOfTheWindow(t *testing.T) {
	p, s := shared(t, options{})
	const site = "https://dash.example.org"
	shows := func() int {
		request, err := http.NewRequestWithContext(t.Context(), "GET", s.Link+"snapshot.jpg", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Origin", site)
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response.StatusCode
	}
	if got := shows(); got != http.StatusForbidden {
		t.Errorf("before, its pages get %d", got)
	}
	if err := p.SetSites([]string{"https://Dash.example.org:443/", "http://tv.example.net:8123"}); err != nil {
		t.Fatal(err)
	}
	if got := shows(); got != http.StatusOK {
		t.Errorf("allowed, its pages get %d", got)
	}
	want := []string{site, "http://tv.example.net:8123"}
	until(t, p, "the sites as browsers write them", func(s ui.State) bool { return slices.Equal(s.Sites, want) && !s.SitesGiven })

	if err := p.SetSites([]string{site, "dash"}); err == nil || !strings.Contains(err.Error(), "a web site is written as https://dash.example.org") {
		t.Errorf("no site: %v", err)
	}
	if got := shows(); got != http.StatusOK {
		t.Errorf("after a refusal, its pages get %d", got)
	}
	p.done()
	if got := loadSettings(p.log).get().AllowOrigins; !slices.Equal(got, want) {
		t.Errorf("remembered: %q", got)
	}
	if err := p.SetSites(nil); err != nil {
		t.Fatal(err)
	}
	if got := shows(); got != http.StatusForbidden {
		t.Errorf("taken away, its pages get %d", got)
	}
}

func TestSitesGivenByHand(t *testing.T) {
	p := windowless(t, options{AllowOrigin: []string{"https://dash.example.org"}})
	if s := p.state(); !s.SitesGiven || !slices.Equal(s.Sites, []string{"https://dash.example.org"}) {
		t.Errorf("the window shows %q, given %v", s.Sites, s.SitesGiven)
	}
}
