package streaming

import (
	"context"
	"iter"
	"log/slog"
	"sync"
	"time"
)

// DefaultIdle is how long a camera runs on after the last one who needed it left.
const DefaultIdle = 10 * time.Second

// Feed is a camera's switch: it runs the camera while somebody ranges over
// Frames, closes it after an idle time, and opens it again when it fails.
// Methods may be called from any goroutine.
type Feed struct {
	hub  *Hub
	idle time.Duration
	log  *slog.Logger

	quit context.CancelFunc
	done chan struct{} // closed when run has ended
	wake chan struct{} // buffered: somebody came who needs the camera

	mu      sync.Mutex
	source  Source
	holders int
	stop    context.CancelFunc // ends the session with the open camera; nil while off
	idling  *time.Timer        // ends the session once nobody has needed it for the idle time
	status  Status
	rate    rate

	saidDropped bool // a dropped picture is logged once a session
}

// NewFeed returns a Feed of the source, with the camera off. An idle of zero
// stands for [DefaultIdle]. The caller closes it.
func NewFeed(source Source, idle time.Duration, log *slog.Logger) *Feed {
	if idle <= 0 {
		idle = DefaultIdle
	}
	ctx, quit := context.WithCancel(context.Background())
	f := &Feed{
		hub:    NewHub(),
		idle:   idle,
		log:    log,
		quit:   quit,
		done:   make(chan struct{}),
		wake:   make(chan struct{}, 1),
		source: source,
	}
	f.resetStatus()
	go f.run(ctx)
	return f
}

// Close closes the camera and waits until it is closed. Loops over Frames go on
// waiting for their own contexts.
func (f *Feed) Close() {
	f.quit()
	<-f.done
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.idling != nil {
		f.idling.Stop()
	}
}

// Frames yields each picture once, in order, and the newest one to a consumer
// that was slow. The camera is kept on while the loop runs. The loop ends with
// ctx, or when it is left.
func (f *Feed) Frames(ctx context.Context) iter.Seq[*Frame] {
	return func(yield func(*Frame) bool) {
		f.hold()
		defer f.release()
		var frame *Frame
		for {
			var err error
			if frame, err = f.hub.After(ctx, frame); err != nil || !yield(frame) {
				return
			}
		}
	}
}

// Use changes to another camera. Loops over Frames stay, and go on with the
// pictures of the new one.
func (f *Feed) Use(source Source) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.source = source
	if f.stop != nil {
		f.stop()
	} else {
		f.resetStatus()
	}
}

// Status returns what the Feed is doing now.
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
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

func (f *Feed) release() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.holders--; f.holders == 0 {
		f.idling = time.AfterFunc(f.idle, f.stopIfUnneeded)
	}
}

func (f *Feed) stopIfUnneeded() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.holders == 0 && f.stop != nil {
		f.stop()
	}
}

// run opens the camera whenever it is needed. One goroutine does all opening and
// closing, so that a camera is never opened while it is still being closed.
func (f *Feed) run(ctx context.Context) {
	defer close(f.done)
	for {
		session, source, ok := f.begin(ctx)
		if ok {
			f.keepOpen(session, source)
			f.end()
			continue
		}
		select {
		case <-f.wake:
		case <-ctx.Done():
			return
		}
	}
}

// begin starts a session if somebody needs the camera.
func (f *Feed) begin(ctx context.Context) (context.Context, Source, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.holders == 0 || ctx.Err() != nil {
		return nil, Source{}, false
	}
	session, stop := context.WithCancel(ctx)
	f.stop = stop
	f.resetStatus()
	f.status.State = Starting
	f.saidDropped = false
	f.log.Info("camera starting", "camera", f.source.ID)
	return session, f.source, true
}

// end closes a session: no picture of it is shown any more.
func (f *Feed) end() {
	f.hub.Clear()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stop()
	f.stop = nil
	f.log.Info("camera off", "camera", f.status.CameraID)
	f.resetStatus()
}

// resetStatus is called with mu held, or before the Feed is shared.
func (f *Feed) resetStatus() {
	f.status = Status{
		CameraID:   f.source.ID,
		CameraName: f.source.Name,
		Asked:      f.source.Asked,
		Pictures:   f.status.Pictures,
		Dropped:    f.status.Dropped,
	}
	f.rate = rate{}
}
