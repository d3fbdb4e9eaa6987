package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"fanlight/ui/kit"
)

func TestTabOrder(t *testing.T) {
	w, program, _ := openDrawer(t, settingsState())
	row := func(name string) fyne.Focusable { return control[fyne.Focusable](t, w, name) }
	d := w.drawer
	want := []fyne.Focusable{
		w.picker.menu, w.library.toggle, w.gear,
		d.modes, d.turn, d.mirror, d.selfie, d.text, d.clock, d.quality.Slider,
		row("brightness"), row("contrast"), row("white_balance_automatic"), row("power_line_frequency"),
		row("auto_exposure"), row("exposure_dynamic_framerate"), d.reset, // but what is disabled
		w.share.sharing, w.share.name,
	}
	w.window.Canvas().Unfocus()
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject
	for i, o := range want {
		w.window.Canvas().FocusNext()
		got := w.window.Canvas().Focused()
		if got != o {
			t.Fatalf("%d: the focus is at %T, want %T", i, got, o)
		}
		inside := fyne.CanvasObject(d.Scroll)
		if i < 3 || i >= len(want)-2 || got == d.reset {
			inside = w.window.Canvas().Content()
		}
		object := got.(fyne.CanvasObject)
		middle, top := at(object).Y+object.Size().Height/2, at(inside).Y
		if middle < top || middle > top+inside.Size().Height {
			t.Errorf("%d: the focus is out of sight, at %v of %v to %v", i, middle, top, top+inside.Size().Height)
		}
		speaks, ok := object.(fyne.Accessible)
		if !ok || speaks.AccessibilityLabel() == "" {
			t.Errorf("%d: %T has no words for a screen reader", i, object)
		}
	}
	program.want(t)
}

func TestDrawerSpeaks(t *testing.T) {
	w, _, _ := openDrawer(t, settingsState())
	d := w.drawer
	for _, step := range []struct {
		o    fyne.Accessible
		want string
	}{
		{w.picker.menu, "Camera: HD Webcam"},
		{w.gear, "Camera settings"},
		{d.modes, "Resolution: 1920×1080 · 30 fps · MJPG"},
		{d.quality.Slider, "JPEG quality: 80"},
		{d.turn, "Rotate: 180°"},
		{d.mirror, "Mirror: off"},
		{d.selfie, "Mirror the preview only: off"},
		{d.text, "Text on the picture: Workshop"},
		{d.clock, "Show date and time: on"},
		{control[*kit.Slider](t, w, "contrast"), "Contrast: -12"},
		{control[*kit.Dropdown[int]](t, w, "power_line_frequency"), "Power Line Frequency: 50 Hz"},
		{d.reset, "Reset to defaults"},
		{w.share.name, "Name on the network: HD Webcam on workshop"},
	} {
		if got := step.o.AccessibilityLabel(); got != step.want {
			t.Errorf("speaks %q, want %q", got, step.want)
		}
	}
}

func TestTabBeginsInTheSideThatAKeyOpened(t *testing.T) {
	w, _, queue := open(t)
	s := sharingState()
	s.Settings = allSettings()
	w.shown(t, queue, s)
	c := w.window.Canvas()
	for _, side := range []struct {
		keys  combo
		first fyne.Focusable
	}{
		{keySettings, w.drawer.modes}, {keySharing, w.access.passcode}, {keyViewers, w.viewers.most},
	} {
		w.press(side.keys)
		w.shown(t, queue, s)
		c.FocusNext()
		if got := c.Focused(); got != side.first {
			t.Errorf("%s, then Tab: the focus is at %T, want %T", side.keys, got, side.first)
		}
	}
	w.press(keySettings)
	w.pressed(fyne.KeyEscape)
	c.FocusNext()
	if got := c.Focused(); got != fyne.Focusable(w.picker.menu) {
		t.Errorf("after the side is closed, the focus is at %T, want the first of the window", got)
	}
}

func TestKeysWorkAtTheBeginningOfASide(t *testing.T) {
	w, program, queue := open(t)
	w.shown(t, queue, liveState())
	w.press(keySharing)
	at := w.window.Canvas().Focused()
	keys, ok := at.(desktop.Keyable)
	if !ok {
		t.Fatalf("the focus is at %T", at)
	}
	keys.KeyDown(&fyne.KeyEvent{Name: fyne.KeySpace})
	program.want(t, "pause true")
	at.TypedRune('?')
	if w.window.Canvas().Overlays().Top() == nil {
		t.Error("no help is shown")
	}
}
