package kit

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Meter is a small upright bar that shows a level from 0 to 1.
type Meter struct {
	widget.BaseWidget
	steps int
}

// meterSteps is how many levels can be told apart: no other change is painted.
const meterSteps = 12

// NewMeter makes a meter at 0.
func NewMeter() *Meter {
	m := &Meter{}
	m.ExtendBaseWidget(m)
	return m
}

// Set shows a level.
func (m *Meter) Set(level float64) {
	steps := int(math.Round(meterSteps * max(0, min(1, level))))
	if steps != m.steps {
		m.steps = steps
		m.Refresh()
	}
}

// MinSize is called by Fyne.
func (m *Meter) MinSize() fyne.Size { return fyne.NewSize(6, 24) }

// CreateRenderer is called by Fyne.
func (m *Meter) CreateRenderer() fyne.WidgetRenderer {
	r := &meterRenderer{meter: m, ground: canvas.NewRectangle(nil), bar: canvas.NewRectangle(nil)}
	r.ground.CornerRadius, r.bar.CornerRadius = 3, 3
	r.Refresh()
	return r
}

type meterRenderer struct {
	meter       *Meter
	ground, bar *canvas.Rectangle
}

func (r *meterRenderer) Layout(size fyne.Size) {
	const most = 28 // points, also beside higher widgets
	height := min(size.Height, most)
	top := (size.Height - height) / 2
	r.ground.Move(fyne.NewPos(0, top))
	r.ground.Resize(fyne.NewSize(size.Width, height))
	lit := height * float32(r.meter.steps) / meterSteps
	r.bar.Move(fyne.NewPos(0, top+height-lit))
	r.bar.Resize(fyne.NewSize(size.Width, lit))
}

func (r *meterRenderer) MinSize() fyne.Size           { return r.meter.MinSize() }
func (r *meterRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.ground, r.bar} }
func (r *meterRenderer) Destroy()                     {}

// Refresh is called by Fyne, also for another theme.
func (r *meterRenderer) Refresh() {
	colors, variant := r.meter.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	r.ground.FillColor = colors.Color(theme.ColorNameInputBorder, variant)
	r.bar.FillColor = colors.Color(theme.ColorNameSuccess, variant)
	if r.meter.steps == meterSteps {
		r.bar.FillColor = colors.Color(theme.ColorNameError, variant)
	}
	r.Layout(r.meter.Size())
	r.ground.Refresh()
	r.bar.Refresh()
}
