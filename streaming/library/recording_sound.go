package library

import (
	"context"
	"iter"
	"time"

	"fanlight/streaming/matroska"
)

// Packet is sound of a recording.
type Packet struct {
	// Taken is when the first sample was captured that its decoder returns.
	Taken time.Time
	// Opus is the packet as it is in the file, which may be damaged; nil if there is no sound
	// near that time.
	Opus []byte
}

// HasSound reports whether the recording has a track of sound that can be played.
func (r *Recording) HasSound() bool { return r.reader.HasSound() }

// Sound yields the sound from a moment on, and some of the second in front of it, in the order
// of the file, to the end of a recording that does not grow. It ends with ctx, or with an error,
// which is yielded last.
func (r *Recording) Sound(ctx context.Context, from time.Time) iter.Seq2[Packet, error] {
	return func(yield func(Packet, error) bool) {
		s, err := r.reader.SoundAt(from.Sub(r.origin))
		for ; s != nil && err == nil; s, err = r.soundAfter(ctx, s) {
			if ctx.Err() != nil || !yield(Packet{Taken: r.origin.Add(s.At)}, nil) {
				return
			}
			for _, p := range s.Packets {
				opus, err := r.reader.ReadPacket(&p)
				if !yield(Packet{r.taken(&p), opus}, err) || err != nil {
					return
				}
			}
		}
		if err != nil {
			yield(Packet{}, err)
		}
	}
}

// soundAfter waits for the stretch behind one; nil at the end.
func (r *Recording) soundAfter(ctx context.Context, s *matroska.Stretch) (*matroska.Stretch, error) {
	for {
		next, err := r.reader.SoundAfter(s)
		if next != nil || err != nil {
			return next, err
		}
		grown := r.Grown()
		if grown == nil {
			return nil, nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return nil, nil
		}
	}
}
