package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"fanlight/ui/kit"
)

// status is the line at the bottom: a dot in the colour of the camera's condition, the
// words for it with the size of the pictures, the tools, and a button that opens the
// program's settings.
type status struct {
	line    *fyne.Container
	dot     *dot
	words   *widget.Label
	program *kit.Button
}

func newStatus(tools fyne.CanvasObject) *status {
	s := &status{dot: newDot(), words: widget.NewLabel("")}
	s.words.Truncation = fyne.TextTruncateEllipsis
	s.program = kit.NewIconButton(lang.L("Program settings"), theme.MoreVerticalIcon(), nil)
	right := container.NewHBox(tools, s.program)
	s.line = container.NewBorder(nil, nil, s.dot, right, s.words)
	return s
}

// show draws the state.
func (s *status) show(state State) {
	kit.SetText(s.words, lineWords(state))
	s.dot.set(dotColor(state))
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
