package stills

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/assets"
	"fanlight/drivers/camera"
)

// clock ticks by the time of the bubble.
type clock struct{ ticks *time.Ticker }

func (c clock) Wait() bool { <-c.ticks.C; return true }

// look has a consumer look at the emulated pictures at a rate until it returns false.
func look(t *testing.T, fps float64, consumer func(n int, picture camera.Picture) bool) {
	synctest.Test(t, func(t *testing.T) {
		pictures := assets.Emulated()
		tick := clock{time.NewTicker(time.Duration(float64(time.Second) / fps))}
		defer tick.ticks.Stop()
		n := 0
		loop(inTurn(pictures[:]), tick, func(picture camera.Picture, err error) bool {
			if err != nil || !bytes.Equal(picture.JPEG, pictures[n%3]) {
				t.Errorf("picture %d is not number %d of three, %v", n, n%3+1, err)
			}
			if picture.Info.Width != 1280 || picture.Info.Height != 720 {
				t.Errorf("picture %d says it is %+v", n, picture.Info)
			}
			n++
			return consumer(n-1, picture)
		})
	})
}

func TestPicturesComeAtTheirRate(t *testing.T) {
	for _, fps := range []float64{1, 4, 30} {
		var start time.Time
		look(t, fps, func(n int, _ camera.Picture) bool {
			if n == 0 {
				start = time.Now()
			}
			want := time.Duration(float64(n) / fps * float64(time.Second))
			if at := time.Since(start); (at - want).Abs() > time.Microsecond {
				t.Errorf("picture %d at %v fps came after %v, want %v", n, fps, at, want)
			}
			return n < 60
		})
	}
}

func TestSlowConsumerGetsNoBurst(t *testing.T) {
	var at []time.Time
	look(t, 1, func(n int, _ camera.Picture) bool {
		at = append(at, time.Now())
		if n == 0 {
			time.Sleep(10*time.Second + 500*time.Millisecond)
		}
		return n < 3
	})
	if gap := at[3].Sub(at[1]); gap < time.Second {
		t.Errorf("after a pause of ten seconds, three pictures came within %v", gap)
	}
}

func TestPictureThatIsNotWholeIsYieldedAsItIs(t *testing.T) {
	cut := assets.Emulated()[0][:1000]
	for _, want := range [][]byte{cut, []byte("no picture")} {
		if got := walk(want); !bytes.Equal(got.JPEG, want) || got.Info.Width != 0 {
			t.Errorf("%d bytes became %d, %+v", len(want), len(got.JPEG), got.Info)
		}
	}
}
