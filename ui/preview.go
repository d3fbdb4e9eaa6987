package ui

import (
	"context"
	"image"
	"iter"
	"sync"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"fanlight/ui/kit"
)

// Preview ranges over the newest JPEG pictures, whatever camera is chosen or
// lost meanwhile; the sequence ends with its context and not before. The camera
// is kept on for as long as the loop runs. Pictures are shared: read only.
type Preview func(context.Context) iter.Seq[[]byte]

// Decode makes pixels of a JPEG picture, upright and no more of them than it takes
// to fill place, in which it is shown whole (in device pixels; zero means all there
// are). It draws into the given picture if that has the right size, else into a new
// one. It is called on the preview's goroutine.
type Decode func(picture []byte, place image.Point, into *image.RGBA) (*image.RGBA, error)

// preview shows the live picture on a dark, rounded ground.
//
// It plays from start to stop, while the window is in sight.
type preview struct {
	widget.BaseWidget
	source Preview
	decode Decode
	do     func(func()) // runs on the UI goroutine: fyne.Do

	sight  *sight
	frames frames
	place  atomic.Pointer[image.Point] // the size on screen in device pixels; nil when unknown

	cancel  context.CancelFunc
	playing sync.WaitGroup

	// The rest belongs to the UI goroutine.
	painted *painted
	ground  *ground
	picture *canvas.Image
	curtain *kit.Curtain
	state   State
}

func newPreview(source Preview, decode Decode, do func(func())) *preview {
	picture := &canvas.Image{
		FillMode:     canvas.ImageFillContain,
		ScaleMode:    canvas.ImageScaleFastest, // the default scales on the UI goroutine: 49 ms a picture
		CornerRadius: kit.Radius,
	}
	picture.Hide()
	p := &preview{source: source, decode: decode, do: do, sight: newSight(), cancel: func() {}, ground: newGround(), picture: picture, curtain: kit.NewCurtain()}
	p.painted = newPainted(p.sight, do)
	p.ExtendBaseWidget(p)
	p.show(State{})
	return p
}

// start begins to play on a goroutine of its own.
func (p *preview) start() {
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	p.playing.Go(func() { p.play(ctx) })
}

// stop lets go of the camera and waits for the end of the goroutine.
func (p *preview) stop() {
	p.cancel()
	p.playing.Wait()
}

// play plays whenever the window is in sight. It lets go of the camera meanwhile.
func (p *preview) play(ctx context.Context) {
	for ctx := range p.sight.times(ctx) {
		p.follow(ctx)
	}
}

// follow decodes picture after picture. A slow screen makes it skip pictures: it
// has at most one call waiting on the UI goroutine, whose queue has no bound.
func (p *preview) follow(ctx context.Context) {
	for picture := range p.source(ctx) {
		var place image.Point
		if known := p.place.Load(); known != nil {
			place = *known
		}
		drawn, err := p.decode(picture, place, p.frames.free())
		if err != nil {
			continue // the last good picture stays; the next one is due at once
		}
		if p.frames.publish(drawn) {
			p.do(p.turn)
		}
	}
}

// turn puts the newest picture on screen.
func (p *preview) turn() {
	p.measure()
	p.picture.Image = p.frames.take()
	kit.SetVisible(p.picture, true)
	p.draw()
	p.picture.Refresh()
	p.painted.ask()
}

// show draws the state.
func (p *preview) show(s State) {
	if s.Chosen != p.state.Chosen { // the picture of another camera would mislead
		p.picture.Hide()
	}
	p.state = s
	p.draw()
}

func (p *preview) draw() {
	shape := image.Point{}
	if p.picture.Visible() {
		shape = p.picture.Image.Bounds().Size()
	}
	p.ground.leave(shape)
	p.curtain.Say(curtainWords(p.state, p.picture.Visible()))
}

// measure notes the size on screen. It runs with every picture, because moving
// the window to another monitor changes the scale and tells nobody.
func (p *preview) measure() {
	c := fyne.CurrentApp().Driver().CanvasForObject(p)
	if c == nil {
		return
	}
	x, y := c.PixelCoordinateForPosition(fyne.NewPos(p.Size().Width, p.Size().Height))
	p.place.Store(&image.Point{X: x, Y: y})
}

// Resize is called by the layout. A picture may be a second away: decode it at the new size.
func (p *preview) Resize(size fyne.Size) {
	p.BaseWidget.Resize(size)
	p.measure()
}

// MinSize leaves room for the rest of the window on a screen of 800×480.
func (p *preview) MinSize() fyne.Size { return fyne.NewSize(200, 108) }

// CreateRenderer is called by Fyne.
func (p *preview) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(p.ground.drawn, p.picture, p.painted.drawn, p.curtain.Drawn))
}
