package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// wheel lies over a scroll container and takes the mouse wheel for it: entries below would
// take it for themselves, and scrolling would end at the first one under the pointer. All
// else goes through it.
type wheel struct {
	widget.BaseWidget
	scroll *container.Scroll
}

func newWheel(s *container.Scroll) *wheel {
	w := &wheel{scroll: s}
	w.ExtendBaseWidget(w)
	return w
}

// Scrolled is called by Fyne.
func (w *wheel) Scrolled(e *fyne.ScrollEvent) { w.scroll.Scrolled(e) }

// CreateRenderer is called by Fyne.
func (w *wheel) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewWithoutLayout())
}
