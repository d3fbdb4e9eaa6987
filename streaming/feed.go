package streaming

import (
	"context"
	"iter"
	"log/slog"
	"sync"
	"time"
)

// DefaultIdle is how long a camera stays on after its last consumer has left.
const DefaultIdle = 10 * time.Second

// Feed runs one camera at a time: it keeps the camera on while it has consumers (loops
// over Frames and functions of Attend), turns it off after an idle time without any, and
// opens it again when it fails. Methods may be called from any goroutine.
type Feed struct {
	hub  *Hub
	idle time.Duration
	log  *slog.Logger

	quit     context.CancelFunc
	ctx      context.Context // ends with Close
	sessions sync.WaitGroup  // and cards that are being delivered

	mu      sync.Mutex
	source  Source
	holders int
	session *session    // of the source; nil while the camera is off
	running []*session  // it, and those that are closing their camera
	idling  *time.Timer // ends the session after the idle time
	status  Status
	rate    rate
	paused  *pause                     // nil unless the owner has paused the camera
	keepers map[*func(run uint64)]bool // see OnAnother

	speaking map[string]*speakers // by language
}

// NewFeed returns a Feed of the source, with the camera off. An idle of zero means
// [DefaultIdle]. The caller calls Close.
func NewFeed(source Source, idle time.Duration, log *slog.Logger) *Feed {
	if idle <= 0 {
		idle = DefaultIdle
	}
	f := &Feed{hub: NewHub(), idle: idle, log: log, source: source, speaking: map[string]*speakers{}, keepers: map[*func(uint64)]bool{}}
	f.ctx, f.quit = context.WithCancel(context.Background())
	f.resetStatus()
	return f
}

// Close turns the camera off for good and waits until it is closed. Loops over Frames do
// not end with it, but with their own contexts.
func (f *Feed) Close() {
	f.mu.Lock()
	f.quit()
	if f.idling != nil {
		f.idling.Stop()
	}
	f.mu.Unlock()
	f.sessions.Wait()
}

// Frames yields each picture once, in order, until ctx ends or the loop is left. A slow
// consumer skips pictures. The camera is on while the loop runs; there are no pictures
// while it is off or lost. A frame is held for the loop's body only; see [Frame].
func (f *Feed) Frames(ctx context.Context) iter.Seq[*Frame] {
	return f.FramesWhen(ctx, AtOnce)
}

// FramesWhen is Frames for a consumer that is not always ready; see [Hub.FramesWhen].
func (f *Feed) FramesWhen(ctx context.Context, ready func(context.Context) (waited bool)) iter.Seq[*Frame] {
	return func(yield func(*Frame) bool) {
		f.hold()
		defer f.release()
		f.hub.FramesWhen(ctx, ready)(yield)
	}
}

// Attend registers take to be called with every new picture, and keeps the camera on,
// until stop returns; see [Hub.Attend].
func (f *Feed) Attend(take func(*Frame)) (stop func()) {
	leave := f.Follow(take)
	letGo := f.Keep()
	return func() {
		leave()
		letGo()
	}
}

// Follow registers take to be called with every new picture, for as long as others keep the
// camera on, until stop returns; see [Hub.Attend].
func (f *Feed) Follow(take func(*Frame)) (stop func()) { return f.hub.Attend(take) }

// Keep keeps the camera on until letGo is called, which is once.
func (f *Feed) Keep() (letGo func()) {
	f.hold()
	return f.release
}

// OnAnother registers forget for who keeps pictures: it is called when another camera (by ID)
// is chosen, until stop returns. Pictures of a Run before run are not to be shown any more. It
// is called with the Feed locked, so it must neither block nor call the Feed.
func (f *Feed) OnAnother(forget func(run uint64)) (stop func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.keepers[&forget] = true
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.keepers, &forget)
	}
}

// forget calls the functions of OnAnother. It is called with mu held, once the newest picture
// is none of the camera before.
func (f *Feed) forget() {
	for forget := range f.keepers {
		(*forget)(f.hub.run.Load())
	}
}

// Newest returns the newest picture; nil if there is none. The caller releases it. It
// does not turn the camera on.
func (f *Feed) Newest() *Frame { return f.hub.Newest() }

// Run returns the [Frame].Run of pictures that are not out of date.
func (f *Feed) Run() uint64 { return f.hub.run.Load() }

// Empty reports whether there is no picture and no card: the camera is off, starting, or
// was lost just now.
func (f *Feed) Empty() bool { return f.hub.empty() }

// Use changes to another camera, or opens the same one again with new settings. Loops
// over Frames continue with its pictures. From now on nothing of the old one is shown: until
// another camera (by ID) delivers or fails, a card says that it starts. Use does not wait for
// any of that.
func (f *Feed) Use(source Source) {
	f.mu.Lock()
	defer f.mu.Unlock()
	another := source.ID != f.source.ID
	f.source = source
	if another {
		defer f.forget()
	}
	if f.paused != nil {
		f.beginPause(f.paused.card.width, f.paused.card.height)
		return
	}
	if f.session == nil || f.session.ctx.Err() != nil { // off, or about to be
		f.leave()
		f.resetStatus()
		return
	}
	size := f.streamSize()
	another = another || f.session.notice != nil // a card stays until there is a picture
	f.begin()
	if another && f.session != nil {
		f.session.showCard(card{width: size.Width, height: size.Height, heading: startingHeading, name: source.Name}, 0)
	}
}

// Retry opens a lost camera at once instead of after the current pause. The caller knows
// that the camera is back.
func (f *Feed) Retry() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.session != nil {
		f.session.retry()
	}
}

// Status returns the Feed's current status.
func (f *Feed) Status() Status {
	f.mu.Lock()
	defer f.mu.Unlock()
	status := f.status
	status.Measured.FPS = f.rate.perSecond(time.Now())
	return status
}

func (f *Feed) hold() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.holders++
	if f.idling != nil {
		f.idling.Stop()
	}
	if f.paused == nil && (f.session == nil || f.session.ctx.Err() != nil) {
		f.begin()
	}
}

func (f *Feed) release() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.holders--; f.holders == 0 && f.ctx.Err() == nil {
		f.idling = time.AfterFunc(f.idle, f.stopIfUnneeded)
	}
}

func (f *Feed) stopIfUnneeded() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.holders > 0 {
		return
	}
	for _, s := range f.running {
		s.stop()
	}
}

// begin starts a session of the source, in the place of the one before. It is called with
// mu held.
func (f *Feed) begin() {
	f.leave()
	if f.ctx.Err() != nil {
		return
	}
	s := newSession(f, f.source)
	for _, other := range f.running {
		if other.source.ID == s.source.ID {
			s.after = append(s.after, other.closed)
		}
	}
	f.session = s
	f.running = append(f.running, s)
	f.resetStatus()
	f.status.State = Starting
	f.log.Info("camera starting", "camera", s.source.ID)
	f.sessions.Go(s.run)
}

// resetStatus sets the status to off, with the counts kept. It is called with mu held, or
// before the Feed is shared.
func (f *Feed) resetStatus() {
	f.status = Status{
		CameraID:   f.source.ID,
		CameraName: f.source.Name,
		Asked:      f.source.Asked,
		Counts:     f.status.Counts,
	}
	if f.paused != nil {
		f.status.State, f.status.Reason = Paused, pausedReason
	}
	f.rate = rate{}
}
