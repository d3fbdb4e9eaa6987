package ui

import (
	"cmp"
	"image"
	"image/color"
	"image/draw"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"github.com/skip2/go-qrcode"
)

// code is a QR code, dark on light in every theme: not all readers take it the
// other way round. All its modules are squares of the same whole number of
// pixels, which keeps their edges sharp.
type code struct {
	raster  *canvas.Raster
	modules [][]bool // dark ones are true; with the quiet zone of four around them
}

func newCode() *code {
	c := &code{}
	c.raster = canvas.NewRaster(c.draw)
	c.raster.ScaleMode = canvas.ImageScalePixels
	return c
}

// set makes it the code of a text. One that is too long for a code shows none.
func (c *code) set(text string) {
	c.modules = nil
	if made, err := qrcode.New(text, qrcode.Medium); err == nil {
		c.modules = made.Bitmap()
	}
	c.raster.Refresh()
}

// draw is called by Fyne with the size in pixels.
func (c *code) draw(width, height int) image.Image {
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

// codeSheet shows the link as a QR code.
type codeSheet struct {
	*sheet
	code    *code
	link    *widget.Label
	words   *widget.Label
	copyIt  *copyButton
	done    *button
	keyLink string // in the code
}

func newCodeSheet(a fyne.App, c fyne.Canvas) *codeSheet {
	s := &codeSheet{code: newCode(), link: widget.NewLabel(""), words: widget.NewLabel("")}
	s.link.Truncation = fyne.TextTruncateEllipsis
	s.link.Alignment = fyne.TextAlignCenter
	s.link.TextStyle.Bold = true
	s.words.Wrapping = fyne.TextWrapWord
	s.words.Alignment = fyne.TextAlignCenter
	s.copyIt = newCopyButton(a, "Copy link", "Copy the link in the code", func() string { return s.keyLink })
	s.done = newButton("Close", "Close", func() { s.close() })
	s.done.Importance = widget.HighImportance
	s.copyIt.escaped, s.done.escaped = func() { s.close() }, func() { s.close() }

	buttons := container.NewHBox(layout.NewSpacer(), s.copyIt, s.done)
	below := container.NewVBox(container.New(layout.NewCustomPaddedVBoxLayout(-12), s.link, s.words), buttons)
	middle := container.New(square{}, s.code.raster)
	s.sheet = newSheet(c, container.NewBorder(nil, below, nil, nil, middle), fyne.NewSize(520, 640))
	return s
}

// show follows the state of the program. While the sheet is closed it costs nothing.
func (s *codeSheet) show(state State) {
	switch {
	case !s.isOpen():
	case state.KeyLink == "": // nobody can watch any more
		s.close()
	default:
		s.draw(state)
	}
}

// openFor shows it.
func (s *codeSheet) openFor(state State) {
	if state.KeyLink != "" {
		s.open(s.done)
		s.draw(state)
		s.relayout()
	}
}

func (s *codeSheet) draw(state State) {
	setText(s.link, cmp.Or(state.LinkHere, state.Link))
	if s.keyLink == state.KeyLink {
		return
	}
	s.keyLink = state.KeyLink
	s.code.set(state.KeyLink)
	copyWords, words := "Copy link", "Scan it with a phone that is on the same network."
	if state.Passcode != "" {
		copyWords = "Copy link with key"
		words += " The code has a key in it: whoever has it, or the link with the key, can watch until the passcode changes."
	}
	s.copyIt.call(copyWords)
	setText(s.words, words)
	s.relayout()
}

// square gives its object the largest square in the middle.
type square struct{}

func (square) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSquareSize(180) }

func (square) Layout(objects []fyne.CanvasObject, room fyne.Size) {
	side := min(room.Width, room.Height)
	objects[0].Resize(fyne.NewSquareSize(side))
	objects[0].Move(fyne.NewPos((room.Width-side)/2, (room.Height-side)/2))
}
