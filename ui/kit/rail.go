package kit

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

var (
	_ fyne.Accessible    = (*Rail)(nil)
	_ fyne.Tappable      = (*Rail)(nil)
	_ fyne.Draggable     = (*Rail)(nil)
	_ desktop.Keyable    = (*Rail)(nil)
	_ desktop.Hoverable  = (*Rail)(nil)
	_ desktop.Cursorable = (*Rail)(nil)
)

// Rail is a line with a knob that the user drags. It is drawn thick where there is
// something, and thin in the gaps. Places on it are shares of its length, 0 to 1.
type Rail struct {
	widget.BaseWidget
	Words   string                         // what a screen reader says
	OnMoved func(at float32, done bool)    // is called while the user drags, and when that is done
	Name    func(at float32) (name string) // names a place for a tooltip
	OnFocus FocusFunc

	spans   []Span
	at      float32
	focused bool
	drag    float32
	pulled  bool // the user drags the knob
}

// Span is a part of a rail that is drawn thick.
type Span struct{ From, To float32 }

const (
	railHeight = 20
	railKnob   = 14
	thickRail  = 6
	thinRail   = 2
)

// NewRail makes an empty rail.
func NewRail() *Rail {
	r := &Rail{OnMoved: func(float32, bool) {}, Name: func(float32) string { return "" }}
	r.ExtendBaseWidget(r)
	return r
}

// Set shows the spans and the knob, unless the user drags it. If nothing has changed,
// nothing is painted.
func (r *Rail) Set(spans []Span, at float32) {
	if r.pulled {
		at = r.at
	}
	if at == r.at && slices.Equal(spans, r.spans) {
		return
	}
	r.spans, r.at = spans, at
	r.Refresh()
}

// Pulled reports whether the user drags the knob.
func (r *Rail) Pulled() bool { return r.pulled }

// share is the place below a point.
func (r *Rail) share(x float32) float32 {
	return min(max((x-railKnob/2)/max(1, r.Size().Width-railKnob), 0), 1)
}

func (r *Rail) move(at float32, done bool) {
	r.at = at
	r.Refresh()
	r.OnMoved(at, done)
}

// Tapped is called by Fyne.
func (r *Rail) Tapped(e *fyne.PointEvent) { r.move(r.share(e.Position.X), true) }

// Dragged is called by Fyne.
func (r *Rail) Dragged(e *fyne.DragEvent) {
	r.pulled = true
	r.drag = r.share(e.Position.X)
	r.move(r.drag, false)
}

// DragEnd is called by Fyne.
func (r *Rail) DragEnd() {
	r.pulled = false
	r.move(r.drag, true)
}

// FocusGained is called by Fyne.
func (r *Rail) FocusGained() {
	r.focused = true
	r.Refresh()
	r.OnFocus.call(r)
}

// FocusLost is called by Fyne.
func (r *Rail) FocusLost() {
	r.focused = false
	r.Refresh()
}

// KeyDown is called by Fyne. The window's own keys move the knob, wherever the focus is.
func (r *Rail) KeyDown(key *fyne.KeyEvent) { passOn(r, key) }

// KeyUp does nothing; desktop.Keyable needs it.
func (r *Rail) KeyUp(*fyne.KeyEvent) {}

// TypedKey does nothing; see KeyDown.
func (r *Rail) TypedKey(*fyne.KeyEvent) {}

// TypedRune does nothing; fyne.Focusable needs it.
func (r *Rail) TypedRune(rune) {}

// MouseIn is called by Fyne.
func (r *Rail) MouseIn(e *desktop.MouseEvent) { pointAt(r, r.Name(r.share(e.Position.X)), "") }

// MouseMoved is called by Fyne.
func (r *Rail) MouseMoved(e *desktop.MouseEvent) { pointAt(r, r.Name(r.share(e.Position.X)), "") }

// MouseOut is called by Fyne.
func (r *Rail) MouseOut() { pointAway(r) }

// Cursor is called by Fyne.
func (r *Rail) Cursor() desktop.Cursor { return desktop.PointerCursor }

// AccessibilityLabel returns what a screen reader says.
func (r *Rail) AccessibilityLabel() string { return r.Words }

// AccessibilityRole returns the button's role: Fyne has no role for sliders.
func (r *Rail) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// CreateRenderer is called by Fyne.
func (r *Rail) CreateRenderer() fyne.WidgetRenderer {
	drawn := &railRenderer{rail: r, thin: &canvas.Rectangle{CornerRadius: thinRail / 2}, knob: &canvas.Circle{}}
	drawn.paint()
	return newRinged(drawn, r, func() bool { return r.focused })
}

type railRenderer struct {
	rail  *Rail
	thin  *canvas.Rectangle
	thick []*canvas.Rectangle // one for each span before the knob and behind it
	knob  *canvas.Circle
}

func (d *railRenderer) Objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{d.thin}
	for _, bar := range d.thick {
		objects = append(objects, bar)
	}
	return append(objects, d.knob)
}

func (d *railRenderer) Destroy()           {}
func (d *railRenderer) MinSize() fyne.Size { return fyne.NewSize(80, railHeight) }

func (d *railRenderer) Layout(size fyne.Size) {
	room := max(0, size.Width-railKnob)
	bar := func(o fyne.CanvasObject, from, to, height float32) {
		o.Move(fyne.NewPos(railKnob/2+from*room, (size.Height-height)/2))
		o.Resize(fyne.NewSize(max(1, (to-from)*room), height))
	}
	bar(d.thin, 0, 1, thinRail)
	at := d.rail.at
	for i, span := range d.rail.spans {
		bar(d.thick[2*i], min(span.From, at), min(span.To, at), thickRail)
		bar(d.thick[2*i+1], max(span.From, at), max(span.To, at), thickRail)
		SetVisible(d.thick[2*i], span.From < at)
		SetVisible(d.thick[2*i+1], span.To > at)
	}
	d.knob.Move(fyne.NewPos(at*room, (size.Height-railKnob)/2))
	d.knob.Resize(fyne.NewSquareSize(railKnob))
}

func (d *railRenderer) Refresh() {
	d.paint()
	d.Layout(d.rail.Size())
	canvas.Refresh(d.rail)
}

func (d *railRenderer) paint() {
	for len(d.thick) < 2*len(d.rail.spans) {
		d.thick = append(d.thick, &canvas.Rectangle{CornerRadius: 2})
	}
	d.thick = d.thick[:2*len(d.rail.spans)]
	variant := fyne.CurrentApp().Settings().ThemeVariant()
	colors := d.rail.Theme()
	d.thin.FillColor = colors.Color(theme.ColorNameDisabled, variant)
	for i, bar := range d.thick {
		bar.FillColor = colors.Color([]fyne.ThemeColorName{theme.ColorNamePrimary, theme.ColorNamePlaceHolder}[i%2], variant)
	}
	d.knob.FillColor = colors.Color(theme.ColorNameForeground, variant)
}
