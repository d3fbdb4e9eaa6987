package ui

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"fanlight/ui/kit"
)

// shownSettings are what the drawer's widgets say.
func (w *Window) shownSettings(t *testing.T) string {
	t.Helper()
	d := w.drawer
	return fmt.Sprint(d.modes.Selected, "; ", words(d.quality.Object)[1], "; ", d.turn.Selected, "; ", d.mirror.Checked, "; ",
		d.text.Text, "; ", d.clock.Checked, "; ", control[*kit.Slider](t, w, "brightness").Number(), "; ",
		control[*kit.Check](t, w, "white_balance_automatic").Checked, "; ",
		control[*kit.Dropdown[int]](t, w, "power_line_frequency").Selected)
}

// A State that was sent before the program applied a change does not undo it in the
// window; one that comes later, after a reset, or for another camera, does.
func TestDrawerKeepsWhatWasJustSet(t *testing.T) {
	const before = "1920×1080 · 30 fps · MJPG; 80; 180°; false; Workshop; true; 140; true; 50 Hz"
	const after = "1280×720 · 30 fps · MJPG; 81; 270°; true; Door; false; 141; false; 60 Hz"
	set := func(t *testing.T, w *Window) {
		t.Helper()
		d := w.drawer
		press(d.modes, fyne.KeyRight)
		press(d.quality.Slider, fyne.KeyRight)
		press(d.turn, fyne.KeyRight)
		test.Tap(d.mirror)
		w.window.Canvas().Focus(d.text)
		d.text.SetText("Door")
		test.Tap(d.clock)
		press(control[*kit.Slider](t, w, "brightness"), fyne.KeyRight)
		test.Tap(control[*kit.Check](t, w, "white_balance_automatic"))
		press(control[*kit.Dropdown[int]](t, w, "power_line_frequency"), fyne.KeyRight)
	}
	controlsBefore := "1280×720 · 30 fps · MJPG; 81; 270°; true; Door; false; 140; true; 50 Hz"
	for _, step := range []struct {
		name string
		do   func(w *Window, s *State)
		want string
	}{
		{"at once", func(*Window, *State) {}, after},
		{"other values meanwhile", func(_ *Window, s *State) { s.Settings.Quality, s.Settings.Controls[0].Value = 3, 4 }, after},
		{"later", func(w *Window, _ *State) {
			w.drawer.modeHold.End()
			w.drawer.lookHold.End()
			w.drawer.quality.Slider.Follow()
			w.drawer.controls.follow()
		}, before},
		{"reset", func(w *Window, _ *State) { test.Tap(w.drawer.reset) }, controlsBefore},
		{"another camera", func(_ *Window, s *State) { s.Chosen = "v4l2:b" }, before},
	} {
		t.Run(step.name, func(t *testing.T) {
			s := settingsState()
			w, _, queue := openDrawer(t, s)
			if got := w.shownSettings(t); got != before {
				t.Fatalf("shows %s, want %s", got, before)
			}
			set(t, w)
			if got := w.shownSettings(t); got != after {
				t.Fatalf("set by hand: shows %s, want %s", got, after)
			}
			step.do(w, &s)
			w.shown(t, queue, s)
			if got := w.shownSettings(t); got != step.want {
				t.Errorf("shows %s, want %s", got, step.want)
			}
		})
	}
}

// The rows stay the same while values change, and when the list grows.
func TestDrawerKeepsItsRows(t *testing.T) {
	s := settingsState()
	w, _, queue := openDrawer(t, s)
	brightness := control[*kit.Slider](t, w, "brightness")
	drag(brightness, 1)

	s.Settings = allSettings()
	s.Settings.Controls[0].Value = 9
	s.Settings.Controls[4].Inactive = false
	temperature := control[*kit.Slider](t, w, "white_balance_temperature")
	w.shown(t, queue, s)
	if temperature.Disabled() || control[*kit.Slider](t, w, "white_balance_temperature") != temperature {
		t.Error("what is no longer overruled stays disabled, or was made anew")
	}

	s.Settings.Controls = append([]Control{{Name: "gain", Label: "Gain", Max: 9}}, s.Settings.Controls...)
	w.shown(t, queue, s)
	if control[*kit.Slider](t, w, "brightness") != brightness || brightness.Number() != 255 {
		t.Errorf("the slider was taken out of the hand, or moved to %d", brightness.Number())
	}
	s.Settings.Controls[1].Max = 1000
	w.shown(t, queue, s)
	if control[*kit.Slider](t, w, "brightness") == brightness {
		t.Error("the slider keeps a range that is the control's no more")
	}
	w.shown(t, queue, liveState()) // the camera is gone
	brightness.DragEnd()
	if len(w.drawer.controls.rows) != 0 || w.drawer.own.Visible() {
		t.Error("there are controls without a camera")
	}
}

func TestDrawerReset(t *testing.T) {
	s := settingsState()
	w, _, queue := openDrawer(t, s)
	if w.drawer.reset.Disabled() {
		t.Error("nothing to reset, though the brightness is changed")
	}
	for i := range s.Settings.Controls {
		if c := &s.Settings.Controls[i]; !c.Inactive {
			c.Value = c.Default
		}
	}
	w.shown(t, queue, s)
	if !w.drawer.reset.Disabled() {
		t.Error("something to reset, though only what is overruled differs")
	}
}

// An open menu of the drawer does not move either.
func TestDrawerOpenMenu(t *testing.T) {
	s := settingsState()
	w, program, queue := openDrawer(t, s)
	test.Tap(w.drawer.turn)
	opened := w.openMenu(t)
	position := opened.Position()
	s.Problem, s.Settings.Modes, s.Settings.Encodes = taken, nil, false // what stands above comes and goes
	w.shown(t, queue, s)
	if w.openMenu(t) != opened || opened.Position() != position {
		t.Errorf("the open menu went from %v to %v", position, opened.Position())
	}
	tapEntry(t, w, "90°")
	program.want(t, "look {Rotate:90 Mirror:false Text:Workshop Clock:true}")
}
