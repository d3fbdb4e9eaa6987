//go:build linux

package v4l2

import (
	"context"
	"strings"
	"syscall"
	"testing"

	"fanlight/drivers/camera"

	go4vl "github.com/vladimirvivien/go4vl/v4l2"
)

func TestControlName(t *testing.T) {
	for label, want := range map[string]string{
		"Power Line Frequency":     "power_line_frequency",
		"White Balance, Automatic": "white_balance_automatic",
		"(Zoom) 2x -- fast!":       "zoom_2x_fast",
		"Blendenöffnung":           "blenden_ffnung",
		"---":                      "",
	} {
		if got := controlName(label); got != want {
			t.Errorf("%q became %q, want %q", label, got, want)
		}
	}
}

// TestWantedControlsAreSetBehindTheirAutomatic: the camera has a value before the
// switch of the automatic that overrules it, and either refuses or forgets it.
func TestWantedControlsAreSetBehindTheirAutomatic(t *testing.T) {
	const focus, auto, gain, broken = 1, 2, 3, 4
	controls := []control{
		{Control: camera.Control{Name: "focus", Max: 100}, id: focus}, {Control: camera.Control{Name: "auto", Max: 1}, id: auto},
		{Control: camera.Control{Name: "gain", Max: 10}, id: gain}, {Control: camera.Control{Name: "broken", Max: 10}, id: broken},
	}
	for _, refuses := range []bool{true, false} {
		values := map[go4vl.CtrlID]int{focus: 7, auto: 1, gain: 5}
		sets := 0
		value := func(id go4vl.CtrlID) (int, error) {
			if id == broken {
				return 0, syscall.EIO
			}
			return values[id], nil
		}
		set := func(id go4vl.CtrlID, value int) error {
			sets++
			switch {
			case id == broken:
				return syscall.EIO
			case id == focus && values[auto] == 1 && refuses:
				return syscall.EACCES
			case id == focus && values[auto] == 1:
				return nil
			}
			values[id] = value
			return nil
		}
		wanted := map[string]int{"focus": 40, "auto": 0, "gain": 11, "unheard_of": 1, "broken": 3}
		setAll(t.Context(), controls, wanted, value, set)
		if values[focus] != 40 || values[auto] != 0 || values[gain] != 5 {
			t.Errorf("refuses %v: the camera has %v", refuses, values)
		}
		if sets != 5 { // focus twice, the switch once, and broken twice
			t.Errorf("refuses %v: %d settings", refuses, sets)
		}
		sets = 0
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if setAll(ended, controls, map[string]int{"gain": 9}, value, set); sets != 0 {
			t.Error("a control was set after the context's end")
		}
	}
}

func TestRefusedControlsSayWhatIsAllowed(t *testing.T) {
	cam := listed{name: "Cam"}
	brightness := control{Control: camera.Control{Name: "brightness", Kind: camera.Range, Min: -64, Max: 64, Step: 1}, id: 1}
	mute := control{Control: camera.Control{Name: "mute", Kind: camera.Toggle, Max: 1}, id: 2}
	lamps := control{Control: camera.Control{Name: "power_line_frequency", Kind: camera.Menu, Max: 2, Items: []camera.MenuItem{{Value: 0, Label: "Disabled"}, {Value: 2, Label: "60 Hz"}}}, id: 3}
	overruled := brightness
	overruled.Inactive = true
	_, unknown := cam.choose([]control{brightness, mute}, "colour")
	_, none := cam.choose(nil, "colour")
	for _, test := range []struct {
		err  error
		want string
	}{
		{cam.check(brightness, 64), ""},
		{cam.check(brightness, -65), "brightness of Cam cannot be -65: choose a value from -64 to 64"},
		{cam.check(mute, 1), ""},
		{cam.check(mute, 2), "mute of Cam cannot be 2: choose 0 (off) or 1 (on)"},
		{cam.check(lamps, 2), ""},
		{cam.check(lamps, 1), "power_line_frequency of Cam cannot be 1: choose one of 0 (Disabled), 2 (60 Hz)"},
		{unknown, `Cam has no control "colour": choose one of brightness, mute`},
		{none, "Cam has no controls that could be set"},
		{cam.refused(brightness, 3, syscall.EINVAL), "Cam does not take 3 for brightness (invalid argument): try another value"},
		{cam.refused(brightness, 3, syscall.EACCES), "brightness of Cam cannot be set while another setting overrules it: turn the automatic off first"},
		{cam.refused(overruled, 3, syscall.EIO), "brightness of Cam cannot be set while another setting overrules it"},
	} {
		if test.want == "" && test.err == nil {
			continue
		}
		if test.err == nil || test.want == "" {
			t.Errorf("got %v, want %q", test.err, test.want)
		} else if got := cam.explain(test.err).Error(); !strings.Contains(got, test.want) {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}
