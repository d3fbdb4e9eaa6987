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

// watch keeps a sight up to date from begin to end, which are called on one goroutine.
type watch struct {
	seen      Seen
	sight     *sight
	cancel    context.CancelFunc
	following sync.WaitGroup
}

func newWatch(seen Seen, s *sight) *watch { return &watch{seen: seen, sight: s, cancel: func() {}} }

// begin watches a window that has been shown: it has no id before.
func (w *watch) begin(window fyne.Window) {
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	id := x11ID(window)
	w.following.Go(func() {
		for in := range w.seen(ctx, id) {
			w.sight.set(in)
		}
	})
}

func (w *watch) end() {
	w.cancel()
	w.following.Wait()
}

// x11ID returns the window's id; zero where the system is not X11.
func x11ID(window fyne.Window) (id uint32) {
	if native, ok := window.(driver.NativeWindow); ok {
		native.RunNative(func(context any) {
			if x, ok := context.(driver.X11WindowContext); ok {
				id = uint32(x.WindowHandle)
			}
		})
	}
	return id
}
