package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

// side is a card beside the preview, which stays in sight meanwhile. It is scrolled
// where it is higher than there is room. Its owner opens it through sides.
type side struct {
	panel  *fyne.Container
	themed *container.ThemeOverride
	scroll *container.Scroll
	rows   *fyne.Container // in it
	button *button         // opens and closes it
	opened func(open bool) // is told; may be nil
}

const sideWidth = 280

// newSide makes a closed one with a heading above rows.
func newSide(heading string, rows ...fyne.CanvasObject) *side {
	s := &side{}
	title := widget.NewLabelWithStyle(heading, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	// The bar of the scroller gets the margin on the right.
	const left, bar, right = 10, 8, 2
	s.rows = newRows(append([]fyne.CanvasObject{title}, rows...)...)
	s.scroll = container.NewVScroll(container.New(narrow{}, container.New(layout.NewCustomPaddedLayout(0, 0, 0, bar), s.rows)))
	s.scroll.SetMinSize(fyne.NewSize(sideWidth-left-right, 0))
	s.themed = container.NewThemeOverride(s.scroll, onCard{})
	s.panel = container.New(layout.NewCustomPaddedLayout(0, 0, 6, 0),
		newPanel(colorCard, nudge(s.themed, left-panelMargin, right-panelMargin)))
	s.panel.Hide()
	return s
}

// relayout makes room for what came or grew.
func (s *side) relayout() { layAnew(s.themed) }

// place does so for what is never wrapped. The rows are laid out anew even where all
// of them together have the room that they had.
func (s *side) place() {
	s.scroll.Refresh()
	s.rows.Layout.Layout(s.rows.Objects, s.rows.Size())
}

// reveal keeps the widget that has the keyboard in sight.
func (s *side) reveal(o fyne.CanvasObject) { reveal(s.scroll, o) }

// set opens or closes it, and says so on its button.
func (s *side) set(open bool) {
	if open == s.panel.Visible() {
		return
	}
	setVisible(s.panel, open)
	s.button.Importance = widget.MediumImportance
	if open {
		s.button.Importance = widget.HighImportance
	}
	s.button.Refresh()
	if s.opened != nil {
		s.opened(open)
	}
}

// sides are all of them. There is room for one at a time.
type sides struct {
	all   []*side
	row   *fyne.Container // with all of them, hidden while none is open: a layout keeps a gap beside it
	moved func()          // is called when the preview gets another width
}

// add makes a side one of them, which a button opens and closes.
func (s *sides) add(one *side, opens *button) {
	one.button = opens
	opens.OnTapped = func() { s.pull(one) }
	s.all = append(s.all, one)
}

// pull opens one in the place of another, or closes it.
func (s *sides) pull(one *side) {
	open := !one.panel.Visible()
	for _, other := range s.all {
		other.set(other == one && open)
	}
	setVisible(s.row, open)
	s.moved()
}

// close closes one where it is open.
func (s *sides) close(one *side) {
	if one.panel.Visible() {
		s.pull(one)
	}
}

// drawn are they, where at most one is seen.
func (s *sides) drawn() *fyne.Container {
	s.row = container.New(layout.NewCustomPaddedHBoxLayout(0))
	for _, one := range s.all {
		s.row.Add(one.panel)
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
