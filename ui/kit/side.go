package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

// Side is a card beside the preview, which stays in sight meanwhile. It is scrolled
// where it is higher than there is room. Its owner opens it through sides.
type Side struct {
	Panel  *fyne.Container
	themed *container.ThemeOverride
	Scroll *container.Scroll
	rows   *fyne.Container // in it
	button *Button         // opens and closes it
	Opened func(open bool) // is told; may be nil
}

const sideWidth = 280

// NewSide makes a closed one with a heading above rows.
func NewSide(heading string, rows ...fyne.CanvasObject) *Side {
	s := &Side{}
	title := widget.NewLabelWithStyle(heading, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	// The bar of the scroller gets the margin on the right.
	const left, bar, right = 10, 8, 2
	s.rows = NewRows(append([]fyne.CanvasObject{title}, rows...)...)
	s.Scroll = container.NewVScroll(container.New(narrow{}, container.New(layout.NewCustomPaddedLayout(0, 0, 0, bar), s.rows)))
	s.Scroll.SetMinSize(fyne.NewSize(sideWidth-left-right, 0))
	s.themed = container.NewThemeOverride(s.Scroll, onCard{})
	s.Panel = container.New(layout.NewCustomPaddedLayout(0, 0, 6, 0),
		NewPanel(ColorCard, Nudge(s.themed, left-panelMargin, right-panelMargin)))
	s.Panel.Hide()
	return s
}

// Relayout makes room for what came or grew.
func (s *Side) Relayout() { Relayout(s.themed) }

// Place does so for what is never wrapped. The rows are laid out anew even where all
// of them together have the room that they had.
func (s *Side) Place() {
	s.Scroll.Refresh()
	s.rows.Layout.Layout(s.rows.Objects, s.rows.Size())
}

// Reveal keeps the widget that has the keyboard in sight.
func (s *Side) Reveal(o fyne.CanvasObject) { reveal(s.Scroll, o) }

// set opens or closes it, and says so on its button.
func (s *Side) set(open bool) {
	if open == s.Panel.Visible() {
		return
	}
	SetVisible(s.Panel, open)
	s.button.Importance = widget.MediumImportance
	if open {
		s.button.Importance = widget.HighImportance
	}
	s.button.Refresh()
	if s.Opened != nil {
		s.Opened(open)
	}
}

// Sides are all of them. There is room for one at a time.
type Sides struct {
	all   []*Side
	row   *fyne.Container // with all of them, hidden while none is open: a layout keeps a gap beside it
	Moved func()          // is called when the preview gets another width
}

// Add makes a side one of them, which a button opens and closes.
func (s *Sides) Add(one *Side, opens *Button) {
	one.button = opens
	opens.OnTapped = func() { s.pull(one) }
	s.all = append(s.all, one)
}

// pull opens one in the place of another, or closes it.
func (s *Sides) pull(one *Side) {
	open := !one.Panel.Visible()
	for _, other := range s.all {
		other.set(other == one && open)
	}
	SetVisible(s.row, open)
	s.Moved()
}

// Close closes one where it is open.
func (s *Sides) Close(one *Side) {
	if one.Panel.Visible() {
		s.pull(one)
	}
}

// Drawn are they, where at most one is seen.
func (s *Sides) Drawn() *fyne.Container {
	s.row = container.New(layout.NewCustomPaddedHBoxLayout(0))
	for _, one := range s.all {
		s.row.Add(one.Panel)
	}
	s.row.Hide()
	return s.row
}

// narrow lets its object be narrower than it would like, which then is cut off:
// a long word of one camera's settings must not widen the drawer.
type narrow struct{}

func (narrow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, objects[0].MinSize().Height)
}

func (narrow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(size)
	objects[0].Move(fyne.Position{})
}
