package rtsp

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"fanlight/streaming"
)

// Sending is what a [Sender] does.
type Sending int

// What a Sender does.
const (
	Connecting   Sending = iota
	SendingNow           // pictures go out
	WaitingAgain         // until it tries again
)

// Why an engine is not sent to.
var (
	ErrNoAnswer   = errors.New("the engine does not answer")
	ErrRefused    = errors.New("the engine refuses the user's name or the password")
	ErrNotTaken   = errors.New("the engine does not take the stream")
	ErrEnded      = errors.New("the engine has ended the connection")
	ErrNotEncoded = errors.New("ffmpeg cannot encode the pictures; the log says why")
	ErrNoFFmpeg   = errors.New("ffmpeg is not installed, which H.264 and rtmp:// need")
)

// SendStatus is how sending stands.
type SendStatus struct {
	Sending  Sending
	Why      error     // of these; nil unless it waits
	Again    time.Time // when it tries again, if it waits
	Pictures uint64    // sent
}

// The pauses between two tries, which double from the first to the last, and begin anew once an
// engine has taken pictures for some time: one may take the stream, and end it at once.
const (
	firstPause = time.Second
	lastPause  = time.Minute
	proven     = 10 * time.Second
)

// SendOptions configure a [Sender].
type SendOptions struct {
	Feed *streaming.Feed
	// Sound is sent, too, while a microphone is chosen; it may be nil.
	Sound Sound
	To    Target
	// H264 has ffmpeg encode the pictures, which engines want that serve browsers. An
	// rtmp:// address always has it.
	H264 bool
	// Remake is for pictures that RTP does not carry as they are, tried in order.
	Remake []Remake
	Log    *slog.Logger
}

// Sender sends a feed to an engine, from [Send] to Close. It tries for ever. The camera is on
// while the engine takes pictures. Methods may be called from any goroutine.
type Sender struct {
	SendOptions
	quit    context.CancelFunc
	working sync.WaitGroup

	mu     sync.Mutex
	status SendStatus
}

// way sends pictures until it fails, or ctx ends, and calls sent for each.
type way func(ctx context.Context, sent func()) error

// Send begins to send.
func Send(o SendOptions) *Sender {
	s := &Sender{SendOptions: o}
	ctx, quit := context.WithCancel(context.Background())
	s.quit = quit
	send := s.record
	if o.H264 || o.To.isRTMP() {
		send = s.encode
	}
	s.working.Go(func() { s.run(ctx, send) })
	return s
}

// Close ends sending and waits for that.
func (s *Sender) Close() {
	s.quit()
	s.working.Wait()
}

// Status returns how it stands.
func (s *Sender) Status() SendStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

func (s *Sender) stands(edit func(*SendStatus)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	edit(&s.status)
}

// run tries again and again, with growing pauses, until ctx ends.
func (s *Sender) run(ctx context.Context, send way) {
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		s.stands(func(now *SendStatus) { *now = SendStatus{Sending: Connecting, Pictures: now.Pictures} })
		var began time.Time
		err := send(ctx, func() {
			if began.IsZero() {
				began = time.Now()
				s.Log.Info("sending to an engine", "to", s.To)
			}
			s.stands(func(now *SendStatus) { now.Sending, now.Pictures = SendingNow, now.Pictures+1 })
		})
		if ctx.Err() != nil {
			return
		}
		if !began.IsZero() && time.Since(began) >= proven {
			pause = firstPause
		}
		s.Log.Warn("not sent to the engine", "to", s.To, "err", s.To.withoutSecrets(err.Error()), "again", pause)
		s.stands(func(now *SendStatus) {
			now.Sending, now.Why, now.Again = WaitingAgain, kindOf(err), time.Now().Add(pause)
		})
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
	}
}

// kindOf returns the reason, of those that there are, for an error.
func kindOf(err error) error {
	for _, kind := range []error{ErrNoAnswer, ErrRefused, ErrNotTaken, ErrNotEncoded, ErrNoFFmpeg} {
		if errors.Is(err, kind) {
			return kind
		}
	}
	return ErrEnded
}
