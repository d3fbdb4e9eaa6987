package rtsp

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"sync"
	"time"

	"github.com/bluenviron/mediacommon/v2/pkg/codecs/mpeg4audio"
)

// outlet is a connection to an engine that takes H.264.
type outlet interface {
	// begin tells the engine what comes: the parameter sets of the pictures (ITU-T H.264,
	// 7.3.2), and sound of AAC, nil for none.
	begin(sps, pps []byte, aac *mpeg4audio.AudioSpecificConfig) error
	// picture sends an access unit without start codes. It waits while the engine is slow, so
	// that pictures are skipped in front of the encoder, and not behind it.
	picture(au [][]byte, after time.Duration, taken time.Time) error
	// sound sends a packet of AAC. Times are counted from the first picture's.
	sound(aac []byte, after time.Duration) error
	// wait returns when the connection has ended, and says why.
	wait() error
	close()
}

// errAnother ends what is sent where a microphone is chosen, or none any more.
var errAnother = errors.New("there is sound now, or no longer")

// encode sends pictures as H.264, by way of ffmpeg, and sound. It begins anew as record does.
func (s *Sender) encode(ctx context.Context, sent func()) error {
	for {
		if err := s.encodeOnce(ctx, isChosen(s.Sound), sent); !errors.Is(err, errAnother) {
			return err
		}
	}
}

// encodeOnce connects first: the camera is on only for an engine that answers.
func (s *Sender) encodeOnce(ctx context.Context, withSound bool, sent func()) error {
	program, err := exec.LookPath("ffmpeg")
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoFFmpeg, err)
	}
	out, err := s.dial(ctx, withSound)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	var working sync.WaitGroup
	defer working.Wait()
	defer out.close()
	defer stop(nil)
	working.Go(func() { stop(out.wait()) })
	encoder := &encoder{program: program, log: s.Log, out: out, sent: sent}
	if withSound && s.To.isRTMP() {
		encoder.heard = s.Sound
	}
	err = encoder.run(ctx, func(yield func(shown) bool) {
		for frame := range s.Feed.Frames(ctx) {
			if isChosen(s.Sound) != withSound {
				stop(errAnother)
			} else if !yield(shown{frame.JPEG, frame.Width, frame.Height, frame.Taken}) {
				return
			}
		}
	})
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// dial connects to the engine.
func (s *Sender) dial(ctx context.Context, withSound bool) (outlet, error) {
	if s.To.isRTMP() {
		return dialRTMP(ctx, s.To)
	}
	return s.dialRTSP(ctx, withSound)
}
