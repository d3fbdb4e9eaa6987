package ui

import (
	"image"
	"image/color"
	"testing"

	"fyne.io/fyne/v2"
)

// shownPart is the part of the picture on screen, as shares of it.
func (p *preview) shownPart() (left, top, right, bottom float32) {
	room, size, at := p.Size(), p.picture.Size(), p.picture.Position()
	return -at.X / size.Width, -at.Y / size.Height, (room.Width - at.X) / size.Width, (room.Height - at.Y) / size.Height
}

func TestWheelZoomsAroundThePointer(t *testing.T) {
	w, queue := openSmall(t, fyne.NewSize(704, 606))
	p := w.preview
	scroll := func(dy, x, y float32) {
		p.Scrolled(&fyne.ScrollEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x*p.Size().Width, y*p.Size().Height)}, Scrolled: fyne.Delta{DY: dy}})
	}
	near := func(name string, got, want float32) {
		t.Helper()
		if got < want-0.01 || got > want+0.01 {
			t.Errorf("%s at %.3f, want %.3f", name, got, want)
		}
	}
	before := *p.place.Load()
	scroll(69.66, 0.75, 0.5) // twice as large
	left, top, right, bottom := p.shownPart()
	near("left edge", left, 0.375)
	near("right edge", right, 0.875)
	near("upper edge", top, 0.25)
	near("lower edge", bottom, 0.75)
	if got := *p.place.Load(); got.X < 2*before.X-10 {
		t.Errorf("decoded for %v where %v is shown large", got, before)
	}
	p.Dragged(&fyne.DragEvent{Dragged: fyne.Delta{DX: p.Size().Width, DY: -9000}})
	left, _, _, bottom = p.shownPart()
	near("dragged: left edge", left, 0)
	near("dragged: lower edge", bottom, 1)

	scroll(10000, 0, 0)
	if got := p.picture.Size().Width / p.Size().Width; got != mostZoom {
		t.Errorf("the most is %v times", got)
	}
	scroll(-10000, 1, 1)
	left, top, right, bottom = p.shownPart()
	if left != 0 || top != 0 || right != 1 || bottom != 1 {
		t.Errorf("zoomed out, it shows %v,%v to %v,%v", left, top, right, bottom)
	}
	scroll(100, 0.5, 0.5)
	s := sharingState()
	s.Chosen = "v4l2:b"
	w.shown(t, queue, s)
	if left, _, right, _ := p.shownPart(); left != 0 || right != 1 {
		t.Error("another camera is shown in part")
	}
}

func TestMirrorOfThePreviewOnly(t *testing.T) {
	for _, width := range []int{1, 2, 5} {
		picture := image.NewRGBA(image.Rect(0, 0, width, 2))
		at := func(x int) color.RGBA { return color.RGBA{R: uint8(x), G: uint8(x + 1), B: uint8(x + 2), A: 255} }
		for x := range width {
			picture.SetRGBA(x, 0, at(x))
			picture.SetRGBA(x, 1, at(x))
		}
		mirror(picture)
		for x := range width {
			if picture.RGBAAt(x, 0) != at(width-1-x) || picture.RGBAAt(x, 1) != at(width-1-x) {
				t.Errorf("%d wide: %v at %d", width, picture.RGBAAt(x, 0), x)
			}
		}
	}
	w, program, queue := openDrawer(t, settingsState())
	w.drawer.selfie.Tapped(&fyne.PointEvent{Position: fyne.NewPos(10, 10)})
	program.want(t, "mirror preview true")
	s := settingsState()
	s.Settings.MirrorPreview = true
	w.shown(t, queue, s)
	if !w.preview.mirror.Load() || !w.drawer.selfie.Checked || w.drawer.mirror.Checked {
		t.Error("the preview is not mirrored, or what is sent is")
	}
}

func TestTicksStayUnderThePointer(t *testing.T) {
	s := settingsState()
	s.Settings.Encodes = false
	w, _, queue := openDrawer(t, s)
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject
	before := at(w.drawer.mirror)
	s.Settings.Encodes, s.Settings.Look.Mirror = true, true // what a tick brings
	w.shown(t, queue, s)
	if !w.drawer.quality.Object.Visible() {
		t.Fatal("the quality does not appear")
	}
	if got := at(w.drawer.mirror); got != before {
		t.Errorf("the box moves from %v to %v", before, got)
	}
}
