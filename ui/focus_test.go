package ui

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"fanlight/ui/kit"
)

// TestFocusIsSeen goes round by the Tab key, and looks at each kind of widget on the screen
// with and without the focus. The colours of both variants are checked in kit.
func TestFocusIsSeen(t *testing.T) {
	w, _, queue := open(t)
	test.ApplyTheme(t, inVariant{kit.Calm{}, theme.VariantLight})
	s := nearbyState()
	s.Settings = allSettings()
	s.Problem = "the firewall keeps others out. Let them in with: sudo ufw allow 8080/tcp"
	s.Certificate = &Certificate{Fingerprint: fingerprint}
	w.shown(t, queue, s)
	seen := map[string]bool{}
	for _, side := range []*kit.Button{w.gear, w.share.gear, w.share.viewers, w.network.toggle} {
		test.Tap(side)
		w.shown(t, queue, s)
		lookRound(t, w.window.Canvas(), seen)
	}
	if len(seen) < 7 {
		t.Errorf("only these kinds of widgets can have the focus: %v", seen)
	}
}

// lookRound looks at the first widget of each kind that was not seen yet.
func lookRound(t *testing.T, c fyne.Canvas, seen map[string]bool) {
	t.Helper()
	c.Unfocus()
	had := map[fyne.Focusable]bool{}
	for c.FocusNext(); !had[c.Focused()]; c.FocusNext() {
		focused := c.Focused()
		o := focused.(fyne.CanvasObject)
		had[focused] = true
		kind := fmt.Sprintf("%T", o)
		if seen[kind] {
			continue
		}
		seen[kind] = true
		with := c.Capture() // after the side has scrolled to it
		c.Unfocus()
		without := c.Capture()
		c.Focus(focused)
		if got := mostContrast(without, with, o); got < 3 {
			t.Errorf("%s: a contrast of %.2f between focused and not", kind, got)
		}
	}
	if len(had) < 10 {
		t.Errorf("%d widgets can have the focus", len(had))
	}
}

// mostContrast is that of the pixel of an object's left half that changed most.
func mostContrast(a, b image.Image, o fyne.CanvasObject) float64 {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
	most := 1.0
	for y := int(at.Y); y < int(at.Y+o.Size().Height); y++ {
		for x := int(at.X); x < int(at.X+o.Size().Width/2); x++ {
			light, dark := brightness(a.At(x, y))+0.05, brightness(b.At(x, y))+0.05
			most = max(most, light/dark, dark/light)
		}
	}
	return most
}

// brightness is the relative luminance of WCAG 2.
func brightness(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	part := func(v uint32) float64 { return math.Pow(float64(v)/0xffff, 2.2) }
	return 0.2126*part(r) + 0.7152*part(g) + 0.0722*part(b)
}
