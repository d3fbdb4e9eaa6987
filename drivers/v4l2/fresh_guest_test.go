//go:build linux

package v4l2_test

import (
	"testing"
	"time"

	"fanlight/drivers/drivertest"
	"fanlight/drivers/rig/usbcam"
)

// TestGuestNewestOfSeveralPicturesWins: a consumer that finds two pictures ready, one
// buffer being empty still, gets the newer.
func TestGuestNewestOfSeveralPicturesWins(t *testing.T) {
	w := plug(t, c920)
	want := small
	want.FPS = 5 // slow enough that two pictures can be told from three
	newest := -1
	for picture, err := range drivertest.Find(t, c920ID).Frames(t.Context(), want) {
		if err != nil {
			t.Fatal(err)
		}
		number, ok := usbcam.Number(picture.JPEG)
		if !ok {
			t.Fatalf("got %d bytes that are none of the camera's pictures", len(picture.JPEG))
		}
		if newest >= 0 {
			if number != newest {
				t.Errorf("got picture %d, while %d was ready", number, newest)
			}
			break
		}
		eventually(t, "one picture more", func() bool { return w.Stats().Sent > number+1 })
		w.Stall(true)                      // after the one that is under way, the second
		time.Sleep(500 * time.Millisecond) // for the kernel to have them
		if ready := w.Stats().Sent - (number + 1); ready == 2 {
			newest = number + ready
		} else {
			t.Logf("%d pictures became ready: trying again", ready)
			w.Stall(false)
		}
	}
}

// TestGuestSlowConsumerGetsFreshPictures: pictures come in order and none twice, and
// the one after a pause was taken after the pause.
func TestGuestSlowConsumerGetsFreshPictures(t *testing.T) {
	plug(t, c920)
	n, last := 0, -1
	var paused time.Time // the pause's end
	for picture, err := range drivertest.Find(t, c920ID).Frames(t.Context(), small) {
		if err != nil {
			t.Fatal(err)
		}
		number, ok := usbcam.Number(picture.JPEG)
		if !ok || number <= last {
			t.Fatalf("after picture %d came %d (%v)", last, number, ok)
		}
		last = number
		if picture.Taken.IsZero() {
			t.Fatal("the camera's pictures bear no time")
		}
		if early := paused.Sub(picture.Taken); !paused.IsZero() && n == 4 {
			t.Logf("the picture after the pause was taken %v after its end", -early)
			if early > 100*time.Millisecond { // two clocks are read one after the other
				t.Errorf("after a pause came a picture taken %v before its end", early)
			}
		}
		if n++; n == 4 {
			time.Sleep(2 * time.Second)
			paused = time.Now()
		}
		if n == 8 {
			break
		}
	}
}

func TestGuestBrokenPicturesEndNothing(t *testing.T) {
	w := plug(t, c920)
	faults := []usbcam.Fault{usbcam.Noise, usbcam.Truncated, usbcam.Empty, usbcam.Whole}
	sent, good := 0, 0
	w.Break(faults[0])
	for picture, err := range drivertest.Find(t, c920ID).Frames(t.Context(), small) {
		if err != nil {
			t.Fatal(err)
		}
		if len(picture.JPEG) == 0 {
			t.Fatal("got an empty picture")
		}
		if sent++; sent%3 == 0 && len(faults) > 1 {
			faults = faults[1:]
			w.Break(faults[0])
			if faults[0] == usbcam.Empty { // nothing arrives until the next fault
				time.AfterFunc(500*time.Millisecond, func() { w.Break(usbcam.Whole) })
				faults = faults[1:]
			}
		}
		if _, ok := usbcam.Number(picture.JPEG); ok && len(faults) == 1 {
			if good++; good == 3 {
				break
			}
		}
	}
	if good != 3 {
		t.Errorf("%d good pictures came after the bad ones", good)
	}
}
