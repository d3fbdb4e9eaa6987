package ui

import (
	"image"
	"sync"
	"testing"
)

// The screen reads its picture all the time while the decoder draws: under the
// race detector a shared buffer is reported, without it a torn picture is seen.
func TestFramesAreNeverTorn(t *testing.T) {
	var f frames
	done := make(chan struct{})
	var drawing sync.WaitGroup
	drawing.Go(func() {
		defer close(done)
		for n := range 20_000 {
			drawn := f.free()
			if drawn == nil {
				drawn = image.NewRGBA(image.Rect(0, 0, 8, 8))
			}
			for i := range drawn.Pix {
				drawn.Pix[i] = byte(n)
			}
			f.publish(drawn)
		}
	})
	defer drawing.Wait()

	seen := map[*image.RGBA]bool{}
	for {
		front := f.take()
		if front != nil {
			seen[front] = true
			for _, v := range front.Pix {
				if v != front.Pix[0] {
					t.Fatal("the picture on screen was drawn into")
				}
			}
		}
		select {
		case <-done:
			if len(seen) > 3 {
				t.Errorf("%d buffers, want at most 3", len(seen))
			}
			return
		default:
		}
	}
}

func TestFramesTellTheScreenOnce(t *testing.T) {
	var f frames
	a, b := image.NewRGBA(image.Rect(0, 0, 1, 1)), image.NewRGBA(image.Rect(0, 0, 1, 1))
	if f.take() != nil {
		t.Error("a picture before the first")
	}
	if !f.publish(a) {
		t.Error("the first picture: the screen was not told")
	}
	if f.publish(b) {
		t.Error("the second picture: the screen was told again though it has not come yet")
	}
	for range 2 {
		if f.take() != b {
			t.Error("the screen did not get the newest picture")
		}
	}
	if f.free() != a {
		t.Error("the picture that nobody took is not drawn into next")
	}
	if !f.publish(a) {
		t.Error("after the screen came: it was not told of the next picture")
	}
}
