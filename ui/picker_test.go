package ui

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"fanlight/ui/kit"
)

func labels(d *kit.Dropdown[string]) []string {
	var labels []string
	for _, c := range d.Choices {
		labels = append(labels, c.Label)
	}
	return labels
}

func TestPickerFollowsCameras(t *testing.T) {
	test.NewTempApp(t)
	p := newPicker(func(id string) { t.Errorf("chose %q by itself", id) }, func() {})
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
			if options := labels(p.menu); !slices.Equal(options, step.options) || p.menu.Selected != step.selected {
				t.Errorf("shows %q of %q, want %q of %q", p.menu.Selected, options, step.selected, step.options)
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

	test.Tap(menu)
	tapEntry(t, w, "USB Camera (2)") // what is chosen already
	program.want(t, "choose v4l2:b", "choose v4l2:c")
	menu.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight}) // from the last to the first, not to "Other camera…"
	menu.TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
	program.want(t, "choose v4l2:b", "choose v4l2:c", "choose v4l2:a", "choose v4l2:c")
}

// An open menu does not change or move while everything else does, and each entry still
// means the same camera.
func TestPickerOpenMenu(t *testing.T) {
	for _, step := range []struct {
		entry string
		want  []string
		shown string // at once
	}{
		{"HD Webcam", nil, "HD Webcam (unplugged)"}, // chosen already
		{"USB Camera", []string{"choose v4l2:b"}, "HD Webcam (unplugged)"},
		{"USB Camera (2)", []string{"choose v4l2:c"}, "USB Camera (2)"},
	} {
		t.Run(step.entry, func(t *testing.T) {
			w, program, queue := open(t)
			s := liveState()
			w.shown(t, queue, s)
			test.Tap(w.picker.menu)
			opened, entries := w.openMenu(t), w.entries(t)
			position, size := opened.Position(), opened.Size()
			if want := []string{"HD Webcam", "USB Camera", "USB Camera (2)", "Other camera…"}; !slices.Equal(labelsOf(entries), want) {
				t.Fatalf("the menu has %q, want %q", labelsOf(entries), want)
			}

			s.Cameras = []Camera{{ID: "v4l2:z", Name: "USB Camera"}, webcams[2]} // a and b gone, z come
			s.Condition, s.Unplugged, s.Problem = Lost, true, taken              // the details go, the banner comes
			w.shown(t, queue, s)
			if w.openMenu(t) != opened || !slices.Equal(w.entries(t), entries) {
				t.Error("the open menu was closed, replaced or changed under the pointer")
			}
			if opened.Position() != position || opened.Size() != size {
				t.Errorf("the open menu went from %v, %v to %v, %v", position, size, opened.Position(), opened.Size())
			}
			if want := []string{"USB Camera (3)", "USB Camera (2)", "HD Webcam (unplugged)"}; !slices.Equal(labels(w.picker.menu), want) {
				t.Errorf("will open with %q, want %q", labels(w.picker.menu), want)
			}
			tapEntry(t, w, step.entry)
			program.want(t, step.want...)
			if w.picker.menu.Selected != step.shown {
				t.Errorf("shows %q, want %q", w.picker.menu.Selected, step.shown)
			}
			w.shown(t, queue, s) // the program could not choose it
			if w.picker.menu.Selected != "HD Webcam (unplugged)" {
				t.Errorf("shows %q, not what the program says", w.picker.menu.Selected)
			}
		})
	}
}

func TestPickerWithoutCameras(t *testing.T) {
	w, _, queue := open(t)
	w.shown(t, queue, State{})
	test.Tap(w.picker.menu)
	if got := labelsOf(w.entries(t)); !slices.Equal(got, []string{"Other camera…"}) {
		t.Errorf("the menu has %q", got)
	}
}

// A camera may have the name of another entry.
func TestPickerCameraCalledOther(t *testing.T) {
	w, program, queue := open(t)
	s := liveState()
	s.Cameras = append(s.Cameras, Camera{ID: "v4l2:o", Name: "Other camera…"})
	w.shown(t, queue, s)
	test.Tap(w.picker.menu)
	tapEntry(t, w, "Other camera…") // the first of them
	program.want(t, "choose v4l2:o")
}
