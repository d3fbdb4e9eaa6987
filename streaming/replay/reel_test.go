package replay

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"fanlight/streaming"
)

// fps is the rate of the pictures of a reel.
const fps = 20

// apart is the time between them.
const apart = time.Second / fps

// reel is a Past of pictures of its own, which counts who holds them.
type reel struct {
	mu     sync.Mutex
	frames []*streaming.Frame
	grown  chan struct{} // nil: it is complete
	err    error
}

// shot adds pictures, from a time on, of a section.
func (r *reel) shot(from time.Time, run uint64, pictures int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for n := range pictures {
		seq := uint64(1)
		if last := len(r.frames) - 1; last >= 0 {
			seq = r.frames[last].Seq + 1
		}
		r.frames = append(r.frames, streaming.NewFrame(seq, run, from.Add(time.Duration(n)*apart), 1, 1, nil))
	}
	if r.grown != nil {
		close(r.grown)
		r.grown = make(chan struct{})
	}
}

// lose removes all but the last pictures.
func (r *reel) lose(but int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.frames = slices.Delete(r.frames, 0, max(0, len(r.frames)-but))
}

// run adds pictures live until ctx ends, and keeps only the last ones.
func (r *reel) run(ctx context.Context, kept int) {
	for sleep(ctx, apart) {
		r.shot(time.Now(), 0, 1)
		r.lose(kept)
	}
}

func (r *reel) find(index func(frames []*streaming.Frame) int) (*streaming.Frame, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := index(r.frames)
	if n < 0 || n >= len(r.frames) || r.err != nil {
		return nil, r.err
	}
	r.frames[n].Hold()
	return r.frames[n], nil
}

func (r *reel) At(t time.Time) (*streaming.Frame, error) {
	return r.find(func(frames []*streaming.Frame) int {
		behind := slices.IndexFunc(frames, func(f *streaming.Frame) bool { return f.Taken.After(t) })
		if behind < 0 {
			behind = len(frames)
		}
		return max(behind-1, 0)
	})
}

func (r *reel) After(f *streaming.Frame) (*streaming.Frame, error) {
	return r.find(func(frames []*streaming.Frame) int {
		return slices.IndexFunc(frames, func(other *streaming.Frame) bool { return other.Seq > f.Seq })
	})
}

func (r *reel) Before(f *streaming.Frame) (*streaming.Frame, error) {
	return r.find(func(frames []*streaming.Frame) int {
		return slices.IndexFunc(frames, func(other *streaming.Frame) bool { return other.Seq >= f.Seq }) - 1
	})
}

func (r *reel) Grown() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.grown
}

func (r *reel) Sections() []Section { panic("a player does not ask for sections") }

// seen is a picture as a viewer saw it.
type seen struct {
	seq uint64
	at  time.Duration // since the replay began
}

// watch plays a reel for a while, or to its end. The consumer takes so long for each picture.
func watch(t *testing.T, past Past, from time.Time, speed float64, while time.Duration, takes func(n int) time.Duration) (all []seen) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), while)
	defer cancel()
	began := time.Now()
	for f, err := range Play(ctx, past, from, speed, streaming.AtOnce) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, seen{f.Seq, time.Since(began)})
		if takes != nil {
			time.Sleep(takes(len(all)))
		}
	}
	return all
}

// expectAll checks that each picture from the first one on was seen once and in order.
func expectAll(t *testing.T, all []seen, first uint64, pictures int) {
	t.Helper()
	if len(all) != pictures {
		t.Errorf("%d pictures were seen, not %d", len(all), pictures)
	}
	for n, s := range all {
		if s.seq != first+uint64(n) {
			t.Fatalf("picture %d is %d, not %d", n, s.seq, first+uint64(n))
		}
	}
}
