package kit

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Tile is a small picture that can be tapped.
type Tile struct {
	widget.BaseWidget
	picture *canvas.Image
	none    *widget.Icon // shown while there is no picture
	tapped  func()
}

var _ fyne.Tappable = (*Tile)(nil)

// NewTile makes a tile that shows the icon none while there is no picture.
func NewTile(none fyne.Resource, tapped func()) *Tile {
	const radius = 6
	t := &Tile{
		picture: &canvas.Image{FillMode: canvas.ImageFillContain, ScaleMode: canvas.ImageScaleFastest, CornerRadius: radius},
		none:    widget.NewIcon(theme.NewColoredResource(none, theme.ColorNameDisabled)),
		tapped:  tapped,
	}
	t.picture.Hide()
	t.ExtendBaseWidget(t)
	return t
}

// SetPicture draws a picture, if it has changed; nil is none.
func (t *Tile) SetPicture(picture image.Image) {
	if t.picture.Image == picture {
		return
	}
	t.picture.Image = picture
	SetVisible(t.picture, picture != nil)
	SetVisible(t.none, picture == nil)
	t.picture.Refresh()
}

// Tapped is called by Fyne.
func (t *Tile) Tapped(*fyne.PointEvent) { t.tapped() }

// MinSize is the size of a picture of 16:9.
func (t *Tile) MinSize() fyne.Size { return fyne.NewSize(112, 63) }

// CreateRenderer is called by Fyne.
func (t *Tile) CreateRenderer() fyne.WidgetRenderer {
	ground := canvas.NewRectangle(color.NRGBA{R: 0x0c, G: 0x0d, B: 0x10, A: 0xff})
	ground.CornerRadius = t.picture.CornerRadius
	icon := container.NewCenter(container.NewGridWrap(fyne.NewSquareSize(20), t.none))
	return widget.NewSimpleRenderer(container.NewStack(ground, icon, t.picture))
}
