package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"fanlight/ui/kit"
)

// asking is the open dialog for another camera.
type asking struct {
	address    *kit.PromptEntry
	ok, cancel *kit.Button
}

func askedFor(t *testing.T, w *Window) asking {
	t.Helper()
	test.Tap(w.picker.menu)
	tapEntry(t, w, "Other camera…")
	var a asking
	for _, o := range test.LaidOutObjects(w.window.Canvas().Overlays().Top()) {
		switch o := o.(type) {
		case *kit.PromptEntry:
			a.address = o
		case *kit.Button:
			if o.Text == "Open" {
				a.ok = o
			} else if o.Text == "Cancel" {
				a.cancel = o
			}
		}
	}
	if a.address == nil || a.ok == nil || a.cancel == nil {
		t.Fatalf("the dialog lacks something: %+v", a)
	}
	return a
}

func TestOtherCamera(t *testing.T) {
	for _, step := range []struct {
		name string
		do   func(a asking)
		want []string
	}{
		{"Open", func(a asking) {
			test.Type(a.address, " http://user:secret@192.168.1.50/video ")
			test.Tap(a.ok)
		}, []string{"open http://user:secret@192.168.1.50/video"}},
		{"Enter", func(a asking) {
			test.Type(a.address, "opencv:/path/film.mp4")
			press(a.address, fyne.KeyReturn)
		}, []string{"open opencv:/path/film.mp4"}},
		{"Cancel", func(a asking) {
			test.Type(a.address, "http://192.168.1.50/")
			test.Tap(a.cancel)
		}, nil},
		{"Escape", func(a asking) {
			test.Type(a.address, "http://192.168.1.50/")
			press(a.address, fyne.KeyEscape)
		}, nil},
		{"nothing, then Cancel", func(a asking) {
			test.Tap(a.ok)
			test.Type(a.address, "  ")
			test.Tap(a.ok)
			press(a.address, fyne.KeyReturn)
			if !a.ok.Disabled() {
				t.Error("blanks are a camera")
			}
			test.Tap(a.cancel)
		}, nil},
	} {
		t.Run(step.name, func(t *testing.T) {
			w, program, queue := open(t)
			w.shown(t, queue, liveState())
			a := askedFor(t, w)
			if w.window.Canvas().Focused() != a.address {
				t.Error("the address is not ready to be typed")
			}
			step.do(a)
			program.want(t, step.want...)
			if w.window.Canvas().Overlays().Top() != nil {
				t.Error("the dialog stays open")
			}
			if w.picker.menu.Selected != "HD Webcam" {
				t.Errorf("the picker shows %q", w.picker.menu.Selected)
			}
			if again := askedFor(t, w); again.address.Text != "" {
				t.Errorf("remembers %q", again.address.Text)
			}
		})
	}
}
