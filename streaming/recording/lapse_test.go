package recording

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming/streamtest"
)

// lapse runs a time lapse for a while, and returns its film and how often the camera was on.
func lapse(t *testing.T, b *streamtest.Camera, r *Recorder, every, long time.Duration) (p streamtest.Probed, opened int32) {
	t.Helper()
	if err := r.StartLapse(every); err != nil {
		t.Fatal(err)
	}
	time.Sleep(long)
	r.Stop()
	if s := r.Status(); s.Recording || s.Err != nil {
		t.Fatalf("at the end: %+v", s)
	}
	return streamtest.Probe(t, r.Status().File), b.Opened.Load()
}

func TestTimeLapsePlaysAt30FPS(t *testing.T) {
	for name, c := range map[string]struct {
		every, long time.Duration
		pictures    int
		opened      int32
	}{
		// Ten seconds without anybody turn the camera off.
		"over the idle time":  {time.Minute, time.Hour - time.Second, 60, 60},
		"below the idle time": {5 * time.Second, 5*time.Minute - time.Second, 60, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, r, dir := door(t)
				begun := time.Now()
				p, opened := lapse(t, b, r, c.every, c.long)
				if len(p.Packets) != c.pictures || opened != c.opened || len(files(t, dir)) != 1 {
					t.Errorf("%d pictures, the camera was turned on %d times", len(p.Packets), opened)
				}
				for n, packet := range p.Packets {
					if at := streamtest.Milliseconds(t, packet.Time); at != int64(n)*1000/30 {
						t.Fatalf("picture %d plays at %d ms", n, at)
					}
				}
				first, err := time.Parse(time.RFC3339Nano, p.Format.Tags.Created)
				if after := first.Sub(begun); err != nil || after < 0 || after > 2*time.Second {
					t.Errorf("the first picture was taken at %q, %v", p.Format.Tags.Created, err)
				}
			})
		})
	}
}

// While the camera is lost there are no pictures, and no cards in their place.
func TestTimeLapseGoesOnAfterALoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, r, _ := door(t)
		gone := errors.New("gone")
		time.AfterFunc(10*time.Minute-time.Second, func() { b.Fail.Store(&gone) })
		time.AfterFunc(20*time.Minute-time.Second, func() { b.Fail.Store(nil) })
		p, _ := lapse(t, b, r, time.Minute, 30*time.Minute-time.Second)
		if n := len(p.Packets); n != 20 {
			t.Errorf("%d pictures in 20 minutes with a camera, and 10 without", n)
		}
	})
}

func TestTimeLapseIsSplitByTheTimeThatItPlays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, r, dir := door(t)
		r.Limit(Limits{Split: Split{Length: time.Second}})
		lapse(t, b, r, 10*time.Second, 15*time.Minute-time.Second)
		names := files(t, dir)
		if len(names) != 3 {
			t.Fatalf("files %q", names)
		}
		for _, name := range names {
			if p := streamtest.Probe(t, filepath.Join(dir, name)); len(p.Packets) != 30 {
				t.Errorf("%s has %d pictures", name, len(p.Packets))
			}
		}
	})
}

func TestTimeLapseOfNoSense(t *testing.T) {
	_, r, _ := door(t)
	for _, every := range []time.Duration{-time.Second, 0, time.Millisecond, 1000 * time.Hour} {
		if err := r.StartLapse(every); err == nil || !strings.Contains(err.Error(), "such as 10s") || r.Status().Recording {
			t.Errorf("%v: %v", every, err)
		}
	}
}

// Who wants a time lapse while there is a recording is told that there is none, and the
// recording goes on.
func TestNoTimeLapseBesideARecording(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, r, _ := door(t)
		if err := r.Start(); err != nil {
			t.Fatal(err)
		}
		if err := r.StartLapse(time.Second); !errors.Is(err, ErrRunning) || !r.Status().Recording {
			t.Error(err)
		}
		r.Stop()
		if err := r.StartLapse(time.Second); err != nil {
			t.Errorf("afterwards: %v", err)
		}
		r.Stop()
	})
}
