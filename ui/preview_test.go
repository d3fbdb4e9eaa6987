package ui

import (
	"context"
	"image"
	"image/color"
	"iter"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"go.uber.org/goleak"
)

var (
	red   = color.RGBA{R: 250, G: 5, B: 5, A: 255}
	green = color.RGBA{R: 5, G: 250, B: 5, A: 255}
)

// camera hands pictures to a preview one by one and knows whether it is on.
type camera struct {
	pictures chan []byte
	on       atomic.Int32
}

func newCamera() *camera { return &camera{pictures: make(chan []byte)} }

func (c *camera) frames(ctx context.Context, _ Play) iter.Seq2[[]byte, time.Time] {
	return func(yield func([]byte, time.Time) bool) {
		c.on.Add(1)
		defer c.on.Add(-1)
		for {
			select {
			case <-ctx.Done():
				return
			case picture := <-c.pictures:
				if !yield(picture, time.Now()) {
					return
				}
			}
		}
	}
}

// waitFor waits until so many loops have the camera on.
func (c *camera) waitFor(t *testing.T, loops int32) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); c.on.Load() != loops; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d loops have the camera on, want %d", c.on.Load(), loops)
		}
	}
}

// colour is what the middle of the screen shows; none without a picture.
func (p *preview) colour() color.RGBA {
	picture, ok := p.picture.Image.(*image.RGBA)
	if !ok || !p.picture.Visible() {
		return color.RGBA{}
	}
	return picture.RGBAAt(picture.Rect.Dx()/2, picture.Rect.Dy()/2)
}

func (p *preview) shows(c color.RGBA) bool {
	got := p.colour()
	return !off(got.R, c.R) && !off(got.G, c.G) && !off(got.B, c.B)
}

func TestPreviewShowsPictures(t *testing.T) {
	leaks := goleak.IgnoreCurrent()
	camera := newCamera()
	w, _, queue := openWith(t, camera.frames)
	w.shown(t, queue, liveState())
	if heading := words(w.preview.curtain.Drawn); !slices.Equal(heading, []string{"Waiting for the first picture…"}) {
		t.Errorf("before the first picture: %q", heading)
	}
	if n := camera.on.Load(); n != 0 {
		t.Fatal("the camera is on before the window is shown")
	}

	w.preview.start()
	camera.pictures <- plain(t, 1280, 720, red)
	queue.next(t)
	if !w.preview.shows(red) || w.preview.curtain.Drawn.Visible() {
		t.Errorf("shows %v, curtain %v", w.preview.colour(), w.preview.curtain.Drawn.Visible())
	}
	if got := w.preview.picture.Image.Bounds().Size(); got != image.Pt(640, 360) {
		t.Errorf("decoded at %v, want the half that fills the window", got)
	}

	for name, garbage := range map[string][]byte{
		"nothing": nil, "text": []byte("garbage"), "huge": claiming(t, plain(t, 8, 8, green), 65535, 65535),
	} {
		camera.pictures <- garbage
		if len(queue) != 0 || !w.preview.shows(red) {
			t.Errorf("%s: shows %v", name, w.preview.colour())
		}
	}
	camera.pictures <- plain(t, 1280, 720, green)
	queue.next(t)
	if !w.preview.shows(green) {
		t.Errorf("after garbage: shows %v", w.preview.colour())
	}

	w.preview.stop()
	if n := camera.on.Load(); n != 0 {
		t.Error("the camera is still on")
	}
	goleak.VerifyNone(t, leaks)
}

func TestPreviewFollowsTheWindowsSize(t *testing.T) {
	camera := newCamera()
	w, _, queue := openWith(t, camera.frames)
	w.shown(t, queue, liveState())
	w.preview.start()
	defer w.preview.stop()
	for _, step := range []struct {
		window fyne.Size
		want   image.Point
	}{
		{fyne.NewSize(1400, 1000), image.Pt(1280, 720)},
		{fyne.NewSize(704, 604), image.Pt(640, 360)},
		{fyne.NewSize(704, 360), image.Pt(640, 360)}, // a short window is all picture
		{fyne.NewSize(380, 600), image.Pt(320, 180)},
	} {
		w.window.Resize(step.window)
		camera.pictures <- plain(t, 1280, 720, red)
		queue.next(t)
		if got := w.preview.picture.Image.Bounds().Size(); got != step.want {
			t.Errorf("window of %v: decoded at %v, want %v", step.window, got, step.want)
		}
	}
}

// A camera that is turned sends pictures of another shape from one to the next.
func TestPreviewTurns(t *testing.T) {
	camera := newCamera()
	w, _, queue := openWith(t, camera.frames)
	w.shown(t, queue, liveState())
	w.preview.start()
	defer w.preview.stop()
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(w.preview)
	middle := at.AddXY(w.preview.Size().Width/2, w.preview.Size().Height/2)
	dark := color.RGBA{R: 0x0c, G: 0x0d, B: 0x10}
	for n, step := range []struct {
		width, height int
		colour, side  color.RGBA // what an upright picture leaves free is the ground
	}{
		{1280, 720, red, red}, {720, 1280, green, dark}, {720, 1280, red, dark}, {1280, 720, green, green},
		{720, 1280, red, dark}, {64, 64, green, dark}, {1280, 720, red, red},
	} {
		camera.pictures <- plain(t, step.width, step.height, step.colour)
		queue.next(t)
		screen := w.window.Canvas().Capture()
		for _, look := range []struct {
			x    float32
			want color.RGBA
		}{{middle.X, step.colour}, {at.X + 30, step.side}} {
			r, g, b, _ := screen.At(int(look.x), int(middle.Y)).RGBA()
			if off(uint8(r>>8), look.want.R) || off(uint8(g>>8), look.want.G) || off(uint8(b>>8), look.want.B) {
				t.Errorf("%d: %d, %d, %d on screen at %v, want %v", n, r>>8, g>>8, b>>8, look.x, look.want)
			}
		}
	}
}

func TestPreviewCurtain(t *testing.T) {
	w, _, queue := open(t)
	s := liveState()
	w.shown(t, queue, s)
	w.preview.frames.publish(scene())
	w.preview.turn()

	s.Condition, s.Reason = Lost, "it was unplugged"
	w.shown(t, queue, s)
	if !w.preview.curtain.Drawn.Visible() || !w.preview.picture.Visible() {
		t.Error("lost: the last picture is not dimmed with the reason over it")
	}
	s.Condition = Live
	w.shown(t, queue, s)
	if w.preview.curtain.Drawn.Visible() {
		t.Error("live again: the curtain is still there")
	}
	s.Chosen, s.Condition = "v4l2:b", Starting
	w.shown(t, queue, s)
	if w.preview.picture.Visible() {
		t.Error("another camera: the picture of the first is still shown")
	}
}

// From the moment of choosing another camera nothing of the first is seen, whether it is
// on screen, lies ready or is being decoded.
func TestPreviewForgetsACameraAtOnce(t *testing.T) {
	w, _, queue := open(t)
	s := liveState()
	s.Cameras = []Camera{{ID: s.Chosen, Name: "Yard"}, {ID: "v4l2:b", Name: "Door"}}
	w.shown(t, queue, s)
	w.preview.frames.publish(scene())
	w.preview.turn()
	w.preview.frames.publish(scene()) // lies ready
	w.preview.frames.free()           // decodes
	w.picker.picked("v4l2:b")
	w.preview.turn() // was pending
	w.preview.frames.publish(scene())
	w.preview.turn()
	if heading := words(w.preview.curtain.Drawn); w.preview.picture.Visible() || !slices.Equal(heading, []string{"Starting Door…"}) {
		t.Errorf("picture: %v, curtain: %q", w.preview.picture.Visible(), heading)
	}
	w.preview.frames.free()
	w.preview.frames.publish(scene())
	w.preview.turn()
	if !w.preview.picture.Visible() {
		t.Error("the picture of the new camera is not shown")
	}
}

// A UI goroutine that does not come for a while finds one call and the newest picture.
func TestPreviewSkipsPicturesOnASlowScreen(t *testing.T) {
	camera := newCamera()
	w, _, queue := openWith(t, camera.frames)
	w.shown(t, queue, liveState())
	w.preview.start()
	for range 20 {
		camera.pictures <- plain(t, 320, 180, red)
	}
	camera.pictures <- plain(t, 320, 180, green)
	w.preview.stop() // the last picture is decoded once the goroutine has ended
	if len(queue) != 1 {
		t.Fatalf("%d calls wait on the UI goroutine, want 1", len(queue))
	}
	queue.next(t)
	if !w.preview.shows(green) {
		t.Errorf("shows %v, not the newest picture", w.preview.colour())
	}
}

// The decoder runs on while the screen reads: each picture has one colour, all over.
func TestPreviewNeverTearsThePictureOnScreen(t *testing.T) {
	camera := newCamera()
	w, _, queue := openWith(t, camera.frames)
	w.shown(t, queue, liveState())
	w.preview.start()
	stop := make(chan struct{})
	fed := make(chan struct{})
	pictures := [][]byte{plain(t, 320, 180, red), plain(t, 320, 180, green)}
	go func() {
		defer close(fed)
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			case camera.pictures <- pictures[n%2]:
			}
		}
	}()
	buffers := map[image.Image]bool{}
	for range 100 {
		queue.next(t)
		onScreen := w.preview.picture.Image.(*image.RGBA)
		buffers[onScreen] = true
		for i := 4; i < len(onScreen.Pix); i++ {
			if off(onScreen.Pix[i], onScreen.Pix[i%4]) {
				t.Fatalf("byte %d of the picture on screen is of another picture", i)
			}
		}
	}
	close(stop)
	<-fed
	w.preview.stop()
	if len(buffers) > 4 { // three, and one that was decoded before the size on screen was known
		t.Errorf("%d buffers were used", len(buffers))
	}
}
