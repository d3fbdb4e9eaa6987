package ui

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// openMenu is the menu that stands open.
func (w *Window) openMenu(t *testing.T) *widget.PopUpMenu {
	t.Helper()
	for _, o := range test.LaidOutObjects(w.window.Canvas().Overlays().Top()) {
		if menu, ok := o.(*widget.PopUpMenu); ok && menu.Visible() {
			return menu
		}
	}
	t.Fatal("no menu is open")
	return nil
}

// entry is an entry of the open menu. Fyne does not export its type, so a test can only
// read its text and tap it.
type entry struct {
	label string
	tap   fyne.Tappable
}

func labelsOf(entries []entry) []string {
	var labels []string
	for _, e := range entries {
		labels = append(labels, e.label)
	}
	return labels
}

func (w *Window) entries(t *testing.T) []entry {
	t.Helper()
	var entries []entry
	for _, o := range w.openMenu(t).Items {
		if tap, ok := o.(fyne.Tappable); ok { // the others are lines
			entries = append(entries, entry{drawnText(o), tap})
		}
	}
	return entries
}

func tapEntry(t *testing.T, w *Window, label string) {
	t.Helper()
	entries := w.entries(t)
	at := slices.Index(labelsOf(entries), label)
	if at < 0 {
		t.Fatalf("no %q in %q", label, labelsOf(entries))
	}
	menu := w.openMenu(t)
	test.Tap(entries[at].tap)
	if menu.Visible() {
		t.Error("the menu stays open")
	}
}

func drawnText(o fyne.CanvasObject) string {
	for _, drawn := range test.LaidOutObjects(o) {
		if text, ok := drawn.(*canvas.Text); ok {
			return text.Text
		}
	}
	return ""
}

func TestDropdownByKeys(t *testing.T) {
	w, program, queue := open(t)
	w.shown(t, queue, liveState())
	canvas := w.window.Canvas()
	for _, key := range []fyne.KeyName{fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter, fyne.KeyDown, fyne.KeyUp} {
		program.calls = nil
		w.shown(t, queue, liveState())
		canvas.Focus(w.picker.menu)
		press(canvas.Focused(), key)
		menu := w.openMenu(t)
		press(menu, fyne.KeyDown)
		press(menu, fyne.KeyDown)
		press(menu, fyne.KeyReturn)
		program.want(t, "choose v4l2:b")
		if canvas.Focused() != w.picker.menu {
			t.Errorf("%s: the focus does not come back", key)
		}
	}
}

// A choice that is wider than the dropdown is shown whole.
func TestDropdownMenuIsAsWideAsItsWords(t *testing.T) {
	w, _, queue := open(t)
	s := liveState()
	long := "A camera with a name that is longer than the picker is wide in this small window"
	s.Cameras = []Camera{{ID: "v4l2:a", Name: long}}
	w.window.Resize(fyne.NewSize(704, 604))
	w.shown(t, queue, s)
	w.picker.menu.Resize(fyne.NewSize(100, 36))
	test.Tap(w.picker.menu)
	if got, least := w.openMenu(t).Size().Width, w.openMenu(t).MinSize().Width; got < least || least < 400 {
		t.Errorf("%v wide for words of %v", got, least)
	}
}
