package web

import (
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming/streamtest"
)

// TestNobodyStandsStillAtAnotherCamera has the camera changed under a viewer who stands still:
// the picture of the camera before is not sent again.
func TestNobodyStandsStillAtAnotherCamera(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRerun(t, StreamOptions{}, plenty)
		defer r.feed.Keep()()
		time.Sleep(10*time.Second + time.Millisecond)
		v := r.view(t, "/stream.mjpg?from=-5s&speed=0", nil)
		time.Sleep(7 * time.Second)
		other := streamtest.NewCamera()
		other.ID = "other"
		r.feed.Use(other.Source())
		changed := time.Now()
		time.Sleep(20 * time.Second)
		after := 0
		for _, s := range v.shots(t) {
			if s.came.Before(changed) {
				continue
			}
			if after++; !s.card { // the other camera has no stamps
				t.Errorf("%v after the change comes picture %d of the camera before", s.came.Sub(changed), s.n)
			}
		}
		if after == 0 {
			t.Error("nothing is shown after the change")
		}
	})
}
