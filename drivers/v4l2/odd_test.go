//go:build linux

package v4l2

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	"fanlight/drivers/camera"

	go4vl "github.com/vladimirvivien/go4vl/v4l2"
	"golang.org/x/sys/unix"
)

// TestRefusedRateStopsNoCamera: a camera that fails when it is asked for a rate streams at
// its own.
func TestRefusedRateStopsNoCamera(t *testing.T) {
	for _, errno := range []unix.Errno{unix.EIO, unix.EPERM, unix.EBUSY, unix.EINVAL, unix.ENOTTY} {
		synctest.Test(t, func(t *testing.T) {
			d := newFake("MJPG")
			d.refuses(errno, requestSetRate, requestGetRate)
			if n, err := watched(t, d.plugged(t), camera.Want{}, 5, nil); n != 5 || err != nil {
				t.Errorf("%v: %d pictures, %v", errno, n, err)
			}
		})
	}
}

// TestTwoBuffersLoseNothing: a driver that grants two buffers has both to fill while a
// picture is with the consumer.
func TestTwoBuffersLoseNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newFake("MJPG")
		d.grants = 2
		n, err := watched(t, d.plugged(t), camera.Want{}, 90, func(camera.Picture) { time.Sleep(25 * time.Millisecond) })
		if n != 90 || err != nil || d.lost > 0 || d.delivered > 91 {
			t.Errorf("%d pictures of %d, %d lost, %v", n, d.delivered, d.lost, err)
		}
	})
}

// TestSlowConsumerGetsTheNewest: after a pause, what filled the buffers meanwhile is old.
func TestSlowConsumerGetsTheNewest(t *testing.T) {
	for _, grants := range []uint32{2, 4} {
		synctest.Test(t, func(t *testing.T) {
			d := newFake("MJPG")
			d.grants = grants
			n, pause := 0, time.Now()
			var began time.Time
			_, err := watched(t, d.plugged(t), camera.Want{}, 3, func(p camera.Picture) {
				switch n++; n {
				case 1:
					began = time.Now().Add(-fakeInterval)
					time.Sleep(2 * time.Second)
					pause = time.Now()
				case 2:
					if taken := began.Add(time.Duration(p.JPEG[2]+1) * fakeInterval); taken.Before(pause) {
						t.Errorf("of %d buffers came picture %d, taken %v before", grants, p.JPEG[2], pause.Sub(taken))
					}
				}
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// TestConsumerALittleTooSlow: of two buffers, what filled both while a picture was with the
// consumer for a moment is no old picture.
func TestConsumerALittleTooSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newFake("MJPG")
		d.grants = 2
		began := time.Now()
		n, err := watched(t, d.plugged(t), camera.Want{}, 60, func(camera.Picture) { time.Sleep(70 * time.Millisecond) })
		if took := time.Since(began); n != 60 || err != nil || took > 60*71*time.Millisecond {
			t.Errorf("%d pictures in %v, %v", n, took, err)
		}
	})
}

func TestSequencesThatBeginAnewLoseNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newFake("MJPG")
		plain := d.picture
		d.picture = func(n int) (fakePicture, bool) {
			p, ok := plain(n)
			p.sequence = uint32(n % 20)
			return p, ok
		}
		if n, err := watched(t, d.plugged(t), camera.Want{}, 100, nil); n != 100 || err != nil || d.delivered != 100 {
			t.Errorf("%d pictures of %d, %v", n, d.delivered, err)
		}
	})
}

func TestLatePictureIsDropped(t *testing.T) {
	var s sequence
	for _, step := range []struct {
		number uint32
		next   bool
	}{{7, true}, {9, true}, {8, false}, {10, true}, {10, true}, {0, true}, {1, true}, {0, false}, {2, true}, {900, true}, {1<<32 - 2, true}, {1, true}} {
		if got := s.next(step.number, 4); got != step.next {
			t.Errorf("picture %d is next: %v", step.number, got)
		}
	}
}

// TestStampsThatLie: what is not of this clock, or stands still, gives way to the time of
// arrival.
func TestStampsThatLie(t *testing.T) {
	frozen := monotonic()
	for name, stamp := range map[string]func() int64{
		"frozen":                   func() int64 { return frozen },
		"an hour old":              func() int64 { return monotonic() - int64(time.Hour) },
		"ahead":                    func() int64 { return monotonic() + int64(time.Hour) },
		"of the clock on the wall": func() int64 { return time.Now().UnixNano() },
		"none":                     func() int64 { return 0 },
	} {
		synctest.Test(t, func(t *testing.T) {
			d := newFake("MJPG")
			plain := d.picture
			d.picture = func(n int) (fakePicture, bool) {
				p, ok := plain(n)
				p.stamp = stamp()
				return p, ok
			}
			n := 0
			_, err := watched(t, d.plugged(t), camera.Want{}, 60, func(p camera.Picture) {
				if n++; n > 1 && time.Since(p.Taken) != 0 { // the first one that stands still may be right
					t.Errorf("%s: taken %v ago", name, time.Since(p.Taken))
				}
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	var c clock
	b := bufferStruct{flags: go4vl.BufFlagTimestampMonotonic, timestamp: unix.NsecToTimeval(monotonic() - int64(10*time.Second))}
	if age := time.Since(c.taken(b)); age < 10*time.Second || age > 14*time.Second {
		t.Errorf("a picture exposed for ten seconds was taken %v ago", age)
	}
}

// TestLongExposure: the rate that is granted is the one that the exposure leaves.
func TestLongExposure(t *testing.T) {
	for _, test := range []struct {
		auto, time int32
		fps        float64
	}{{1, 100000, 0.1}, {1, 50, 30}, {3, 100000, 30}} {
		synctest.Test(t, func(t *testing.T) {
			d := newFake("MJPG")
			d.answers[requestSetRate] = func(unsafe.Pointer) error { return nil }
			d.answers[requestGetRate] = func(argument unsafe.Pointer) error {
				as[rateStruct](argument).numerator, as[rateStruct](argument).denominator = 1, 30
				return nil
			}
			d.answers[requestGetControl] = func(argument unsafe.Pointer) error {
				v := as[valueStruct](argument)
				v.value = map[uint32]int32{exposureAuto: test.auto, exposureTime: test.time}[v.id]
				return nil
			}
			var granted camera.Mode
			_, err := watched(t, d.plugged(t), camera.Want{Granted: func(m camera.Mode) { granted = m }}, 1, nil)
			if err != nil || granted.FPS != test.fps {
				t.Errorf("granted %v fps, want %v; %v", granted.FPS, test.fps, err)
			}
		})
	}
}

// TestSilentCameraIsWaitedFor: nothing is wrong with a camera that takes its time.
func TestSilentCameraIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newFake("MJPG")
		d.picture = func(int) (fakePicture, bool) { return fakePicture{}, false }
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		began := time.Now()
		for _, err := range d.plugged(t).Frames(ctx, camera.Want{}) {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		if time.Since(began) != 30*time.Second || d.starts != 1 {
			t.Errorf("ended after %v and %d starts", time.Since(began), d.starts)
		}
	})
}

// TestVirtualCamera: one that nothing feeds says so, and is there again once it is fed.
func TestVirtualCamera(t *testing.T) {
	const unfed = "Odd Camera is fed by no program: start the one that does"
	synctest.Test(t, func(t *testing.T) {
		d := newFake("YUYV")
		copy(d.driver[:], loopbackDriver)
		plain, formats := d.picture, d.formats
		d.formats = nil
		c := d.plugged(t)
		if !c.Virtual {
			t.Error("one that nothing feeds is chosen by itself")
		}
		if _, err := watched(t, c, camera.Want{}, 1, nil); err == nil || !strings.HasPrefix(err.Error(), unfed) {
			t.Errorf("without a format: %v", err)
		}
		d.formats = formats
		d.picture = func(n int) (fakePicture, bool) {
			p, _ := plain(n)
			p.planes[0] = make([]byte, 2*64*48)
			return p, n < 10
		}
		d.refuses(unix.EIO, requestStreamOn)
		if _, err := watched(t, c, camera.Want{}, 1, nil); err == nil || !strings.HasPrefix(err.Error(), unfed) {
			t.Errorf("not yet ready: %v", err)
		}
		delete(d.answers, requestStreamOn)
		n, err := watched(t, c, camera.Want{Mode: camera.Mode{Width: 64, Height: 48}}, 20, nil)
		if n != 10 || err == nil || !strings.HasPrefix(err.Error(), unfed) || errors.Is(err, camera.ErrUnplugged) {
			t.Errorf("after %d pictures: %v", n, err)
		}
		if n, err := watched(t, d.plugged(t), camera.Want{Mode: camera.Mode{Width: 64, Height: 48}}, 5, nil); n != 5 || err != nil {
			t.Errorf("fed again: %d pictures, %v", n, err)
		}
		if d.plugged(t).Virtual {
			t.Error("one that is fed counts as a stand-in")
		}
	})
}
