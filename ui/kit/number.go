package kit

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

// NumberField is a slider with its label and its value above it.
type NumberField struct {
	Object fyne.CanvasObject
	Slider *Slider
	value  *widget.Label
}

// NewNumberField makes a field for numbers from least to most, both included if the
// step allows.
func NewNumberField(label string, least, most, step int, moved func(value int)) *NumberField {
	n := &NumberField{value: widget.NewLabel("")}
	n.Slider = newSlider(label, least, most, step, func(value int) {
		n.value.SetText(strconv.Itoa(value))
		moved(value)
	})
	words := container.NewBorder(nil, nil, nil, n.value, NewCaption(label))
	n.Object = Lowered(10, container.New(layout.NewCustomPaddedVBoxLayout(-8), words, n.Slider))
	return n
}

// Set shows a value from the program.
func (n *NumberField) Set(value int) {
	if n.Slider.Set(value) {
		SetText(n.value, strconv.Itoa(value))
	}
}
