package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

// NewField puts a widget below a label, which takes a second line if it is too long for one.
func NewField(label string, o fyne.CanvasObject) *fyne.Container {
	caption := widget.NewLabel(label)
	caption.Wrapping = fyne.TextWrapWord
	return container.New(layout.NewCustomPaddedVBoxLayout(-3), caption, o)
}

// NewTick puts a check into a column of fields.
func NewTick(c *Check) fyne.CanvasObject { return Lowered(6, c) }

// NewCaption makes a label of one line, which ends in an ellipsis if it is too long.
func NewCaption(text string) *widget.Label {
	caption := widget.NewLabel(text)
	caption.Truncation = fyne.TextTruncateEllipsis
	return caption
}

// NewRows makes a column of fields.
func NewRows(rows ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedVBoxLayout(2), rows...)
}
