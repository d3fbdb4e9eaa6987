package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

var (
	_ fyne.Tappable = (*Sheet)(nil)
	_ fyne.Tappable = (*solid)(nil)
)

// Sheet is a card over the window. A tap beside it closes it, and so does Escape.
type Sheet struct {
	widget.BaseWidget
	canvas fyne.Canvas
	drawn  *fyne.Container
	before func(*fyne.KeyEvent) // handles keys while the sheet is closed
}

// NewSheet makes a closed sheet, at most as large as most.
func NewSheet(c fyne.Canvas, content fyne.CanvasObject, most fyne.Size) *Sheet {
	s := &Sheet{canvas: c}
	dim := canvas.NewRectangle(color.NRGBA{A: 0xb4})
	card := newSolid(NewPanel(ColorCard, container.NewThemeOverride(content, onCard{})))
	s.drawn = container.NewStack(dim, container.New(centred{most}, card))
	s.ExtendBaseWidget(s)
	return s
}

// Relayout lays out the content after it has changed its size.
func (s *Sheet) Relayout() { Relayout(s.drawn) }

// Open shows the sheet, with the keyboard focus at first.
func (s *Sheet) Open(first fyne.Focusable) {
	s.before = s.canvas.OnTypedKey()
	s.canvas.SetOnTypedKey(func(key *fyne.KeyEvent) {
		if key.Name == fyne.KeyEscape {
			s.Close()
		}
	})
	s.canvas.Overlays().Add(s)
	s.Relayout() // the theme may be another one since it was made
	s.canvas.Focus(first)
}

// IsOpen reports whether the sheet is shown.
func (s *Sheet) IsOpen() bool {
	for _, o := range s.canvas.Overlays().List() {
		if o == fyne.CanvasObject(s) {
			return true
		}
	}
	return false
}

// Close hides the sheet, if it is open.
func (s *Sheet) Close() {
	if s.IsOpen() {
		s.canvas.Overlays().Remove(s)
		s.canvas.SetOnTypedKey(s.before)
	}
}

// Tapped is called by Fyne for taps beside the card.
func (s *Sheet) Tapped(*fyne.PointEvent) { s.Close() }

// CreateRenderer is called by Fyne.
func (s *Sheet) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(s.drawn) }

// centred is a layout that gives its object the middle of the room, up to a size.
type centred struct{ most fyne.Size }

const sheetMargin = 14

func (c centred) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return objects[0].MinSize().AddWidthHeight(2*sheetMargin, 2*sheetMargin)
}

func (c centred) Layout(objects []fyne.CanvasObject, room fyne.Size) {
	size := room.SubtractWidthHeight(2*sheetMargin, 2*sheetMargin).Min(c.most).Max(objects[0].MinSize())
	objects[0].Resize(size)
	objects[0].Move(fyne.NewPos((room.Width-size.Width)/2, (room.Height-size.Height)/2))
}

// solid stops taps from reaching what is behind its content.
type solid struct {
	widget.BaseWidget
	content fyne.CanvasObject
}

func newSolid(content fyne.CanvasObject) *solid {
	s := &solid{content: content}
	s.ExtendBaseWidget(s)
	return s
}

// Tapped is called by Fyne.
func (s *solid) Tapped(*fyne.PointEvent) {}

// CreateRenderer is called by Fyne.
func (s *solid) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(s.content) }
