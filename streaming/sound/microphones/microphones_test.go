package microphones

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"fanlight/streaming/sound"
	"fanlight/streaming/sound/soundtest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds waits for what happens soon on any machine.
const patience = 30 * time.Second

func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func TestListNamesTheDefaultFirstAndMonitorsLast(t *testing.T) {
	soundtest.NewPulse(t)
	all, err := List(within(t))
	if err != nil || len(all) != 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	if m := all[0]; m.ID != soundtest.DeskID || m.Name != soundtest.DeskName || !m.Default || m.Monitor {
		t.Errorf("the first: %+v", m)
	}
	if m := all[1]; m.ID != soundtest.MonitorID || m.Name != "Monitor of Lab speaker" || m.Default || !m.Monitor {
		t.Errorf("the last: %+v", m)
	}
}

func TestWithoutASoundSystemTheListIsEmpty(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PULSE_SERVER", "unix:"+filepath.Join(dir, "nowhere"))
	if cards, _ := filepath.Glob("/dev/snd/pcm*c"); len(cards) > 0 {
		t.Setenv("ALSA_CONFIG_PATH", filepath.Join(dir, "nowhere"))
	}
	if all, err := List(within(t)); err != nil || len(all) != 0 {
		t.Errorf("%v, %v", all, err)
	}
	for _, err := range Source(DefaultID, "").Packets(within(t)) {
		if !errors.Is(err, errNoSystem) {
			t.Errorf("opened: %v", err)
		}
	}
}

// isLoud reports where in a packet a click begins, -1 if there is none.
func isLoud(samples []int16) int {
	return slices.IndexFunc(samples, func(v int16) bool { return v > 8000 || v < -8000 })
}

// TestClickHasItsTime has the microphone hear clicks, and compares their times with those of
// the samples. A server that is busy is late; the soonest of some clicks shows the clock.
func TestClickHasItsTime(t *testing.T) {
	pulse := soundtest.NewPulse(t)
	for id, name := range map[string]string{soundtest.DeskID: "", "moved": soundtest.DeskName, DefaultID: ""} {
		var errs []time.Duration
		var last, clicked time.Time
		packets := 0
		for s, err := range Source(id, name).Packets(within(t)) {
			if err != nil {
				t.Fatalf("%s: %v", id, err)
			}
			if !last.IsZero() && s.Taken.Before(last) {
				t.Errorf("%s: %v is followed by %v", id, last, s.Taken)
			}
			if last = s.Taken; len(s.Samples) != sound.PacketSamples {
				t.Fatalf("%s: %d samples", id, len(s.Samples))
			}
			if at := isLoud(s.Samples); at >= 0 && !clicked.IsZero() {
				heard := s.Taken.Add(time.Duration(at) * time.Second / sound.Rate)
				errs, clicked = append(errs, heard.Sub(clicked)), time.Time{}
			}
			if packets++; packets%25 == 0 && clicked.IsZero() {
				clicked = pulse.Click()
			}
			if len(errs) == 8 {
				break
			}
		}
		slices.SortFunc(errs, func(a, b time.Duration) int { return int(a.Abs() - b.Abs()) })
		t.Logf("%s: clicks are off by %v", id, errs)
		if len(errs) == 0 || errs[0].Abs() > 15*time.Millisecond {
			t.Errorf("%s: clicks are off by %v", id, errs)
		}
	}
}

// hear begins to hear a source, and returns where it will say why it ended.
func hear(t *testing.T, s sound.Source) (ended chan error) {
	t.Helper()
	ctx := within(t)
	live, ended := make(chan bool, 1), make(chan error, 1)
	go func() {
		var why error
		for _, err := range s.Packets(ctx) {
			if why = err; err == nil {
				select {
				case live <- true:
				default:
				}
			}
		}
		ended <- why
	}()
	select {
	case <-live:
	case err := <-ended:
		t.Fatalf("it ended at once: %v", err)
	}
	return ended
}

// TestLostMicrophoneIsSaidAndFoundAgain pulls it out, plugs it in again, and ends the server.
func TestLostMicrophoneIsSaidAndFoundAgain(t *testing.T) {
	pulse := soundtest.NewPulse(t)
	desk := Source(soundtest.DeskID, soundtest.DeskName)
	ended := hear(t, desk)
	pulse.Unplug()
	if err := <-ended; !errors.Is(err, errUnplugged) {
		t.Errorf("pulled out: %v", err)
	}
	for _, err := range desk.Packets(within(t)) {
		if !errors.Is(err, errUnplugged) {
			t.Errorf("while it is unplugged: %v", err)
		}
	}
	pulse.Plug()
	ended = hear(t, desk)
	pulse.Stop()
	if err := <-ended; err == nil {
		t.Error("it ended without a reason")
	}
}

// TestLeavingClosesTheMicrophone has the server say who uses it.
func TestLeavingClosesTheMicrophone(t *testing.T) {
	pulse := soundtest.NewPulse(t)
	if n := pulse.Users(); n != 0 {
		t.Fatalf("%d users at first", n)
	}
	for _, err := range Source(soundtest.DeskID, "").Packets(within(t)) {
		if err != nil {
			t.Fatal(err)
		}
		if n := pulse.Users(); n != 1 {
			t.Errorf("%d users while it is open", n)
		}
		break
	}
	if n := pulse.Users(); n != 0 {
		t.Errorf("%d users behind it", n)
	}
}
