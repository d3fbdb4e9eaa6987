package kit

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// Ctrl+K chooses a camera, and must not pause as K does.
func TestAShortcutIsNoKeyAlone(t *testing.T) {
	test.NewTempApp(t)
	var pressed []fyne.KeyName
	r := NewRoot(test.NewTempWindow(t, nil).Canvas(), widget.NewLabel(""), func(key fyne.KeyName) { pressed = append(pressed, key) })
	for _, held := range []fyne.KeyModifier{
		0, fyne.KeyModifierShift, // "<" is one on many keyboards
		fyne.KeyModifierControl, fyne.KeyModifierAlt, fyne.KeyModifierSuper, fyne.KeyModifierShift | fyne.KeyModifierControl,
	} {
		r.held = func() fyne.KeyModifier { return held }
		pressed = nil
		r.Press(&fyne.KeyEvent{Name: fyne.KeyK})
		if alone := held&^fyne.KeyModifierShift == 0; (len(pressed) == 1) != alone {
			t.Errorf("K with the modifiers %b: the window gets %v", held, pressed)
		}
	}
}
