package kit

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// drag moves the pointer, pressed, to a share of the slider's width.
func (s *Slider) drag(share float32) {
	s.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(share*s.Size().Width, 10)}})
}

func TestSlider(t *testing.T) {
	right, left := fyne.KeyRight, fyne.KeyLeft
	for _, step := range []struct {
		name              string
		least, most, step int
		from              int
		keys              []fyne.KeyName
		want              []int
	}{
		{"one by one", 0, 255, 1, 128, []fyne.KeyName{right, left, left}, []int{129, 128, 127}},
		{"steps count from the least", 3, 2047, 5, 3, []fyne.KeyName{right, right, fyne.KeyEnd}, []int{8, 13, 2043}},
		{"below zero", -64, 64, 1, 0, []fyne.KeyName{left, fyne.KeyHome, left, right}, []int{-1, -64, -63}},
		{"a page is a tenth", 0, 255, 1, 100, []fyne.KeyName{fyne.KeyPageUp, fyne.KeyPageDown, fyne.KeyPageDown}, []int{125, 100, 75}},
		{"a page of a short range", 0, 3, 1, 0, []fyne.KeyName{fyne.KeyPageUp, fyne.KeyPageUp}, []int{1, 2}},
		{"no page beyond the ends", 0, 10, 1, 10, []fyne.KeyName{fyne.KeyPageUp, fyne.KeyHome, fyne.KeyPageDown}, []int{0}},
		{"all of 32 bits", math.MinInt32, math.MaxInt32, 1, 0, []fyne.KeyName{right, fyne.KeyEnd, fyne.KeyHome}, []int{1, math.MaxInt32, math.MinInt32}},
		{"a step of none", 0, 2, 0, 0, []fyne.KeyName{right}, []int{1}},
		{"nowhere to go", 5, 5, 1, 5, []fyne.KeyName{right, left, fyne.KeyEnd, fyne.KeyPageUp}, nil},
		{"upside down", 5, 1, 1, 5, []fyne.KeyName{right, left, fyne.KeyHome}, nil},
	} {
		t.Run(step.name, func(t *testing.T) {
			test.NewTempApp(t)
			var moved []int
			s := newSlider("Brightness", step.least, step.most, step.step, func(v int) { moved = append(moved, v) })
			window := test.NewWindow(s)
			defer window.Close()
			s.Set(step.from)
			for _, key := range step.keys {
				press(s, key)
			}
			if !slices.Equal(moved, step.want) {
				t.Errorf("moved to %v, want %v", moved, step.want)
			}
			if want := fmt.Sprintf("Brightness: %d", s.Number()); s.AccessibilityLabel() != want {
				t.Errorf("speaks %q, want %q", s.AccessibilityLabel(), want)
			}
			moved = nil
			s.Disable()
			for _, key := range step.keys {
				press(s, key)
			}
			s.drag(0.1)
			s.DragEnd()
			if len(moved) > 0 {
				t.Errorf("disabled: moved to %v", moved)
			}
		})
	}
}

// What the program says never works against the user's hand.
func TestSliderInTheHand(t *testing.T) {
	test.NewTempApp(t)
	var moved []int
	s := newSlider("Brightness", 0, 100, 1, func(v int) { moved = append(moved, v) })
	window := test.NewWindow(s)
	defer window.Close()
	window.Resize(fyne.NewSize(300, 40))
	if !s.Set(50) || s.Number() != 50 || len(moved) > 0 {
		t.Errorf("at %d, moved to %v", s.Number(), moved)
	}
	s.drag(0)
	s.drag(1)
	if !slices.Equal(moved, []int{0, 100}) {
		t.Errorf("while dragged: moved to %v", moved)
	}
	s.Follow() // the pointer rests for long
	if s.Set(7) || s.Number() != 100 {
		t.Errorf("jumped to %d while dragged", s.Number())
	}
	s.DragEnd()
	if s.Set(0) || s.Number() != 100 {
		t.Errorf("jumped to %d as soon as it was let go", s.Number())
	}
	s.Follow()
	if !s.Set(98) || s.Number() != 98 {
		t.Errorf("at %d, not at what the program made of it", s.Number())
	}
	for _, outside := range []int{-5, 500, math.MinInt32, math.MaxInt32} {
		s.Set(outside)
		if v := s.Number(); v != 0 && v != 100 {
			t.Errorf("%d: at %d", outside, v)
		}
	}
	if len(moved) != 2 {
		t.Errorf("reported the program's doing: %v", moved)
	}
}
