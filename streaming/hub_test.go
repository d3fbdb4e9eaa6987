package streaming_test

import (
	. "fanlight/streaming"

	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// numbered returns a picture that contains its number.
func numbered(n int) []byte { return fmt.Appendf(nil, "picture %d", n) }

// TestThousandViewersGetOriginalFramesInOrder has a thousand viewers of different speeds
// watch a hundred pictures. Each viewer gets original pictures only, in order, none twice;
// the fast ones get all.
func TestThousandViewersGetOriginalFramesInOrder(t *testing.T) {
	const viewers, pictures, gap = 1000, 100, 33 * time.Millisecond
	synctest.Test(t, func(t *testing.T) {
		hub := NewHub()
		ctx, cancel := context.WithCancel(t.Context())
		var watching sync.WaitGroup
		seen := make([]int, viewers)
		for v := range viewers {
			watching.Go(func() {
				var f *Frame
				var last uint64
				for {
					next, err := hub.After(ctx, f)
					if err != nil {
						return
					}
					if f = next; f.Seq <= last {
						t.Errorf("viewer %d got picture %d after %d", v, f.Seq, last)
					}
					if !bytes.Equal(f.JPEG, numbered(int(f.Seq))) {
						t.Errorf("viewer %d got %q as picture %d", v, f.JPEG, f.Seq)
					}
					last = f.Seq
					seen[v]++
					time.Sleep(time.Duration(v) * time.Millisecond) // viewer 999 takes 1 s
				}
			})
		}
		synctest.Wait()
		for n := range pictures {
			hub.Publish(Picture{JPEG: numbered(n + 1)}, 1, 1, nil)
			time.Sleep(gap)
		}
		synctest.Wait()
		cancel()
		watching.Wait()
		for v, n := range seen {
			// A viewer that takes d for a picture sees one in every ceil(d/gap), at least.
			least := pictures
			if d := time.Duration(v) * time.Millisecond; d >= gap {
				least = int(pictures*gap/(d+gap)) - 1
			}
			if n < least || n > pictures {
				t.Errorf("viewer %d saw %d pictures, want %d to %d", v, n, least, pictures)
			}
		}
	})
}

func TestStalledViewerDelaysNobodyAndSkipsToTheNewest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := NewHub()
		hub.Publish(Picture{JPEG: numbered(1)}, 1, 1, nil)
		stalled, err := hub.After(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		for n := 2; n <= 500; n++ {
			hub.Publish(Picture{JPEG: numbered(n)}, 1, 1, nil)
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("publishing waited %v for a viewer", took)
		}
		if !bytes.Equal(stalled.JPEG, numbered(1)) {
			t.Errorf("the picture held by the stalled viewer became %q", stalled.JPEG)
		}
		next, err := hub.After(t.Context(), stalled)
		if err != nil || next.Seq != 500 {
			t.Errorf("the stalled viewer went on with %v, %v, want picture 500", next, err)
		}
	})
}

func TestAfterEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if f, err := NewHub().After(ctx, nil); f != nil || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, %v", f, err)
		}
	})
}

func TestClearedHubShowsNobodyAStalePicture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := NewHub()
		hub.Clear()
		if f := hub.Newest(); f != nil {
			t.Errorf("an empty hub holds %v", f)
		}
		hub.Publish(Picture{JPEG: numbered(1)}, 1, 1, nil)
		old := hub.Newest()
		hub.Clear()
		hub.Clear()
		if f := hub.Newest(); f != nil {
			t.Errorf("a cleared hub holds picture %d", f.Seq)
		}
		for _, had := range []*Frame{nil, old} {
			waiting, cancel := context.WithTimeout(t.Context(), time.Hour)
			if f, err := hub.After(waiting, had); err == nil {
				t.Errorf("a cleared hub delivered picture %d", f.Seq)
			}
			cancel()
		}
		hub.Publish(Picture{JPEG: numbered(2)}, 1, 1, nil)
		if f, err := hub.After(t.Context(), old); err != nil || f.Seq != 2 {
			t.Errorf("after clearing came %v, %v, want picture 2", f, err)
		}
	})
}
