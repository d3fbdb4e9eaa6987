package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

// Radius is the radius of a panel's corners.
const Radius = 12

// panelMargin is the space left and right of a panel's content.
const panelMargin = 14

// Panel is a rounded background in a colour of the theme.
type Panel struct {
	widget.BaseWidget
	color   fyne.ThemeColorName
	content fyne.CanvasObject
}

// NewPanel makes a panel behind the content, in the colour with that name.
func NewPanel(name fyne.ThemeColorName, content fyne.CanvasObject) *Panel {
	p := &Panel{color: name, content: content}
	p.ExtendBaseWidget(p)
	return p
}

// CreateRenderer is called by Fyne.
func (p *Panel) CreateRenderer() fyne.WidgetRenderer {
	ground := canvas.NewRectangle(p.ground())
	ground.CornerRadius = Radius
	padded := container.New(layout.NewCustomPaddedLayout(10, 10, panelMargin, panelMargin), p.content)
	return &panelRenderer{
		WidgetRenderer: widget.NewSimpleRenderer(container.NewStack(ground, padded)),
		panel:          p,
		ground:         ground,
	}
}

func (p *Panel) ground() color.Color {
	return p.Theme().Color(p.color, fyne.CurrentApp().Settings().ThemeVariant())
}

type panelRenderer struct {
	fyne.WidgetRenderer
	panel  *Panel
	ground *canvas.Rectangle
}

func (r *panelRenderer) Refresh() {
	r.ground.FillColor = r.panel.ground()
	r.WidgetRenderer.Refresh()
}
