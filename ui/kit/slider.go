package kit

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

var _ fyne.Accessible = (*Slider)(nil)

// Slider is Fyne's Slider for whole numbers. It counts steps from the least value, where
// Fyne's rounds to multiples of the step. It reports only changes made by the user, also
// while the user drags; values that the program sets meanwhile are ignored.
type Slider struct {
	widget.Slider
	name        string // what a screen reader calls it
	least, step int
	moved       func(value int)
	OnFocus     FocusFunc
	focused     bool
	dragging    bool
	hold        Hold
}

// newSlider makes a slider from least to most, both included if the step allows.
func newSlider(name string, least, most, step int, moved func(value int)) *Slider {
	s := &Slider{name: name, least: least, step: max(1, step), moved: moved}
	// An int has 32 bits on some Raspberry Pis, and a range may take them all.
	s.Max = float64(max(0, (int64(most)-int64(least))/int64(s.step)))
	s.Step = 1
	s.ExtendBaseWidget(s)
	s.OnChanged = func(float64) {
		s.hold.Begin()
		s.moved(s.Number())
	}
	return s
}

// Number returns the value shown.
func (s *Slider) Number() int { return int(int64(s.least) + int64(s.Value)*int64(s.step)) }

// Set shows a value from the program, unless the user is changing it, and reports whether
// it did.
func (s *Slider) Set(value int) bool {
	if s.dragging || s.hold.Holds() {
		return false
	}
	notch := float64((int64(value) - int64(s.least)) / int64(s.step))
	if notch = min(max(notch, 0), s.Max); notch != s.Value {
		s.Value = notch // SetValue would report it
		s.Refresh()
	}
	return true
}

// Follow makes the next Set count even if the user has just moved the slider.
func (s *Slider) Follow() { s.hold.End() }

// Dragged is called by Fyne.
func (s *Slider) Dragged(e *fyne.DragEvent) {
	s.dragging = true
	s.Slider.Dragged(e)
}

// DragEnd is called by Fyne.
func (s *Slider) DragEnd() {
	s.dragging = false
	s.hold.Begin()
	s.Slider.DragEnd()
}

// TypedKey is called by Fyne, whose Slider handles the arrow keys only.
func (s *Slider) TypedKey(key *fyne.KeyEvent) {
	page := max(1, float64(int64(s.Max)/10))
	switch {
	case s.Disabled():
	case key.Name == fyne.KeyHome:
		s.SetValue(0)
	case key.Name == fyne.KeyEnd:
		s.SetValue(s.Max)
	case key.Name == fyne.KeyPageUp:
		s.SetValue(min(s.Value+page, s.Max))
	case key.Name == fyne.KeyPageDown:
		s.SetValue(max(s.Value-page, 0))
	default:
		s.Slider.TypedKey(key)
	}
}

// FocusGained is called by Fyne.
func (s *Slider) FocusGained() {
	s.focused = true
	s.Slider.FocusGained()
	s.OnFocus.call(s)
}

// FocusLost is called by Fyne.
func (s *Slider) FocusLost() {
	s.focused = false
	s.Slider.FocusLost()
}

// KeyDown is called by Fyne before TypedKey, which repeats while the key is held.
func (s *Slider) KeyDown(key *fyne.KeyEvent) { passOnSpecial(s, key) }

// KeyUp does nothing; desktop.Keyable needs it.
func (s *Slider) KeyUp(*fyne.KeyEvent) {}

// CreateRenderer is called by Fyne.
func (s *Slider) CreateRenderer() fyne.WidgetRenderer {
	return newRinged(s.Slider.CreateRenderer(), s, func() bool { return s.focused })
}

// AccessibilityLabel returns what a screen reader says.
func (s *Slider) AccessibilityLabel() string { return fmt.Sprintf("%s: %d", s.name, s.Number()) }

// AccessibilityRole returns the button's role: Fyne has no role for sliders.
func (s *Slider) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }
