package kit

import (
	"image"
	"image/color"
	"image/draw"

	"fyne.io/fyne/v2/canvas"
)

// Code draws a QR code, dark on light in every theme, because some readers do not
// recognise light on dark. All modules are squares of the same whole number of pixels,
// which keeps their edges sharp.
type Code struct {
	Raster  *canvas.Raster
	modules [][]bool
}

// NewCode makes a code without modules, drawn as a white square.
func NewCode() *Code {
	c := &Code{}
	c.Raster = canvas.NewRaster(c.draw)
	c.Raster.ScaleMode = canvas.ImageScalePixels
	return c
}

// Set draws modules, given row by row with the quiet zone around them; true is dark.
// The rows are not copied.
func (c *Code) Set(modules [][]bool) {
	c.modules = modules
	c.Raster.Refresh()
}

// draw is called by Fyne with the size in pixels.
func (c *Code) draw(width, height int) image.Image {
	picture := image.NewGray(image.Rect(0, 0, width, height))
	draw.Draw(picture, picture.Bounds(), image.White, image.Point{}, draw.Src)
	side := len(c.modules)
	if side == 0 {
		return picture
	}
	module := min(width, height) / side
	left, top := (width-module*side)/2, (height-module*side)/2
	for y, row := range c.modules {
		for x, dark := range row {
			if dark {
				at := image.Rect(0, 0, module, module).Add(image.Pt(left+x*module, top+y*module))
				draw.Draw(picture, at, image.NewUniform(color.Black), image.Point{}, draw.Src)
			}
		}
	}
	return picture
}
