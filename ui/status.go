package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"fanlight/ui/kit"
)

// status is the line at the bottom: a dot in the colour of the camera's condition, the
// words for it with the size of the pictures, the tools, and a button that opens the
// program's settings. Words that have no room beside the tools stand above them.
type status struct {
	line    *fyne.Container
	pair    *kit.Pair // of the words and the tools
	says    *fyne.Container
	right   fyne.CanvasObject
	dot     *dot
	words   *widget.Label
	program *kit.Button
}

func newStatus(tools fyne.CanvasObject) *status {
	s := &status{pair: &kit.Pair{}, dot: newDot(), words: widget.NewLabel("")}
	s.words.Truncation = fyne.TextTruncateEllipsis
	s.program = kit.NewIconButton(lang.L("Program settings"), theme.MoreVerticalIcon(), nil)
	s.says = container.New(beside, container.NewBorder(nil, nil, s.dot, nil, s.words))
	s.right = container.NewHBox(tools, s.program)
	s.line = container.New(s.pair, s.says, s.right)
	return s
}

// show draws the state.
func (s *status) show(state State) {
	kit.SetText(s.words, lineWords(state))
	s.dot.set(dotColor(state))
}

// The words beside the tools are as high as those, and above them as high as their text, for
// the sake of small screens.
var (
	beside = layout.NewCustomPaddedLayout(0, 0, 0, 0)
	above  = layout.NewCustomPaddedLayout(-8, -7, 0, 0)
)

// fit makes room for the words in a line of a width, and reports whether the line has another
// height now.
func (s *status) fit(width float32) (moved bool) {
	before := s.line.MinSize().Height
	need := fyne.MeasureText(s.words.Text, theme.TextSize(), s.words.TextStyle).Width + 2*theme.InnerPadding()
	stacked := s.dot.MinSize().Width+theme.Padding()+need > width-s.right.MinSize().Width
	if stacked != s.pair.Stacked {
		s.pair.Stacked = stacked
		s.says.Layout, s.words.Truncation, s.words.Wrapping = beside, fyne.TextTruncateEllipsis, fyne.TextWrapOff
		if stacked {
			s.says.Layout, s.words.Truncation, s.words.Wrapping = above, fyne.TextTruncateOff, fyne.TextWrapWord
		}
		s.words.Refresh()
	}
	if stacked { // how high the words are depends on how wide they may be
		s.says.Resize(fyne.NewSize(width, s.says.MinSize().Height))
	}
	return s.line.MinSize().Height != before
}

// dot is a round spot in a colour of the theme. Fyne's fonts have no sign for it.
type dot struct {
	widget.BaseWidget
	color fyne.ThemeColorName
}

func newDot() *dot {
	d := &dot{color: theme.ColorNamePlaceHolder}
	d.ExtendBaseWidget(d)
	return d
}

func (d *dot) set(color fyne.ThemeColorName) {
	if color != d.color {
		d.color = color
		d.Refresh()
	}
}

// CreateRenderer is called by Fyne.
func (d *dot) CreateRenderer() fyne.WidgetRenderer {
	r := &dotRenderer{dot: d, circle: canvas.NewCircle(nil)}
	r.WidgetRenderer = widget.NewSimpleRenderer(container.NewCenter(container.NewGridWrap(fyne.NewSquareSize(10), r.circle)))
	r.paint()
	return r
}

type dotRenderer struct {
	fyne.WidgetRenderer
	dot    *dot
	circle *canvas.Circle
}

func (r *dotRenderer) paint() {
	r.circle.FillColor = r.dot.Theme().Color(r.dot.color, fyne.CurrentApp().Settings().ThemeVariant())
}

// Refresh is called by Fyne, also for another theme.
func (r *dotRenderer) Refresh() {
	r.paint()
	r.WidgetRenderer.Refresh()
}

func dotColor(s State) fyne.ThemeColorName {
	switch {
	case s.Chosen == "":
		return theme.ColorNamePlaceHolder
	case s.Condition == Paused:
		return theme.ColorNameWarning
	case s.away():
		return theme.ColorNameError
	case s.Condition == Starting:
		return theme.ColorNameWarning
	case s.Condition == Live:
		return theme.ColorNameSuccess
	case s.Condition == Lost:
		return theme.ColorNameError
	default:
		return theme.ColorNamePlaceHolder
	}
}
