package main

import (
	"maps"
	"sync"
	"time"

	"fanlight/drivers"
	"fanlight/drivers/pixels"
	"fanlight/streaming"
)

// tuning holds the user's settings of one camera.
type tuning struct {
	Mode     drivers.Mode   `json:"mode,omitzero"`
	Quality  int            `json:"quality,omitempty"` // zero: the usual one
	Look     pixels.Look    `json:"look,omitzero"`
	Controls map[string]int `json:"controls,omitempty"` // by the control's name

	MirrorPreview bool `json:"mirror_preview,omitempty"`
}

// over returns the tuning with the values from the command line replacing remembered ones.
func (o *options) over(t tuning) tuning {
	if o.Size != (size{}) {
		t.Mode = drivers.Mode{Width: o.Size.width, Height: o.Size.height, FPS: t.Mode.FPS}
	}
	if o.FPS > 0 {
		t.Mode.FPS = o.FPS
	}
	if o.Quality > 0 {
		t.Quality = o.Quality
	}
	if look := o.look(); !look.Plain() {
		t.Look = look
	}
	if len(o.Control) > 0 {
		controls := maps.Clone(o.Control)
		for name, value := range t.Controls {
			if _, given := controls[name]; !given {
				controls[name] = value
			}
		}
		t.Controls = controls
	}
	return t
}

// asked holds the tuning options of the command line, until the user sets something else
// in the window. Methods may be called from any goroutine.
type asked struct {
	mu      sync.Mutex
	options options
}

func (a *asked) over(t tuning) tuning {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.options.over(t)
}

// forget edits the options, to remove those for which the user has set something else.
func (a *asked) forget(edit func(*options)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	edit(&a.options)
}

// lens rotates, mirrors and labels pictures, and makes one of two fields. The look can change while it is in use: set
// may be called from any goroutine, turn and close only from the one that has the
// pictures.
type lens struct {
	encoded func(took time.Duration) // called for every encoded picture

	mu      sync.Mutex
	look    pixels.Look
	quality int
	changed bool

	turner *pixels.Turner // nil before the first picture
}

func (l *lens) set(look pixels.Look, quality int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.look, l.quality, l.changed = look, quality, true
}

func (l *lens) turn(p streaming.Picture) ([]byte, error) {
	l.mu.Lock()
	look, quality, changed := l.look, l.quality, l.changed
	l.changed = false
	l.mu.Unlock()
	if changed {
		l.close()
	}
	fields := p.Info.Second > 0
	if look.Plain() && !fields {
		return nil, nil
	}
	if l.turner == nil {
		l.turner = pixels.NewTurner(look, quality)
	}
	began := time.Now()
	if fields {
		woven, err := pixels.Weave(p.JPEG, p.Info, quality)
		if err != nil {
			return nil, err
		}
		p.JPEG = woven
	}
	turned, err := l.turner.Turn(p.JPEG, p.Taken)
	if err == nil {
		l.encoded(time.Since(began))
	}
	return turned, err
}

// close frees the turner and its memory. The lens can be used again.
func (l *lens) close() {
	if l.turner != nil {
		l.turner.Close()
		l.turner = nil
	}
}
