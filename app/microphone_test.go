package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fanlight/streaming/sound"
	"fanlight/streaming/sound/soundtest"
	"fanlight/ui"
)

// The command line comes before the window's setting, and that before none.
func TestMicrophoneSetting(t *testing.T) {
	kept := remembered{Microphone: &chosenMicrophone{"usb-1", "Headset"}}
	for _, test := range []struct {
		given string
		r     remembered
		want  chosenMicrophone
	}{
		{"", remembered{}, chosenMicrophone{}},
		{"", kept, chosenMicrophone{"usb-1", "Headset"}},
		{"none", kept, chosenMicrophone{}},
		{"Headset", remembered{}, chosenMicrophone{"Headset", "Headset"}},
		{"default", kept, chosenMicrophone{"default", "default"}},
	} {
		if got := microphone(options{Microphone: test.given}, test.r); got != test.want {
			t.Errorf("%q, %+v: %+v", test.given, test.r.Microphone, got)
		}
	}
	t.Setenv("MICROPHONE", "none")
	if o, _, err := parseOptions(nil, nil, nil); err != nil || o.Microphone != "none" {
		t.Errorf("$MICROPHONE: %+v, %v", o.Microphone, err)
	}
}

func TestListMicrophones(t *testing.T) {
	soundtest.NewPulse(t)
	var stdout, stderr strings.Builder
	code := run(t.Context(), []string{"--list-microphones"}, &stdout, &stderr, windowing{})
	if want := "desk\tDesk microphone\nlab.monitor\tMonitor of Lab speaker\n"; code != exitClean || stdout.String() != want || stderr.Len() > 0 {
		t.Errorf("%d %q %q", code, &stdout, &stderr)
	}
}

// The time that the camera stays on without viewers is the microphone's, too.
func TestIdleTimeIsTheMicrophonesToo(t *testing.T) {
	soundtest.NewPulse(t)
	p := windowless(t, options{Microphone: soundtest.DeskID, Idle: time.Hour})
	for range p.sound.Packets(t.Context()) {
		break
	}
	p.SetIdle(ui.LeastIdle)
	until(t, p, "its end", func(s ui.State) bool { return s.Sound.Condition == ui.Off })
}

// A mute is remembered by the window, which shows it. Without one, who asks for a microphone hears
// it.
func TestMuteOfTheWindowIsTheWindows(t *testing.T) {
	soundtest.NewPulse(t)
	file := settingsFile(t)
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(`{"muted":true}`), 0o600)); err != nil {
		t.Fatal(err)
	}
	h := startHeadless(t, "--camera", "emulated", "--microphone", soundtest.DeskID)
	if r := h.get(t, "audio.wav"); r.StatusCode != http.StatusOK {
		t.Errorf("%s", r.Status)
	}
	if !loadSettings(slog.Default()).get().Muted {
		t.Error("the window's mute is forgotten")
	}
}

func TestListMicrophonesWhereThereIsNone(t *testing.T) {
	var stdout, stderr strings.Builder
	printMicrophones(nil, &stdout, &stderr)
	if stdout.Len() > 0 || !strings.HasPrefix(stderr.String(), "fanlight: no microphone found; plug one in") {
		t.Errorf("%q %q", &stdout, &stderr)
	}
}

// TestMicrophoneOfTheCommandLine is known by its name from then on, and cannot be changed.
func TestMicrophoneOfTheCommandLine(t *testing.T) {
	soundtest.NewPulse(t)
	for _, given := range []string{soundtest.DeskID, "desk MICROPHONE"} {
		p := windowless(t, options{Microphone: given})
		now := until(t, p, "its name", func(s ui.State) bool { return s.Sound.ChosenName == soundtest.DeskName }).Sound
		if now.Chosen != soundtest.DeskID || !now.Given || now.Condition != ui.Off {
			t.Errorf("%s: %+v", given, now)
		}
	}
	p := windowless(t, options{Microphone: "lapel"})
	p.done()
	if now := p.state().Sound; now.Chosen != "lapel" || now.ChosenName != "lapel" {
		t.Errorf("one that is not there: %+v", now)
	}
}

// hears begins to listen to a path of the program's page.
func hears(t *testing.T, link, path string) *http.Response {
	t.Helper()
	answer, err := client.Get(strings.TrimSuffix(link, "/") + path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	return answer
}

// TestMicrophoneInTheWindow chooses one, has it heard, muted, paused, and remembered.
func TestMicrophoneInTheWindow(t *testing.T) {
	pulse := soundtest.NewPulse(t)
	p := windowless(t, options{Listen: "127.0.0.1:0"})
	ctx, stop := context.WithCancel(t.Context())
	followed := make(chan struct{})
	go func() { defer close(followed); p.followMicrophones(ctx) }()
	defer func() { stop(); <-followed }()
	p.ListMicrophones(true)
	s := until(t, p, "the list", func(s ui.State) bool { return len(s.Sound.Microphones) == 2 })
	if s.Sound.Chosen != "" || !s.Sound.Microphones[0].Default || !s.Sound.Microphones[1].Monitor {
		t.Errorf("at first: %+v", s.Sound)
	}
	p.Share(true)
	link := until(t, p, "the link", func(s ui.State) bool { return s.Link != "" }).Link
	if answer := hears(t, link, "/audio.wav"); answer.StatusCode != 404 {
		t.Errorf("without a microphone: %s", answer.Status)
	}
	p.ChooseMicrophone(soundtest.DeskID)
	if n := pulse.Users(); n != 0 {
		t.Errorf("%d users when it is chosen", n)
	}
	answer := hears(t, link, "/audio.opus")
	if head, err := io.ReadAll(io.LimitReader(answer.Body, 4)); answer.StatusCode != 200 || string(head) != "OggS" || err != nil {
		t.Fatalf("%s %q %v", answer.Status, head, err)
	}
	now := until(t, p, "the sound", func(s ui.State) bool { return s.Sound.Condition == ui.Live }).Sound
	if now.ChosenName != soundtest.DeskName || now.Muted || pulse.Users() != 1 {
		t.Errorf("%+v, %d users", now, pulse.Users())
	}
	p.Mute(true)
	if now := p.state().Sound; !now.Muted {
		t.Errorf("muted: %+v", now)
	}
	p.Pause(true)
	if now := p.state().Sound; now.Condition != ui.Paused {
		t.Errorf("paused: %+v", now)
	}
	for deadline := time.Now().Add(patience); pulse.Users() > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it is still open")
		}
	}
	p.Pause(false)
	until(t, p, "the sound again", func(s ui.State) bool { return s.Sound.Condition == ui.Live })
	p.done()
	if r := p.settings.get(); r.Microphone == nil || *r.Microphone != (chosenMicrophone{soundtest.DeskID, soundtest.DeskName}) || !r.Muted {
		t.Errorf("remembered: %+v, muted %v", r.Microphone, r.Muted)
	}
	p.Share(false)
	if _, err := io.Copy(io.Discard, answer.Body); err != nil && !strings.Contains(err.Error(), "EOF") {
		t.Errorf("the end of sharing: %v", err)
	}
	if state := p.sound.Status().State; state == sound.Lost {
		t.Errorf("the microphone is %v", state)
	}
}
