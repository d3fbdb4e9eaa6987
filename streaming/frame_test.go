package streaming_test

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	. "fanlight/streaming"
	"fanlight/streaming/streamtest"
)

// published is the newest picture of a hub after n was published.
func published(t *testing.T, hub *Hub, n int) *Frame {
	t.Helper()
	hub.Publish(Picture{JPEG: numbered(n)}, 1, 1, nil)
	f := hub.Newest()
	if !bytes.Equal(f.JPEG, numbered(n)) {
		t.Fatalf("picture %d is %q", n, f.JPEG)
	}
	return f
}

func TestMemoryIsUsedAgainOnceNobodyHoldsThePicture(t *testing.T) {
	hub := NewHub()
	memory := map[*byte]bool{}
	for n := range 100 {
		f := published(t, hub, 1000+n)
		memory[&f.JPEG[0]] = true
		f.Release()
	}
	if len(memory) > 2 {
		t.Errorf("100 pictures lay in %d places", len(memory))
	}
}

func TestPictureThatIsHeldStaysAsItIs(t *testing.T) {
	hub := NewHub()
	held := published(t, hub, 1000)
	held.Hold()
	for n := range 20 {
		published(t, hub, 2000+n).Release()
	}
	held.Release()
	for n := range 20 {
		published(t, hub, 3000+n).Release()
	}
	if !bytes.Equal(held.JPEG, numbered(1000)) {
		t.Errorf("the picture became %q", held.JPEG)
	}
	held.Release()
}

func TestReleasedTooOftenIsAFault(t *testing.T) {
	hub := NewHub()
	f := published(t, hub, 1)
	hub.Clear()
	f.Release()
	defer func() {
		if recover() == nil {
			t.Error("nothing is said")
		}
	}()
	f.Release()
}

func TestSmallPictureKeepsNoLargeMemory(t *testing.T) {
	hub := NewHub()
	large := bytes.Repeat([]byte("large"), 1<<20)
	for range 3 {
		hub.Publish(Picture{JPEG: large}, 1, 1, nil)
	}
	f := published(t, hub, 1)
	defer f.Release()
	if n := cap(f.JPEG); n > 1000 {
		t.Errorf("%d bytes lie in %d", len(f.JPEG), n)
	}
}

// TestConsumersOfAllKindsSeeWholePictures has pictures that each repeat one byte, so that
// memory reused too early shows, to the race detector too.
func TestConsumersOfAllKindsSeeWholePictures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := NewHub()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		check := func(f *Frame) {
			if want := bytes.Repeat([]byte{byte(f.Seq)}, 100); !bytes.Equal(f.JPEG, want) {
				t.Errorf("picture %d begins with %d and ends with %d", f.Seq, f.JPEG[0], f.JPEG[99])
			}
		}
		var running sync.WaitGroup
		for viewer := range 20 {
			running.Go(func() {
				for f := range hub.FramesWhen(ctx, AtOnce) {
					check(f)
					time.Sleep(time.Duration(viewer*7) * time.Millisecond)
					check(f)
				}
			})
		}
		attended := 0
		stop := hub.Attend(func(f *Frame) { check(f); attended++ })
		for n := range 500 {
			hub.Publish(Picture{JPEG: bytes.Repeat([]byte{byte(n + 1)}, 100)}, 1, 1, nil)
			newest := hub.Newest()
			if n%3 == 0 {
				newest.Hold()
				running.Go(func() {
					time.Sleep(time.Duration(n%50) * time.Millisecond)
					check(newest)
					newest.Release()
				})
			}
			newest.Release()
			time.Sleep(5 * time.Millisecond)
		}
		stop()
		hub.Publish(Picture{JPEG: bytes.Repeat([]byte{245}, 100)}, 1, 1, nil) // 501 in a byte
		if attended != 500 {
			t.Errorf("%d pictures were attended to", attended)
		}
		cancel()
		running.Wait()
	})
}

func TestAttendingKeepsTheCameraOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		feed := b.Feed(t)
		var last uint64
		n := 0
		stop := feed.Attend(func(f *Frame) {
			if f.Seq != last+1 || !streamtest.IsOriginal(f.JPEG) {
				t.Errorf("picture %d after %d", f.Seq, last)
			}
			last = f.Seq
			n++
		})
		time.Sleep(time.Minute)
		stop()
		if n < 1798 || b.Opened.Load() != 1 {
			t.Errorf("%d pictures in a minute, the camera was opened %d times", n, b.Opened.Load())
		}
		before := n
		time.Sleep(DefaultIdle + time.Millisecond)
		synctest.Wait()
		if n != before || b.Open.Load() != 0 {
			t.Errorf("%d pictures after the end, cameras open: %d", n-before, b.Open.Load())
		}
	})
}
