package ui

import (
	"image"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// late is how long a picture that waits to be painted is not missed.
const late = time.Second

// painted notices that the window is not painted. A Wayland compositor asks for no frames
// of a window that is minimised, on another work space or behind the lock screen, and Fyne
// paints none then; nothing else tells of it. The methods belong to the UI goroutine.
type painted struct {
	watched bool // whether to look at all: elsewhere Fyne paints in any case
	sight   *sight
	do      func(func())    // runs on the UI goroutine
	drawn   *fyne.Container // holds one clear pixel
	pixel   *canvas.Raster  // asked for what it shows, it tells that the window is painted
	missed  *time.Timer     // runs while a picture waits; nil otherwise
}

func newPainted(s *sight, do func(func())) *painted {
	p := &painted{sight: s, do: do}
	clear := image.NewRGBA(image.Rect(0, 0, 1, 1))
	p.pixel = canvas.NewRaster(func(int, int) image.Image {
		p.done()
		return clear
	})
	p.pixel.Resize(fyne.NewSize(1, 1))
	p.drawn = container.NewWithoutLayout(p.pixel)
	return p
}

// ask expects the window to be painted before long.
func (p *painted) ask() {
	if !p.watched {
		return
	}
	p.pixel.Refresh()
	if p.missed != nil {
		return
	}
	var missed *time.Timer
	missed = time.AfterFunc(late, func() {
		p.do(func() {
			if p.missed == missed { // it was not painted before this call came
				p.sight.set(unpainted, false)
			}
		})
	})
	p.missed = missed
}

// done is called when the window is painted.
func (p *painted) done() {
	if p.missed != nil {
		p.missed.Stop()
		p.missed = nil
	}
	p.sight.set(unpainted, true)
}
