package microphones

import (
	"context"
	"errors"
	"os/exec"
	"testing"

	"fanlight/streaming/sound/soundtest"
)

// loud is the samples of a loud tone, without an end.
type loud struct{}

func (loud) Read(b []byte) (int, error) {
	for n := range b {
		b[n] = byte(n/96%2)*0x60 + 0x10
	}
	return len(b), nil
}

// The sound system makes the loudspeaker's monitor the default when the only microphone is
// unplugged. What the loudspeaker plays is not what the microphone hears.
func TestDefaultIsNeverALoudspeaker(t *testing.T) {
	pulse := soundtest.NewPulse(t)
	ctx, stop := context.WithCancel(t.Context())
	playing := exec.CommandContext(ctx, "pacat", "--raw", "--device=lab")
	playing.Stdin = loud{}
	if err := playing.Start(); err != nil {
		t.Fatal(err)
	}
	defer playing.Wait()
	defer stop()
	heard := false // whether the tone plays, by the monitor's own sound
	for s, err := range Source(soundtest.MonitorID, "").Packets(within(t)) {
		if heard = isLoud(s.Samples) >= 0; err != nil || heard {
			break
		}
	}
	if !heard {
		t.Fatal("the loudspeaker is silent")
	}
	packets, why := 0, error(nil)
	for s, err := range Source(DefaultID, "").Packets(within(t)) {
		if why = err; err != nil {
			break
		}
		if isLoud(s.Samples) >= 0 {
			t.Fatal("the loudspeaker is heard")
		}
		if packets++; packets == 50 {
			pulse.Unplug()
		}
	}
	if !errors.Is(why, errNone) && !errors.Is(why, errSystemGone) {
		t.Errorf("unplugged: %v", why)
	}
	for _, err := range Source(DefaultID, "").Packets(within(t)) {
		if !errors.Is(err, errNone) {
			t.Errorf("with a loudspeaker alone: %v", err)
		}
		break
	}
	pulse.Plug()
	for _, err := range Source(DefaultID, "").Packets(within(t)) {
		if err != nil {
			t.Errorf("plugged in again: %v", err)
		}
		break
	}
}

func TestDefaultOf(t *testing.T) {
	desk, lamp := Microphone{ID: "desk"}, Microphone{ID: "lamp"}
	monitor := Microphone{ID: "lab.monitor", Monitor: true}
	marked := func(m Microphone) Microphone { m.Default = true; return m }
	for name, test := range map[string]struct {
		all []Microphone
		err error
	}{
		"a microphone":               {[]Microphone{marked(desk), lamp, monitor}, nil},
		"none is marked":             {[]Microphone{desk, lamp, monitor}, nil},
		"a monitor":                  {[]Microphone{desk, marked(monitor)}, errMonitor},
		"a monitor alone":            {[]Microphone{marked(monitor)}, errNone},
		"a monitor that is unmarked": {[]Microphone{monitor}, errNone},
	} {
		if _, err := defaultOf(test.all); !errors.Is(err, test.err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
