package kit

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestToggle(t *testing.T) {
	test.NewTempApp(t)
	var flips []bool
	toggle := NewToggle("Share on the network", func(on bool) { flips = append(flips, on) })
	window := test.NewWindow(toggle)
	defer window.Close()
	want := func(on bool, knob float32, all ...bool) {
		t.Helper()
		if toggle.on != on || toggle.knob != knob || !slices.Equal(flips, all) {
			t.Errorf("on %v, knob at %v, flips %v; want %v, %v, %v", toggle.on, toggle.knob, flips, on, knob, all)
		}
	}

	toggle.Set(true)
	toggle.Set(true)
	want(true, 1) // the program's doing is not reported back
	test.Tap(toggle)
	want(false, 0, false)
	if window.Canvas().Focused() != toggle {
		t.Error("a tap does not focus the switch")
	}
	for _, key := range []fyne.KeyName{fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter, fyne.KeyTab, fyne.KeyA} {
		toggle.KeyDown(&fyne.KeyEvent{Name: key})
		toggle.KeyUp(&fyne.KeyEvent{Name: key})
	}
	want(true, 1, false, true, false, true)
	press(toggle, fyne.KeySpace) // a held key repeats
	toggle.TypedRune(' ')
	want(true, 1, false, true, false, true)
}

func TestToggleSpeaks(t *testing.T) {
	test.NewTempApp(t)
	toggle := NewToggle("Share", func(bool) {})
	if got := toggle.AccessibilityLabel(); got != "Share: off" {
		t.Errorf("%q", got)
	}
	toggle.Set(true)
	if got := toggle.AccessibilityLabel(); got != "Share: on" {
		t.Errorf("%q", got)
	}
}
