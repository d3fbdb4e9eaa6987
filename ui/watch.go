package ui

import (
	"context"
	"iter"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
)

// Seen yields whether the user can see a window, now and whenever that changes, until
// ctx ends. The window is named by its X11 id; zero stands for one of another system.
type Seen func(ctx context.Context, x11ID uint32) iter.Seq[bool]

// watch tells the preview whether it is in sight, from begin to end. Methods may be
// called from any goroutine.
type watch struct {
	seen    Seen
	preview *preview

	mu        sync.Mutex
	cancel    context.CancelFunc // nil before begin
	ended     bool
	following sync.WaitGroup
}

func newWatch(seen Seen, p *preview) *watch { return &watch{seen: seen, preview: p} }

// begin watches a window that has been shown: it has no id before. Once it is watched,
// begin does nothing. It is for the UI goroutine.
func (w *watch) begin(window fyne.Window) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cancel != nil || w.ended {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	id, wayland := native(window)
	w.preview.painted.watched = wayland
	w.following.Go(func() {
		for in := range w.seen(ctx, id) {
			w.preview.sight.set(hidden, in)
		}
	})
}

// end watches no more, and waits until nobody is told.
func (w *watch) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	if w.cancel != nil {
		w.cancel()
	}
	w.following.Wait()
}

// native returns the window's id under X11, or whether it is one of Wayland.
func native(window fyne.Window) (x11ID uint32, wayland bool) {
	if native, ok := window.(driver.NativeWindow); ok {
		native.RunNative(func(context any) {
			switch c := context.(type) {
			case driver.X11WindowContext:
				x11ID = uint32(c.WindowHandle)
			case driver.WaylandWindowContext:
				wayland = true
			}
		})
	}
	return x11ID, wayland
}
