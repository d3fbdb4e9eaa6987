package ui

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestPickerFollowsCameras(t *testing.T) {
	test.NewTempApp(t)
	p := newPicker(func(id string) { t.Errorf("chose %q by itself", id) })
	steps := []struct {
		name        string
		state       State
		options     []string
		selected    string
		placeholder string
	}{
		{"none", State{}, nil, "", "No camera found"},
		{"none chosen", State{Cameras: webcams}, []string{"HD Webcam", "USB Camera", "USB Camera (2)"}, "", "Choose a camera"},
		{"chosen", State{Cameras: webcams, Chosen: "v4l2:c", ChosenName: "USB Camera"}, []string{"HD Webcam", "USB Camera", "USB Camera (2)"}, "USB Camera (2)", ""},
		{"twin unplugged", State{Cameras: webcams[:1], Chosen: "v4l2:c", ChosenName: "USB Camera"}, []string{"HD Webcam", "USB Camera (2) (unplugged)"}, "USB Camera (2) (unplugged)", ""},
		{"plugged again, in another order", State{Cameras: []Camera{webcams[2], webcams[0]}, Chosen: "v4l2:c", ChosenName: "USB Camera"}, []string{"USB Camera (2)", "HD Webcam"}, "USB Camera (2)", ""},
		{"never seen, no name", State{Cameras: webcams[:1], Chosen: "v4l2:x"}, []string{"HD Webcam", "v4l2:x (unplugged)"}, "v4l2:x (unplugged)", ""},
	}
	for _, step := range steps {
		t.Run(step.name, func(t *testing.T) {
			p.show(step.state)
			if !slices.Equal(p.menu.Options, step.options) || p.menu.Selected != step.selected {
				t.Errorf("shows %q of %q, want %q of %q", p.menu.Selected, p.menu.Options, step.selected, step.options)
			}
			if step.placeholder != "" && p.menu.PlaceHolder != step.placeholder {
				t.Errorf("placeholder %q, want %q", p.menu.PlaceHolder, step.placeholder)
			}
		})
	}
}

func TestPickerChoice(t *testing.T) {
	w, program, queue := open(t)
	w.shown(t, queue, liveState())
	menu := w.picker.menu

	w.window.Canvas().Focus(menu)
	menu.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	menu.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	program.want(t, "choose v4l2:b", "choose v4l2:c")

	menu.SetSelected("USB Camera (2)") // the menu reports a choice of what is chosen, too
	program.want(t, "choose v4l2:b", "choose v4l2:c")
}

// A menu that stands open while the cameras change keeps its entries: each must go on meaning the same camera.
func TestPickerOpenMenu(t *testing.T) {
	w, program, queue := open(t)
	s := liveState()
	w.shown(t, queue, s)
	test.Tap(w.picker.menu)
	opened := w.window.Canvas().Overlays().Top()
	if opened == nil {
		t.Fatal("the menu did not open")
	}

	s.Cameras = []Camera{{ID: "v4l2:z", Name: "USB Camera"}, webcams[0], webcams[2]} // b gone, z come
	w.shown(t, queue, s)
	if w.window.Canvas().Overlays().Top() != opened {
		t.Error("the open menu was closed or replaced under the pointer")
	}
	if want := []string{"USB Camera (3)", "HD Webcam", "USB Camera (2)"}; !slices.Equal(w.picker.menu.Options, want) {
		t.Errorf("options %q, want %q", w.picker.menu.Options, want)
	}
	w.picker.menu.OnChanged("USB Camera") // the open menu's second entry
	program.want(t, "choose v4l2:b")
}
