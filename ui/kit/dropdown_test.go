package kit

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestDropdown(t *testing.T) {
	test.NewTempApp(t)
	var picked []int
	d := NewDropdown("Turn", func(n int) { picked = append(picked, n) })
	window := test.NewWindow(d)
	defer window.Close()
	choices := []Choice[int]{{"0°", 0}, {"90°", 90}, {"180°", 180}}
	d.Set(choices, "")
	if got := d.AccessibilityLabel(); got != "Turn: (Select one)" {
		t.Errorf("speaks %q", got)
	}
	for _, step := range []struct {
		selected string
		key      fyne.KeyName
		want     int
	}{
		{"", fyne.KeyRight, 0},
		{"", fyne.KeyLeft, 180},
		{"0°", fyne.KeyRight, 90},
		{"180°", fyne.KeyRight, 0},
		{"0°", fyne.KeyLeft, 180},
		{"not among them", fyne.KeyRight, 0},
	} {
		picked = nil
		d.Set(choices, step.selected)
		press(d, step.key)
		if !slices.Equal(picked, []int{step.want}) {
			t.Errorf("%q, then %s: picked %v, want %v", step.selected, step.key, picked, step.want)
		}
	}

	picked = nil
	d.Disable()
	press(d, fyne.KeyRight)
	press(d, fyne.KeySpace)
	test.Tap(d)
	d.Enable()
	d.Set(nil, "")
	press(d, fyne.KeyRight)
	if len(picked) > 0 || window.Canvas().Overlays().Top() != nil {
		t.Errorf("disabled or empty: picked %v, menu %v", picked, window.Canvas().Overlays().Top())
	}
}

func press(w fyne.Focusable, key fyne.KeyName) { w.TypedKey(&fyne.KeyEvent{Name: key}) }
