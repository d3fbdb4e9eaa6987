package main

import (
	"io"
	"log/slog"
	"strings"
	"testing"
)

// TestOwnerSaysWhetherViewersMayRewind is remembered, and --no-rewind holds for the run.
func TestOwnerSaysWhetherViewersMayRewind(t *testing.T) {
	p, s := shared(t, options{})
	timeline := func() string {
		response, err := client.Get(s.Link + "api/timeline")
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	if now := timeline(); !s.Rewind || s.RewindGiven || !strings.Contains(now, `"rewind":true`) {
		t.Errorf("at first: %v, %s", s.Rewind, now)
	}
	p.SetRewind(false)
	if now := timeline(); p.state().Rewind || !strings.Contains(now, `"rewind":false`) {
		t.Errorf("forbidden: %s", now)
	}
	afterJobs(t, p)
	if !loadSettings(slog.Default()).get().NoRewind {
		t.Error("it is not kept on disk")
	}
	settings := &settings{}
	for given, want := range map[bool]bool{false: true, true: false} {
		p := newProgram(options{NoRewind: given, NoDiscovery: true}, settings, tried("test:one"), nil, slog.Default())
		if s := p.state(); s.Rewind != want || s.RewindGiven != given {
			t.Errorf("given by hand (%v): %v, %v", given, s.Rewind, s.RewindGiven)
		}
		p.close()
	}
}
