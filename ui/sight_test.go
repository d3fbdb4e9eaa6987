package ui

import (
	"context"
	"iter"
	"testing"
	"testing/synctest"
)

func TestSight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := newSight()
		begun, going := 0, false
		go func() {
			for ctx := range s.times(ctx) {
				begun, going = begun+1, true
				<-ctx.Done()
				going = false
			}
			begun = -1
		}()
		for _, step := range []struct {
			cause
			in    bool
			begun int
			going bool
		}{
			{hidden, true, 1, true}, {hidden, false, 1, false}, {hidden, false, 1, false}, {hidden, true, 2, true},
			{unpainted, false, 2, false}, {hidden, false, 2, false}, {unpainted, true, 2, false}, {hidden, true, 3, true},
		} {
			s.set(step.cause, step.in)
			synctest.Wait()
			if begun != step.begun || going != step.going {
				t.Errorf("%+v: begun %d times, going %v", step, begun, going)
			}
		}
		cancel()
		synctest.Wait()
		if begun != -1 {
			t.Error("it does not end with its context")
		}
	})
}

func TestSightIsLeft(t *testing.T) {
	s := newSight()
	for range s.times(t.Context()) {
		break
	}
}

// While nobody can see the preview, it holds no camera, so that nothing is decoded.
func TestPreviewLetsGoOfTheCameraWhileOutOfSight(t *testing.T) {
	camera := newCamera()
	w, _, queue := openWith(t, camera.frames)
	verdicts := make(chan bool)
	w.watch = newWatch(func(ctx context.Context, x11ID uint32) iter.Seq[bool] {
		return func(yield func(bool) bool) {
			for {
				select {
				case visible := <-verdicts:
					if !yield(visible) {
						return
					}
				case <-ctx.Done():
					return
				}
			}
		}
	}, w.preview)
	w.shown(t, queue, liveState())
	w.preview.start()
	defer w.preview.stop()
	w.watch.begin(w.window)
	defer w.watch.end()

	camera.pictures <- plain(t, 320, 180, red)
	queue.next(t)
	verdicts <- false
	camera.waitFor(t, 0)
	if !w.preview.shows(red) {
		t.Error("the last picture has gone, and the window would come back without one")
	}
	verdicts <- true
	camera.pictures <- plain(t, 320, 180, green)
	queue.next(t)
	if !w.preview.shows(green) {
		t.Errorf("back in sight: shows %v", w.preview.colour())
	}
}
