package ui

import (
	"context"
	"image"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"fanlight/ui/kit"
)

// Preview ranges over JPEG pictures with the times at which they were taken. Live, they are
// the newest ones, whatever camera is chosen or lost meanwhile; the sequence ends with its
// context and not before, and the camera is kept on for as long as the loop runs. Else they
// are those of a [Play], each at its time. Pictures are shared: read only.
type Preview func(context.Context, Play) iter.Seq2[[]byte, time.Time]

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
	reel   *reel
	frames frames
	place  atomic.Pointer[image.Point] // the size on screen in device pixels; nil when unknown
	mirror atomic.Bool                 // left and right are exchanged, as in a mirror

	mu      sync.Mutex
	cancel  context.CancelFunc // nil while it does not play
	closed  bool
	playing sync.WaitGroup

	// The rest belongs to the UI goroutine.
	painted *painted
	ground  *ground
	picture *canvas.Image
	zoomed  *zoomed
	curtain *kit.Curtain
	state   State
	played  func()          // is called when the first picture of another Play is there
	doubled func()          // is called for a double click
	pointed func(onIt bool) // is called when the pointer moves on the picture or leaves it
}

func newPreview(source Preview, decode Decode, do func(func())) *preview {
	picture := &canvas.Image{
		FillMode:     canvas.ImageFillContain,
		ScaleMode:    canvas.ImageScaleFastest, // the default scales on the UI goroutine: 49 ms a picture
		CornerRadius: kit.Radius,
	}
	picture.Hide()
	p := &preview{
		source: source, decode: decode, do: do, sight: newSight(), reel: newReel(), picture: picture, zoomed: &zoomed{zoom: 1}, curtain: kit.NewCurtain(),
		ground:  newGround(),
		played:  func() {},
		doubled: func() {}, pointed: func(bool) {},
	}
	p.painted = newPainted(p.sight, do)
	p.ExtendBaseWidget(p)
	p.show(State{})
	return p
}

// start begins to play on a goroutine of its own, unless it plays or was closed.
func (p *preview) start() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.cancel != nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	p.playing.Go(func() { p.play(ctx) })
}

// stop lets go of the camera and waits for the end of the goroutine.
func (p *preview) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cancel != nil {
		p.cancel()
		p.playing.Wait()
		p.cancel = nil
	}
}

// close is a stop for good. It may be called from any goroutine.
func (p *preview) close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.stop()
}

// play plays whenever the window is in sight. It lets go of the camera meanwhile.
func (p *preview) play(ctx context.Context) {
	for ctx := range p.sight.times(ctx) {
		for ctx, cue := range p.reel.times(ctx) {
			p.follow(ctx, cue)
		}
	}
}

// follow decodes picture after picture. A slow screen makes it skip pictures: it
// has at most one call waiting on the UI goroutine, whose queue has no bound.
func (p *preview) follow(ctx context.Context, cue cue) {
	for picture, taken := range p.source(ctx, cue.Play) {
		var place image.Point
		if known := p.place.Load(); known != nil {
			place = *known
		}
		drawn, err := p.decode(picture, place, p.frames.free())
		if err != nil {
			continue // the last good picture stays; the next one is due at once
		}
		if p.mirror.Load() {
			mirror(drawn)
		}
		if p.frames.publish(drawn) {
			p.do(p.turn)
		}
		if p.reel.note(cue.turned, taken) {
			p.do(p.begun)
		}
	}
}

// mirror exchanges left and right.
func mirror(picture *image.RGBA) {
	width, height := picture.Rect.Dx(), picture.Rect.Dy()
	for y := range height {
		row := picture.Pix[y*picture.Stride:][:4*width]
		for left, right := 0, 4*(width-1); left < right; left, right = left+4, right-4 {
			a, b := (*[4]byte)(row[left:]), (*[4]byte)(row[right:])
			*a, *b = *b, *a
		}
	}
}

// turn puts the newest picture on screen, unless it was forgotten since.
func (p *preview) turn() {
	if !p.frames.waiting() {
		return
	}
	p.measure()
	p.picture.Image = p.frames.take()
	kit.SetVisible(p.picture, true)
	p.draw()
	p.picture.Refresh()
	p.painted.ask()
}

// begun draws what belongs to the first picture of another Play.
func (p *preview) begun() {
	p.draw()
	p.played()
}

// show draws the state.
func (p *preview) show(s State) {
	if s.Chosen != p.state.Chosen { // the picture of another camera would mislead
		p.reel.set(Play{})
		p.forget()
		p.whole()
	}
	if s.Condition == Paused && p.reel.onScreen().Live() { // the owner sees what the viewers see
		p.forget()
	}
	p.mirror.Store(s.Settings.MirrorPreview)
	p.state = s
	p.draw()
}

// choose shows that another camera starts, at once: the next state may take a while.
func (p *preview) choose(id string) {
	s := p.state
	s.Chosen, s.ChosenName = id, ""
	for _, camera := range s.Cameras {
		if camera.ID == id {
			s.ChosenName = camera.Name
		}
	}
	if s.Condition != Paused {
		s.Condition, s.Unplugged = Starting, false
	}
	p.show(s)
}

func (p *preview) forget() {
	p.frames.forget()
	p.reel.forget()
	p.picture.Hide()
}

func (p *preview) draw() {
	shape := image.Point{}
	if p.picture.Visible() {
		shape = p.picture.Image.Bounds().Size()
	}
	p.ground.leave(shape)
	if playing, _ := p.reel.now(); !playing.Live() {
		p.curtain.Say(replayWords(p.picture.Visible()))
		return
	}
	p.curtain.Say(curtainWords(p.state, p.picture.Visible()))
}

// setCorners rounds the corners, or not where the picture has the whole window.
func (p *preview) setCorners(round bool) {
	radius := float32(0)
	if round {
		radius = kit.Radius
	}
	p.picture.CornerRadius = radius
	p.curtain.SetRadius(radius)
	p.ground.round(radius)
}

// measure notes the size on screen. It runs with every picture, because moving
// the window to another monitor changes the scale and tells nobody.
func (p *preview) measure() {
	c := fyne.CurrentApp().Driver().CanvasForObject(p)
	if c == nil {
		return
	}
	x, y := c.PixelCoordinateForPosition(fyne.NewPos(p.Size().Width*p.zoomed.zoom, p.Size().Height*p.zoomed.zoom))
	p.place.Store(&image.Point{X: x, Y: y})
}

// Resize is called by the layout. A picture may be a second away: decode it at the new size.
func (p *preview) Resize(size fyne.Size) {
	p.BaseWidget.Resize(size)
	p.measure()
}

// CreateRenderer is called by Fyne.
func (p *preview) CreateRenderer() fyne.WidgetRenderer {
	p.setCorners(true)
	shown := container.NewClip(container.New(p.zoomed, p.picture))
	shown.ExtendBaseWidget(shown) // or it would have no size before it is drawn
	return widget.NewSimpleRenderer(container.NewStack(p.ground.drawn, shown, p.painted.drawn, p.curtain.Drawn))
}
