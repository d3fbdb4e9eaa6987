package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Curtain dims what is below it and shows a heading with a sentence over it.
type Curtain struct {
	Drawn         *fyne.Container
	dim           *canvas.Rectangle
	heading, more *widget.Label
}

// NewCurtain makes a curtain.
func NewCurtain() *Curtain {
	dim := canvas.NewRectangle(color.NRGBA{A: 0xb4})
	heading := widget.NewLabelWithStyle("", fyne.TextAlignCenter, fyne.TextStyle{Bold: true})
	heading.SizeName = theme.SizeNameSubHeadingText
	heading.Wrapping = fyne.TextWrapWord
	more := widget.NewLabelWithStyle("", fyne.TextAlignCenter, fyne.TextStyle{})
	more.Wrapping = fyne.TextWrapWord

	// The curtain is dark in both themes, so its words are light in both.
	words := container.NewThemeOverride(container.New(middle{}, container.NewVBox(heading, more)), Always{Variant: theme.VariantDark})
	padded := container.New(layout.NewCustomPaddedLayout(16, 16, 24, 24), words)
	return &Curtain{Drawn: container.NewStack(dim, padded), dim: dim, heading: heading, more: more}
}

// SetRadius sets the radius of the corners.
func (c *Curtain) SetRadius(radius float32) { c.dim.CornerRadius = radius }

// Say shows the words. Without a heading it hides the curtain.
func (c *Curtain) Say(heading, more string) {
	SetText(c.heading, heading)
	SetText(c.more, more)
	SetVisible(c.more, more != "")
	SetVisible(c.Drawn, heading != "")
}

// middle centres its object vertically and gives it the whole width, which wrapped
// text needs.
type middle struct{}

func (middle) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

func (middle) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	// The height of wrapped text depends on its width.
	objects[0].Resize(fyne.NewSize(size.Width, objects[0].MinSize().Height))
	height := objects[0].MinSize().Height
	objects[0].Resize(fyne.NewSize(size.Width, height))
	objects[0].Move(fyne.NewPos(0, max(0, (size.Height-height)/2)))
}
