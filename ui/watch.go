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

// watch tells the preview whether it is in sight, from begin to end, which are called on one goroutine.
type watch struct {
	seen      Seen
	preview   *preview
	cancel    context.CancelFunc
	following sync.WaitGroup
}

func newWatch(seen Seen, p *preview) *watch {
	return &watch{seen: seen, preview: p, cancel: func() {}}
}

// begin watches a window that has been shown: it has no id before.
func (w *watch) begin(window fyne.Window) {
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

func (w *watch) end() {
	w.cancel()
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
