package ui

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

var (
	_ fyne.Tappable      = (*toggle)(nil)
	_ fyne.Focusable     = (*toggle)(nil)
	_ fyne.Accessible    = (*toggle)(nil)
	_ desktop.Keyable    = (*toggle)(nil)
	_ desktop.Cursorable = (*toggle)(nil)
)

// toggle is a switch with a label, which Fyne lacks. It is flipped by a tap, the
// space bar or Enter, and calls flipped for the user's flips only.
type toggle struct {
	widget.BaseWidget
	text    string
	flipped func(on bool)

	on, focused bool
	knob        float32 // where the knob is on its way: 0 off, 1 on
	slide       *fyne.Animation
}

func newToggle(text string, flipped func(on bool)) *toggle {
	t := &toggle{text: text, flipped: flipped}
	t.ExtendBaseWidget(t)
	return t
}

// set follows the program; flipped is not called.
func (t *toggle) set(on bool) {
	if on == t.on {
		return
	}
	t.on = on
	t.move()
}

func (t *toggle) flip() {
	t.set(!t.on)
	t.flipped(t.on)
}

// move slides the knob to where it belongs, or puts it there if the user wants no animations.
func (t *toggle) move() {
	if t.slide != nil {
		t.slide.Stop()
	}
	from, to := t.knob, float32(0)
	if t.on {
		to = 1
	}
	if !fyne.CurrentApp().Settings().ShowAnimations() {
		t.knob = to
		t.Refresh()
		return
	}
	t.slide = fyne.NewAnimation(120*time.Millisecond, func(done float32) {
		t.knob = from + (to-from)*done
		t.Refresh()
	})
	t.slide.Start()
}

// Tapped is called by Fyne.
func (t *toggle) Tapped(*fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(t); c != nil {
		c.Focus(t)
	}
	t.flip()
}

// KeyDown comes once a key press; TypedKey would come again and again while the key is held.
func (t *toggle) KeyDown(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		t.flip()
	}
}

// KeyUp, TypedKey and TypedRune are asked for by Fyne's interfaces.
func (t *toggle) KeyUp(*fyne.KeyEvent) {}

// TypedKey is asked for by fyne.Focusable; see KeyDown.
func (t *toggle) TypedKey(*fyne.KeyEvent) {}

// TypedRune is asked for by fyne.Focusable; see KeyDown.
func (t *toggle) TypedRune(rune) {}

// FocusGained is called by Fyne.
func (t *toggle) FocusGained() { t.setFocused(true) }

// FocusLost is called by Fyne.
func (t *toggle) FocusLost() { t.setFocused(false) }

func (t *toggle) setFocused(focused bool) {
	t.focused = focused
	t.Refresh()
}

// Cursor is called by Fyne.
func (t *toggle) Cursor() desktop.Cursor { return desktop.PointerCursor }

// AccessibilityLabel is what a screen reader says.
func (t *toggle) AccessibilityLabel() string {
	if t.on {
		return t.text + ": on"
	}
	return t.text + ": off"
}

// AccessibilityRole is a button: Fyne has no role for switches.
func (t *toggle) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// CreateRenderer is called by Fyne.
func (t *toggle) CreateRenderer() fyne.WidgetRenderer {
	r := &toggleRenderer{
		toggle: t,
		halo:   canvas.NewRectangle(color.Transparent),
		track:  canvas.NewRectangle(color.Transparent),
		knob:   canvas.NewCircle(color.White),
		label:  canvas.NewText(t.text, color.Black),
	}
	r.halo.CornerRadius = trackHeight/2 + haloWidth
	r.track.CornerRadius = trackHeight / 2
	r.label.TextStyle.Bold = true
	r.paint()
	return r
}

const (
	trackWidth, trackHeight = 42, 24
	knobSize                = 18
	haloWidth               = 3 // around the track when focused
)

type toggleRenderer struct {
	toggle      *toggle
	halo, track *canvas.Rectangle
	knob        *canvas.Circle
	label       *canvas.Text
}

func (r *toggleRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.halo, r.track, r.knob, r.label}
}

func (r *toggleRenderer) Destroy() {}

func (r *toggleRenderer) MinSize() fyne.Size {
	label := r.label.MinSize()
	return fyne.NewSize(haloWidth+trackWidth+r.gap()+label.Width, max(trackHeight+2*haloWidth, label.Height))
}

func (r *toggleRenderer) gap() float32 {
	return 1.5 * r.toggle.Theme().Size(theme.SizeNameInnerPadding)
}

func (r *toggleRenderer) Layout(size fyne.Size) {
	top := (size.Height - trackHeight) / 2
	r.halo.Move(fyne.NewPos(0, top-haloWidth))
	r.halo.Resize(fyne.NewSize(trackWidth+2*haloWidth, trackHeight+2*haloWidth))
	r.track.Move(fyne.NewPos(haloWidth, top))
	r.track.Resize(fyne.NewSize(trackWidth, trackHeight))

	const inset = (trackHeight - knobSize) / 2
	r.knob.Move(fyne.NewPos(haloWidth+inset+r.toggle.knob*(trackWidth-knobSize-2*inset), top+inset))
	r.knob.Resize(fyne.NewSquareSize(knobSize))

	left := haloWidth + trackWidth + r.gap()
	r.label.Move(fyne.NewPos(left, 0))
	r.label.Resize(fyne.NewSize(size.Width-left, size.Height))
}

func (r *toggleRenderer) Refresh() {
	r.paint()
	r.Layout(r.toggle.Size())
	canvas.Refresh(r.toggle)
}

func (r *toggleRenderer) paint() {
	th, variant := r.toggle.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.track.FillColor = th.Color(theme.ColorNameDisabled, variant)
	if r.toggle.on {
		r.track.FillColor = th.Color(theme.ColorNamePrimary, variant)
	}
	r.halo.FillColor = color.Transparent
	if r.toggle.focused {
		r.halo.FillColor = th.Color(theme.ColorNameFocus, variant)
	}
	r.label.Color = th.Color(theme.ColorNameForeground, variant)
	r.label.TextSize = th.Size(theme.SizeNameText)
}
