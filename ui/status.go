package ui

import (
	"fyne.io/fyne/v2"
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
	line       *fyne.Container
	dot, words *widget.Label
	program    *kit.Button
}

func newStatus(tools fyne.CanvasObject) *status {
	s := &status{dot: widget.NewLabel("●"), words: widget.NewLabel("")}
	s.words.Truncation = fyne.TextTruncateEllipsis
	s.program = kit.NewIconButton(lang.L("Program settings"), theme.MoreVerticalIcon(), nil)
	right := container.NewHBox(tools, s.program)
	s.line = container.NewBorder(nil, nil, kit.Nudge(s.dot, -4, -10), right, s.words)
	return s
}

// show draws the state.
func (s *status) show(state State) {
	kit.SetText(s.words, lineWords(state))
	if color := dotColor(state); color != s.dot.Importance {
		s.dot.Importance = color
		s.dot.Refresh()
	}
}

func dotColor(s State) widget.Importance {
	switch {
	case s.Chosen == "":
		return widget.LowImportance
	case s.Condition == Paused:
		return widget.WarningImportance
	case s.away():
		return widget.DangerImportance
	case s.Condition == Starting:
		return widget.WarningImportance
	case s.Condition == Live:
		return widget.SuccessImportance
	case s.Condition == Lost:
		return widget.DangerImportance
	default:
		return widget.LowImportance
	}
}
