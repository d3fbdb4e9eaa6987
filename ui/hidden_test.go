package ui

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2/test"
)

func TestCamerasAreHiddenFromThePicker(t *testing.T) {
	w, program, queue := preferring(t, func(s *State) {
		s.Hidden = []Camera{webcams[1], {ID: "v4l2:x", Name: "Old one"}}
	})
	if got := labels(w.picker.menu); !slices.Equal(got, []string{"HD Webcam", "USB Camera (2)"}) {
		t.Errorf("the picker has %q", got)
	}
	checks := w.general.hidden.checks
	shown := func(id string) bool { return checks[id].Checked }
	if len(checks) != 4 || !shown("v4l2:a") || shown("v4l2:b") || !shown("v4l2:c") || shown("v4l2:x") {
		t.Errorf("the list has %d cameras", len(checks))
	}
	test.Tap(checks["v4l2:a"])
	test.Tap(checks["v4l2:x"])
	program.want(t, "hide v4l2:a true", "hide v4l2:x false")

	s := liveState()
	s.Hidden = webcams // the one in use stays
	w.shown(t, queue, s)
	if got := labels(w.picker.menu); !slices.Equal(got, []string{"HD Webcam"}) || w.picker.menu.Selected != "HD Webcam" {
		t.Errorf("the picker has %q and shows %q", got, w.picker.menu.Selected)
	}
}
