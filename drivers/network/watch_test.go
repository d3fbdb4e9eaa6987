package network

import (
	"context"
	"io"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/drivers/camera"
)

func TestWatchEndsASilentSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		start := time.Now()
		w := startWatch(cancel)
		defer w.stop()
		<-ctx.Done()
		if took := time.Since(start); context.Cause(ctx) != errNoAnswer || took != openPatience {
			t.Errorf("a source that sends nothing: %v after %v", context.Cause(ctx), took)
		}
	})
}

// A source may be silent for twice the longest time that it was, and a little longer;
// one that nobody knows yet, for half a minute.
func TestWatchLearnsThePace(t *testing.T) {
	for _, test := range []struct {
		name string
		gaps []time.Duration // between two pictures
		want time.Duration   // how long it may be silent afterwards
	}{
		{"nothing known", nil, slowPatience},
		{"a second picture at once", []time.Duration{time.Millisecond}, slowPatience},
		{"every picture twice", []time.Duration{0, 10 * time.Second, 0}, 22 * time.Second},
		{"30 fps", slices.Repeat([]time.Duration{33 * time.Millisecond}, 100), livePatience},
		{"one in 3 s", slices.Repeat([]time.Duration{3 * time.Second}, 5), 8 * time.Second},
		{"one in 7 s, after one at once", []time.Duration{time.Second, 7 * time.Second, 7 * time.Second}, 16 * time.Second},
		{"one in 28 s", slices.Repeat([]time.Duration{28 * time.Second}, 5), 58 * time.Second},
		{"one in 50 s, as it turned out", []time.Duration{28 * time.Second, 28 * time.Second, 28 * time.Second, 50 * time.Second}, mostPatience},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			w := startWatch(cancel)
			defer w.stop()
			body, server := io.Pipe()
			reader := w.reader(body)
			go func() {
				server.Write([]byte("bytes"))
				for _, gap := range test.gaps {
					time.Sleep(gap)
					server.Write([]byte("bytes"))
				}
			}()
			read := func(yield func(camera.Picture, error) bool) {
				for range len(test.gaps) + 1 {
					_, err := io.ReadFull(reader, make([]byte, 5))
					yield(camera.Picture{}, err)
				}
			}
			n := 0
			for _, err := range w.paced(read, &n) {
				if err != nil || ctx.Err() != nil {
					t.Fatal(test.name, err, context.Cause(ctx))
				}
			}
			last := time.Now()
			<-ctx.Done()
			if took := time.Since(last); context.Cause(ctx) != errSilent || took != test.want {
				t.Errorf("%s: %v after %v, want %v", test.name, context.Cause(ctx), took, test.want)
			}
			if n != len(test.gaps)+1 {
				t.Errorf("%s: %d pictures were counted", test.name, n)
			}
		})
	}
}
