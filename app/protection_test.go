package main

import (
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fanlight/drivers"
	"fanlight/ui"
)

// damagedSettings writes settings that cannot be read, and returns their path.
func damagedSettings(t *testing.T) string {
	t.Helper()
	file := settingsFile(t)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(`{"passcode": "sesame", "share_at_start": tr`), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// Settings that cannot be read never open a stream, at the next start neither.
func TestDamagedSettingsServeNothing(t *testing.T) {
	file := damagedSettings(t)
	var stdout, stderr strings.Builder
	for range 3 {
		stdout.Reset()
		stderr.Reset()
		code := run(t.Context(), []string{"--headless", "--camera", "emulated", "--listen", "127.0.0.1:0"}, &stdout, &stderr, windowing{})
		if code != exitFailed || stdout.String() != "" {
			t.Errorf("ended with %d, and said %q", code, &stdout)
		}
		for _, want := range []string{"so nothing is shared", "--passcode", "$FANLIGHT_PASSCODE", "kept in " + file + ".unreadable"} {
			if !strings.Contains(stderr.String(), want) {
				t.Errorf("%q is missing in %s", want, &stderr)
			}
		}
	}
	open := startHeadless(t, "--camera", "emulated", "--passcode", "given")
	answer, err := client.Get(open.link + "snapshot.jpg")
	if err != nil || answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("with a passcode given: %v, %v", answer, err)
	}
	if err == nil {
		answer.Body.Close()
	}
	open.stop()
	if err := os.Remove(file); err != nil { // as the hint says
		t.Fatal(err)
	}
	startHeadless(t, "--camera", "emulated")
}

// In the window sharing is off, and the owner decides anew who may watch.
func TestDamagedSettingsWaitForTheOwner(t *testing.T) {
	for name, decide := range map[string]func(*program){
		"a passcode": func(p *program) { _ = p.SetPasscode("anew") },
		"Share":      func(p *program) { p.Share(true) },
	} {
		t.Run(name, func(t *testing.T) {
			damagedSettings(t)
			camera, err := pickCamera(t.Context(), "emulated", "", slog.Default())
			if err != nil {
				t.Fatal(err)
			}
			p := newProgram(options{Listen: "127.0.0.1:0", NoDiscovery: true, Share: true}, loadSettings(slog.Default()), camera, nil, slog.Default())
			t.Cleanup(p.close)
			p.report(damageTrouble, p.settings.damageInWindow())
			p.shareAtStart()
			if s := p.state(); s.Sharing || !strings.Contains(s.Problem, "could not be read") {
				t.Errorf("sharing: %v, and it says %q", s.Sharing, s.Problem)
			}
			if p.barred() == nil {
				t.Error("a second start may share")
			}
			decide(p)
			until(t, p, "the end of the problem", func(s ui.State) bool { return s.Problem == "" })
			if again := loadSettings(slog.Default()); again.damage() != nil {
				t.Errorf("the next start says %v", again.damage())
			}
		})
	}
}

// A passcode that was to be given and is empty is no passcode.
func TestAnEmptyPasscodeIsRefused(t *testing.T) {
	settingsFile(t)
	for _, c := range []struct {
		environment string
		args        []string
		says        string
	}{
		{"", nil, "$FANLIGHT_PASSCODE is empty"},
		{"sesame", []string{"--passcode", ""}, "--passcode is empty"},
		{"sesame", []string{"--passcode="}, "--passcode is empty"},
		{" ", nil, "only spaces"},
	} {
		t.Setenv(passcodeVariable, c.environment)
		var stderr strings.Builder
		if code := run(t.Context(), append([]string{"--headless"}, c.args...), &strings.Builder{}, &stderr, windowing{}); code != exitUsage || !strings.Contains(stderr.String(), c.says) {
			t.Errorf("%q, %q: ended with %d: %s", c.environment, c.args, code, &stderr)
		}
	}
}

// lockedHome is a Fanlight with a passcode, and its address with it.
func lockedHome(t *testing.T) string {
	t.Helper()
	home := startHeadless(t, "--camera", "emulated", "--passcode", "sesame")
	return strings.Replace(home.link, "//", "//:sesame@", 1) + "stream.mjpg"
}

func TestALockedStreamIsNotServedToEverybody(t *testing.T) {
	address := lockedHome(t)
	var stdout, stderr strings.Builder
	code := run(t.Context(), []string{"--headless", "--listen", "127.0.0.1:0", "--camera", address}, &stdout, &stderr, windowing{})
	if code != exitFailed || stdout.String() != "" || !strings.Contains(stderr.String(), "passed on to everybody") || !strings.Contains(stderr.String(), "--passcode") || strings.Contains(stderr.String(), "sesame") {
		t.Errorf("ended with %d: %s", code, &stderr)
	}
	startHeadless(t, "--camera", address, "--passcode", "own")
}

// The window asks before everybody can watch a stream that is locked, whichever comes last.
func TestALockedStreamIsPassedOnOnlyIfTheOwnerSaysSo(t *testing.T) {
	address := lockedHome(t)
	isLocked := func(s ui.State) bool { return strings.Contains(s.Chosen, "127.0.0.1") }
	t.Run("chosen while sharing", func(t *testing.T) {
		p, _ := shared(t, options{})
		p.Open(address)
		s := until(t, p, "the question", func(s ui.State) bool { return s.PassOn.Number > 0 })
		if isLocked(s) || s.PassOn.Stream == "" {
			t.Errorf("already chosen: %s, and asked %+v", s.Chosen, s.PassOn)
		}
		p.PassOn(s.PassOn.Number + 1)
		afterJobs(t, p)
		if isLocked(p.state()) {
			t.Error("the answer to another question counts")
		}
		p.PassOn(s.PassOn.Number)
		if s := until(t, p, "the stream", isLocked); s.PassOn.Number != 0 {
			t.Errorf("still asked: %+v", s.PassOn)
		}
	})
	t.Run("shared while chosen", func(t *testing.T) {
		p := windowless(t, options{Listen: "127.0.0.1:0"})
		p.Open(address)
		until(t, p, "the stream", isLocked)
		for n, share := range []func(bool){p.Share, p.askOrShare} {
			share(true)
			if s := p.state(); s.Sharing || s.PassOn.Number != n+1 {
				t.Errorf("sharing: %v, asked %+v", s.Sharing, s.PassOn)
			}
		}
		if p.barred() == nil {
			t.Error("a second start may share")
		}
		p.PassOn(2)
		until(t, p, "sharing", func(s ui.State) bool { return s.Link != "" })
	})
	t.Run("with a passcode of its own", func(t *testing.T) {
		p, _ := shared(t, options{})
		if err := p.SetPasscode("own"); err != nil {
			t.Fatal(err)
		}
		p.Open(address)
		if s := until(t, p, "the stream", isLocked); s.PassOn.Number != 0 {
			t.Errorf("asked %+v", s.PassOn)
		}
		if err := p.SetPasscode(""); err == nil || !p.hasPasscode() {
			t.Errorf("the passcode is taken away from it: %v", err)
		}
		p.Choose("emulated")
		until(t, p, "the other camera", func(s ui.State) bool { return s.Chosen == "emulated" })
		if err := p.SetPasscode(""); err != nil {
			t.Error(err)
		}
	})
}

// A camera that is in the list with its passcode is checked again as it is chosen.
func TestAWrongPasscodeKeepsTheCamera(t *testing.T) {
	address := strings.Replace(lockedHome(t), "sesame", "wrong", 1)
	p := windowless(t, options{})
	p.Open(address)
	until(t, p, "the refusal", func(s ui.State) bool { return strings.Contains(s.Problem, "the camera stays as it is") })
	locked, err := drivers.Find(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	p.cameras = with(p.cameras, locked)
	p.mu.Unlock()
	p.report(choiceTrouble, nil)
	p.Choose(locked.ID)
	s := until(t, p, "the refusal", func(s ui.State) bool { return strings.Contains(s.Problem, "that is not the passcode") })
	if s.Chosen != "emulated" || strings.Contains(s.Problem, "wrong") {
		t.Errorf("chosen is %s, and it says %q", s.Chosen, s.Problem)
	}
}
