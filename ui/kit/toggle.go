package kit

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

var (
	_ fyne.Tappable      = (*Toggle)(nil)
	_ fyne.Focusable     = (*Toggle)(nil)
	_ fyne.Accessible    = (*Toggle)(nil)
	_ desktop.Keyable    = (*Toggle)(nil)
	_ desktop.Cursorable = (*Toggle)(nil)
	_ desktop.Hoverable  = (*Toggle)(nil)
)

// Toggle is a switch with a label, which Fyne lacks. The user flips it by a tap, the
// space bar or Enter.
type Toggle struct {
	widget.BaseWidget
	text    string
	Keys    string // that do the same wherever the focus is, "Ctrl+S"; empty for none
	flipped func(on bool)

	on, focused bool
	knob        float32 // the position of the knob: 0 off, 1 on
	slide       *fyne.Animation
}

// NewToggle makes a switch that calls flipped when the user flips it.
func NewToggle(text string, flipped func(on bool)) *Toggle {
	t := &Toggle{text: text, flipped: flipped}
	t.ExtendBaseWidget(t)
	return t
}

// Set shows a value from the program; flipped is not called.
func (t *Toggle) Set(on bool) {
	if on == t.on {
		return
	}
	t.on = on
	t.move()
}

// Flip does what a tap does.
func (t *Toggle) Flip() {
	t.Set(!t.on)
	t.flipped(t.on)
}

// move slides the knob to where it belongs, or puts it there if the user wants no animations.
func (t *Toggle) move() {
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
func (t *Toggle) Tapped(*fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(t); c != nil {
		c.Focus(t)
	}
	t.Flip()
}

// KeyDown is called by Fyne once for each press; TypedKey repeats while the key is held.
func (t *Toggle) KeyDown(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		t.Flip()
	default:
		passOn(t, key)
	}
}

// MouseIn is called by Fyne.
func (t *Toggle) MouseIn(*desktop.MouseEvent) { pointAt(t, t.text, t.Keys) }

// MouseMoved does nothing; desktop.Hoverable needs it.
func (t *Toggle) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is called by Fyne.
func (t *Toggle) MouseOut() { pointAway(t) }

// KeyUp does nothing; desktop.Keyable needs it.
func (t *Toggle) KeyUp(*fyne.KeyEvent) {}

// TypedKey does nothing; see KeyDown.
func (t *Toggle) TypedKey(*fyne.KeyEvent) {}

// TypedRune does nothing; fyne.Focusable needs it.
func (t *Toggle) TypedRune(rune) {}

// FocusGained is called by Fyne.
func (t *Toggle) FocusGained() { t.setFocused(true) }

// FocusLost is called by Fyne.
func (t *Toggle) FocusLost() { t.setFocused(false) }

func (t *Toggle) setFocused(focused bool) {
	t.focused = focused
	t.Refresh()
}

// Cursor is called by Fyne.
func (t *Toggle) Cursor() desktop.Cursor { return desktop.PointerCursor }

// AccessibilityLabel returns what a screen reader says.
func (t *Toggle) AccessibilityLabel() string {
	if t.on {
		return lang.L("{{.Name}}: on", map[string]any{"Name": t.text})
	}
	return lang.L("{{.Name}}: off", map[string]any{"Name": t.text})
}

// AccessibilityRole returns the button's role: Fyne has no role for switches.
func (t *Toggle) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// CreateRenderer is called by Fyne.
func (t *Toggle) CreateRenderer() fyne.WidgetRenderer {
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
	toggle      *Toggle
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
	r.halo.StrokeColor, r.halo.StrokeWidth = th.Color(theme.ColorNameForeground, variant), ringWidth
	SetVisible(r.halo, r.toggle.focused)
	r.label.Color = th.Color(theme.ColorNameForeground, variant)
	r.label.TextSize = th.Size(theme.SizeNameText)
}
