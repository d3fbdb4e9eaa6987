package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

// Side is a card that opens beside the window's main content and can be scrolled. It is
// opened by a button; see [Sides].
type Side struct {
	Panel  *Panel
	themed *container.ThemeOverride
	Scroll *container.Scroll
	rows   *fyne.Container // the content
	start  *threshold      // before the first row
	button *Button         // opens and closes it
	Opened func(open bool) // is called when it is opened or closed; may be nil
}

const sideWidth = 280

// NewSide makes a closed side with a heading above the rows.
func NewSide(heading string, rows ...fyne.CanvasObject) *Side {
	s := &Side{start: newThreshold()}
	title := widget.NewLabelWithStyle(heading, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	// The scroll bar stands in the margin on the right.
	const left, bar, right = 10, 8, 2
	s.rows = NewRows(append([]fyne.CanvasObject{title}, rows...)...)
	s.Scroll = container.NewVScroll(container.New(narrow{}, container.New(layout.NewCustomPaddedLayout(0, 0, 0, bar), s.rows)))
	s.Scroll.SetMinSize(fyne.NewSize(sideWidth-left-right, 0))
	s.themed = container.NewThemeOverride(container.NewStack(s.start, s.Scroll, newWheel(s.Scroll)), onCard{})
	s.Panel = NewPanel(ColorCard, Nudge(s.themed, left-panelMargin, right-panelMargin))
	s.Panel.Hide()
	return s
}

// Relayout lays out the rows after they have changed their sizes.
func (s *Side) Relayout() { Relayout(s.themed) }

// Place moves the rows to their places after one of them has changed its height. It is
// cheaper than Relayout, and does not suit wrapped text.
func (s *Side) Place() {
	s.Scroll.Refresh()
	s.rows.Layout.Layout(s.rows.Objects, s.rows.Size())
}

// Reveal scrolls to a widget that got the keyboard focus. It is a [FocusFunc].
func (s *Side) Reveal(o fyne.CanvasObject) { reveal(s.Scroll, o) }

// set opens or closes the side, and highlights its button while it is open.
func (s *Side) set(open bool) {
	if open == s.Panel.Visible() {
		return
	}
	SetVisible(s.Panel, open)
	if !open {
		s.start.leave()
	}
	s.button.Importance = widget.MediumImportance
	if open {
		s.button.Importance = widget.HighImportance
	}
	s.button.Refresh()
	if s.Opened != nil {
		s.Opened(open)
	}
}

// Sides is all sides of a window, of which at most one is open.
type Sides struct {
	all   []*Side
	row   *fyne.Container // of all sides; hidden while none is open, or it would leave a gap
	Moved func()          // is called when a side was opened or closed
}

// Add adds a side that a button opens and closes.
func (s *Sides) Add(one *Side, opens *Button) {
	one.button = opens
	opens.OnTapped = func() { s.pull(one) }
	s.all = append(s.all, one)
}

// pull opens a side and closes the others, or closes it if it is open.
func (s *Sides) pull(one *Side) {
	open := !one.Panel.Visible()
	for _, other := range s.all {
		other.set(other == one && open)
	}
	SetVisible(s.row, open)
	s.Moved()
}

// Open returns the side that is open; nil for none.
func (s *Sides) Open() *Side {
	for _, one := range s.all {
		if one.Panel.Visible() {
			return one
		}
	}
	return nil
}

// Enter moves the keyboard focus of a canvas to the beginning of the side.
func (s *Side) Enter(c fyne.Canvas) { s.start.enter(c) }

// Close closes a side, if it is open.
func (s *Sides) Close(one *Side) {
	if one.Panel.Visible() {
		s.pull(one)
	}
}

// CloseAll closes the side that is open, and reports whether there was one.
func (s *Sides) CloseAll() bool {
	one := s.Open()
	if one != nil {
		s.pull(one)
	}
	return one != nil
}

// Drawn returns the object to be put into the window.
func (s *Sides) Drawn() *fyne.Container {
	s.row = container.NewStack()
	for _, one := range s.all {
		s.row.Add(one.Panel)
	}
	s.row.Hide()
	return s.row
}

// narrow is a layout that lets its object be narrower than its content, which is cut
// off then: a long word must not widen the side.
type narrow struct{}

func (narrow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, objects[0].MinSize().Height)
}

func (narrow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(size)
	objects[0].Move(fyne.Position{})
}
