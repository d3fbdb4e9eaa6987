package ui

import (
	"image"
	"sync"
)

// frames is a triple buffer between the decoder and the screen: one picture is
// drawn into, one lies ready, one is on screen. Neither side ever waits for the
// other, and the one on screen is never written. A frames must not be copied.
type frames struct {
	mu                 sync.Mutex // held for a swap of pointers, never while pixels are touched
	back, ready, front *image.RGBA
	fresh              bool // ready is newer than front
	drawing, stale     bool // a picture is being drawn, and is not to be shown
}

// free returns the picture that the decoder may draw into; nil before there is one.
func (f *frames) free() *image.RGBA {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.drawing, f.stale = true, false
	return f.back
}

// forget drops the picture that lies ready, and the one that is being drawn: they are of
// another camera.
func (f *frames) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fresh, f.stale = false, f.drawing
}

// waiting reports whether there is a picture that was not taken.
func (f *frames) waiting() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fresh
}

// publish hands a drawn picture over and replaces one that nobody took. It
// reports whether the screen must be told: false means that it was told of the
// replaced one and has not come yet.
func (f *frames) publish(drawn *image.RGBA) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.drawing = false
	if f.stale {
		f.back, f.stale = drawn, false
		return false
	}
	f.back, f.ready = f.ready, drawn
	tell := !f.fresh
	f.fresh = true
	return tell
}

// take returns the newest picture, which is on screen from now until the next call.
func (f *frames) take() *image.RGBA {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fresh {
		f.front, f.ready = f.ready, f.front
		f.fresh = false
	}
	return f.front
}
