package main

import (
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fanlight/drivers"
	"fanlight/streaming/reach/reachtest"
	"fanlight/ui"
)

// preferring makes a program with settings in a folder of the test's own.
func preferring(t *testing.T, args ...string) *program {
	t.Helper()
	o, done, err := parseOptions(append([]string{"--no-discovery"}, args...), nil, nil)
	if err != nil || done {
		t.Fatal(err, done)
	}
	p := newProgram(o, loadSettings(slog.Default()), emulated(t), nil, slog.Default())
	t.Cleanup(p.close)
	return p
}

func emulated(t *testing.T) drivers.Camera {
	t.Helper()
	camera, err := drivers.Find(t.Context(), "emulated")
	if err != nil {
		t.Fatal(err)
	}
	return camera
}

// done waits for the jobs that were added before.
func (p *program) done() {
	reached := make(chan struct{})
	p.jobs.add(func() { close(reached) })
	<-reached
}

func TestPreferencesAreRemembered(t *testing.T) {
	settingsFile(t)
	pictures := t.TempDir()
	p := preferring(t)
	p.SetTheme(ui.DarkTheme)
	p.SetLanguage("pl")
	p.SetIdle(2 * time.Minute)
	p.HideCamera(ui.Camera{ID: "v4l2:b", Name: "Back"}, true)
	p.HideCamera(ui.Camera{ID: "v4l2:a", Name: "Attic"}, true)
	p.HideCamera(ui.Camera{ID: "v4l2:b", Name: "Back"}, false)
	free := reachtest.Port(t)
	if err := errors.Join(answered(p.SetPictures, pictures), p.SetPort(free)); err != nil {
		t.Fatal(err)
	}
	p.done()
	s := preferring(t).state()
	if g := s.General; g.Theme != ui.DarkTheme || g.Language != "pl" || g.Idle != 2*time.Minute || g.Pictures != pictures || g.Port != free ||
		g.PortGiven || g.IdleGiven {
		t.Errorf("kept %+v", g)
	}
	if want := []ui.Camera{{ID: "v4l2:a", Name: "Attic"}}; !slices.Equal(s.Hidden, want) {
		t.Errorf("hides %v, want %v", s.Hidden, want)
	}
}

func TestCommandLineWinsOverPreferences(t *testing.T) {
	settingsFile(t)
	p := preferring(t)
	p.SetIdle(time.Minute)
	if err := p.SetPort(reachtest.Port(t)); err != nil {
		t.Fatal(err)
	}
	p.done()
	s := preferring(t, "--idle", "3s", "--listen", "127.0.0.1:8099", "--name", "Door", "--share").state()
	g := s.General
	if g.Idle != 3*time.Second || !g.IdleGiven || g.Port != 8099 || !g.PortGiven || !g.ShareGiven || s.Name != "Door" || !s.NameGiven {
		t.Errorf("%+v of %q", g, s.Name)
	}
}

func TestKeptValuesOutOfBoundsAreTheUsualOnes(t *testing.T) {
	settingsFile(t)
	settings := loadSettings(slog.Default())
	err := settings.change(func(r *remembered) { r.IdleSeconds, r.Port, r.Theme = 1_000_000, 70000, "pink" })
	if err != nil {
		t.Fatal(err)
	}
	if g := preferring(t).state().General; g.Idle != 10*time.Second || g.Port != 8080 || g.Theme != ui.SystemTheme {
		t.Errorf("%+v", g)
	}
}

// answered waits for what is told about a folder, as the window does not: the answer
// comes from another goroutine, or this would hang.
func answered(set func(dir string, told func(error)), dir string) error {
	answer := make(chan error)
	set(dir, func(why error) { answer <- why })
	return <-answer
}

// TestLeavingWhileFoldersAreAskedAbout has one that was entered just before be kept, and one on a
// disk that does not answer hold nobody up.
func TestLeavingWhileFoldersAreAskedAbout(t *testing.T) {
	settingsFile(t)
	o, _, err := parseOptions([]string{"--no-discovery"}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	p := newProgram(o, loadSettings(slog.Default()), emulated(t), nil, slog.Default())
	dead, last := make(chan struct{}), t.TempDir()
	defer close(dead)
	p.probing.Go(func() { <-dead })
	p.SetPictures(last, func(error) {})
	p.close()
	if kept := loadSettings(slog.Default()).get().Pictures; kept != last {
		t.Errorf("%q is kept, not %s", kept, last)
	}
}

func TestOnlyTheLastFolderCounts(t *testing.T) {
	settingsFile(t)
	p := preferring(t)
	slow, last := t.TempDir(), t.TempDir()
	hold := make(chan struct{})
	p.jobs.add(func() { <-hold }) // the answer about slow comes, and then its job waits
	err := errors.Join(answered(p.SetPictures, slow), answered(p.SetPictures, "~"), answered(p.SetPictures, last))
	p.picturesTurn.Add(1) // as if one more was asked, which does not answer
	close(hold)
	p.done()
	if got := p.picturesDir(); err != nil || got != usualPictures() {
		t.Errorf("saves in %s: %v", got, err)
	}
	if err := answered(p.SetPictures, last); err != nil {
		t.Error(err)
	}
	p.done()
	if got := p.picturesDir(); got != last {
		t.Errorf("saves in %s, want %s", got, last)
	}
}

func TestFolderForPicturesMustTakeThem(t *testing.T) {
	settingsFile(t)
	p := preferring(t)
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{
		filepath.Join(home, "gone"): "there is no folder " + filepath.Join(home, "gone"),
		"pictures":                  "write the whole path",
		"/sys":                      "nothing can be saved in /sys",
	} {
		if err := answered(p.SetPictures, dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", dir, err, want)
		}
	}
	if err := answered(p.SetPictures, "~"); err != nil {
		t.Error(err)
	}
	p.done()
	if got := p.picturesDir(); got != home {
		t.Errorf("saves in %s", got)
	}
	if left, err := filepath.Glob(filepath.Join(home, ".fanlight-*")); len(left) > 0 || err != nil {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := answered(p.SetPictures, ""); err != nil {
		t.Error(err)
	}
	p.done()
	if got := p.picturesDir(); got != usualPictures() {
		t.Errorf("saves in %s", got)
	}
}

func TestStreamMovesToAnotherPort(t *testing.T) {
	settingsFile(t)
	p := preferring(t)
	first := reachtest.Port(t)
	if err := p.SetPort(first); err != nil {
		t.Fatal(err)
	}
	p.Share(true)
	p.done()
	before := p.state().LinkHere

	taken, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	if err := p.SetPort(taken.Addr().(*net.TCPAddr).Port); !errors.Is(err, ui.ErrPortTaken) {
		t.Errorf("a port that is taken: %v", err)
	}
	if _, err := statusAt(before); err != nil {
		t.Errorf("the old port is not kept: %v", err)
	}

	second := reachtest.Port(t)
	if err := p.SetPort(second); err != nil {
		t.Fatal(err)
	}
	p.done()
	s := p.state()
	if _, err := statusAt(s.LinkHere); err != nil || s.General.Port != second || !s.Sharing || s.LinkHere == before {
		t.Errorf("shares at %s: %v", s.LinkHere, err)
	}
	answer, err := client.Get(before + "healthz") // who asks at the old port is sent to the new one
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK || "http://"+answer.Request.URL.Host+"/" != s.LinkHere {
		t.Errorf("the old port answers %s from %s", answer.Status, answer.Request.URL)
	}
	if err := p.SetPort(first); err != nil { // back, where the others are still being sent from
		t.Fatalf("back to the old port: %v", err)
	}
	p.done()
	if _, err := statusAt(before); err != nil {
		t.Error(err)
	}
}
