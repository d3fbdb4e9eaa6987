package web

import (
	"time"

	"fanlight/streaming"
	"fanlight/streaming/replay"
	"fanlight/streaming/streamtest"
)

// reel is a past that is complete, of stamped pictures.
type reel []*streaming.Frame

func newReel(jpeg []byte, taken ...time.Time) (all reel) {
	for n, t := range taken {
		all = append(all, streaming.NewFrame(uint64(n+1), 1, t, 16, 8, streamtest.Stamped(jpeg, uint64(n))))
	}
	return all
}

func (p reel) hold(n int) (*streaming.Frame, error) {
	if n < 0 || n >= len(p) {
		return nil, nil
	}
	p[n].Hold()
	return p[n], nil
}

func (p reel) At(t time.Time) (*streaming.Frame, error) {
	n := 0
	for n+1 < len(p) && !p[n+1].Taken.After(t) {
		n++
	}
	return p.hold(n)
}

func (p reel) After(f *streaming.Frame) (*streaming.Frame, error) { return p.hold(int(f.Seq)) }

func (p reel) Before(f *streaming.Frame) (*streaming.Frame, error) { return p.hold(int(f.Seq) - 2) }

func (p reel) Grown() <-chan struct{} { return nil }

func (p reel) Sections() []replay.Section {
	return []replay.Section{{From: p[0].Taken, To: p[len(p)-1].Taken, Pictures: len(p)}}
}

// minute is a reel of pictures at 30 fps, the first of a minute ago.
func minute(jpeg []byte, pictures int) reel {
	var taken []time.Time
	for n := range pictures {
		taken = append(taken, time.Now().Add(-time.Minute+time.Duration(n)*time.Second/30))
	}
	return newReel(jpeg, taken...)
}
