package ui

import (
	"image"
	"testing"

	"fyne.io/fyne/v2"
)

// What the picture covers is left out, but for a rim below its rounded corners.
func TestGroundLeavesOutThePicture(t *testing.T) {
	whole, rim := fyne.NewSize(640, 400), float32(26)
	for name, test := range map[string]struct {
		picture image.Point
		bar     fyne.Size
	}{
		"no picture":       {image.Pt(0, 0), whole},
		"same shape":       {image.Pt(1280, 800), fyne.Size{}},
		"nearly the same":  {image.Pt(1280, 799), fyne.Size{}}, // a bar would be a line of half a pixel
		"a pixel on top":   {image.Pt(640, 398), fyne.NewSize(640, 1+rim)},
		"wide":             {image.Pt(1280, 720), fyne.NewSize(640, 20+rim)},
		"upright":          {image.Pt(400, 400), fyne.NewSize(120+rim, 400)},
		"parts of a pixel": {image.Pt(1000, 501), fyne.NewSize(640, 40+rim)}, // 39.68 are free
		"narrow":           {image.Pt(50, 400), whole},
	} {
		g := newGround()
		g.drawn.Resize(whole)
		g.leave(test.picture)
		first, second := g.drawn.Objects[0], g.drawn.Objects[1]
		if first.Visible() == test.bar.IsZero() || first.Size() != test.bar || first.Position() != (fyne.Position{}) {
			t.Errorf("%s: the first bar has %v at %v, want %v", name, first.Size(), first.Position(), test.bar)
		}
		if second.Visible() != (test.bar != whole && !test.bar.IsZero()) {
			t.Errorf("%s: the second bar is shown: %v", name, second.Visible())
		}
		end := second.Position().AddXY(second.Size().Width, second.Size().Height)
		if second.Visible() && (second.Size() != test.bar || end != fyne.NewPos(640, 400)) {
			t.Errorf("%s: the second bar has %v and ends at %v", name, second.Size(), end)
		}
	}
}
