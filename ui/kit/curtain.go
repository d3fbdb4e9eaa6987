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

// Curtain dims the preview's picture and says over it why it is not live, so that nobody
// takes an old picture for a live one.
type Curtain struct {
	Drawn         *fyne.Container
	heading, more *widget.Label
}

func NewCurtain() *Curtain {
	dim := canvas.NewRectangle(color.NRGBA{A: 0xb4})
	dim.CornerRadius = Radius
	heading := widget.NewLabelWithStyle("", fyne.TextAlignCenter, fyne.TextStyle{Bold: true})
	heading.SizeName = theme.SizeNameSubHeadingText
	heading.Wrapping = fyne.TextWrapWord
	more := widget.NewLabelWithStyle("", fyne.TextAlignCenter, fyne.TextStyle{})
	more.Wrapping = fyne.TextWrapWord

	// The preview is dark in both themes, so its words are light in both.
	words := container.NewThemeOverride(container.New(middle{}, container.NewVBox(heading, more)), dark{})
	padded := container.New(layout.NewCustomPaddedLayout(16, 16, 24, 24), words)
	return &Curtain{Drawn: container.NewStack(dim, padded), heading: heading, more: more}
}

// Say shows the words, or draws the curtain up when there are none.
func (c *Curtain) Say(heading, more string) {
	SetText(c.heading, heading)
	SetText(c.more, more)
	SetVisible(c.more, more != "")
	SetVisible(c.Drawn, heading != "")
}

// middle gives its object the whole width, which wrapped text needs, at half height.
type middle struct{}

func (middle) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

func (middle) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	// Wrapped text knows its height only once it knows its width.
	objects[0].Resize(fyne.NewSize(size.Width, objects[0].MinSize().Height))
	height := objects[0].MinSize().Height
	objects[0].Resize(fyne.NewSize(size.Width, height))
	objects[0].Move(fyne.NewPos(0, max(0, (size.Height-height)/2)))
}
