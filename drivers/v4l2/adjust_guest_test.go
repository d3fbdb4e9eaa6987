//go:build linux

package v4l2_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fanlight/drivers"
	"fanlight/drivers/drivertest"
	"fanlight/drivers/rig/usbcam"

	"golang.org/x/sys/unix"
)

func TestGuestModesAreListedWhileTheCameraStreams(t *testing.T) {
	w := plug(t, c920)
	camera := drivertest.Find(t, c920ID)
	off, err := camera.Modes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if w.Stats().Starts != 0 {
		t.Error("listing modes turned the camera on")
	}
	if len(off) != 4*4+2*4 { // sizes times rates, of MJPG and YUYV
		t.Errorf("listed %d modes: %v", len(off), off)
	}
	same := func(m drivers.Mode, format string, width, height int, fps float64) bool {
		return m.Format == format && m.Width == width && m.Height == height && m.FPS > fps-0.01 && m.FPS < fps+0.01
	}
	if !same(off[0], "MJPG", 1280, 720, 30) || !same(off[len(off)-1], "YUYV", 320, 240, 5) {
		t.Errorf("listed %v", off)
	}
	n := 0
	for _, err := range camera.Frames(t.Context(), small) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 1 {
			if on, err := camera.Modes(t.Context()); err != nil || !slices.Equal(on, off) {
				t.Errorf("while it streams: %v, %v", on, err)
			}
		} else if n == 3 {
			break
		}
	}
	if n != 3 || w.Stats().Starts != 1 {
		t.Errorf("%d pictures of %d starts: listing modes disturbed the stream", n, w.Stats().Starts)
	}
}

func TestGuestRawModeIsPickedByItsRate(t *testing.T) {
	w := plug(t, c920)
	camera := drivertest.Find(t, c920ID)
	for _, test := range []struct {
		want, granted drivers.Mode
	}{
		{drivers.Mode{Format: "YUYV"}, drivers.Mode{Format: "YUYV", Width: 640, Height: 480}},
		{drivers.Mode{Format: "YUYV", Width: 320, Height: 240}, drivers.Mode{Format: "YUYV", Width: 320, Height: 240}},
		{drivers.Mode{Format: "NV12", Width: 320, Height: 240}, drivers.Mode{Format: "MJPG", Width: 320, Height: 240}},
	} {
		var granted drivers.Mode
		want := drivers.Want{Mode: test.want, Granted: func(m drivers.Mode) { granted = m }}
		for _, err := range camera.Frames(t.Context(), want) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
		granted.FPS = 0
		if did := w.Stats(); granted != test.granted || did.Format != granted.Format || did.Width != granted.Width {
			t.Errorf("asked %+v, granted %+v, the camera does %+v", test.want, granted, did)
		}
	}
}

func TestGuestControlsAreSetLiveAndRestored(t *testing.T) {
	w := plug(t, c920)
	camera := drivertest.Find(t, c920ID)
	brightness := func() int {
		t.Helper()
		c, ok := controlsOf(t, camera)["brightness"]
		if !ok || c.Min != -64 || c.Max != 64 || c.Default != 0 {
			t.Fatalf("got %+v", c)
		}
		return c.Value
	}
	n := 0
	for _, err := range camera.Frames(t.Context(), small) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 1 {
			if err := camera.Adjust(t.Context(), "brightness", 33); err != nil {
				t.Error(err)
			}
			if got := brightness(); got != 33 {
				t.Errorf("brightness is %d", got)
			}
		} else if n == 3 {
			break
		}
	}
	refusesToAdjust(t, camera)
	w.unplug(t)
	if err := camera.Adjust(t.Context(), "brightness", 1); !errors.Is(err, drivers.ErrUnplugged) {
		t.Errorf("an unplugged camera is adjusted: %v", err)
	}
	if _, err := camera.Modes(t.Context()); !errors.Is(err, drivers.ErrUnplugged) {
		t.Errorf("an unplugged camera has modes: %v", err)
	}

	again := plug(t, c920)
	if got := brightness(); got != 0 {
		t.Fatalf("the camera came back with a brightness of %d: this proves nothing", got)
	}
	want := small
	want.Controls = map[string]int{"brightness": 33, "contrast": 40}
	for _, err := range camera.Frames(t.Context(), want) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	if got := brightness(); got != 33 {
		t.Errorf("brightness was not restored: %d", got)
	}
	again.awaitOff(t)
}

// refusesToAdjust checks the sentences for what the C920 does not take.
func refusesToAdjust(t *testing.T, camera drivers.Camera) {
	t.Helper()
	for _, refused := range []struct {
		name  string
		value int
		want  string
	}{
		{"brightness", 65, "brightness of HD Pro Webcam C920 cannot be 65: choose a value from -64 to 64"},
		{"colour", 1, `HD Pro Webcam C920 has no control "colour": choose one of brightness, contrast`},
	} {
		if err := camera.Adjust(t.Context(), refused.name, refused.value); err == nil || err.Error() != refused.want {
			t.Errorf("%v\nwant %q", err, refused.want)
		}
	}
}

// TestGuestListingAgainOpensNothing watches the nodes for being opened, by anybody.
func TestGuestListingAgainOpensNothing(t *testing.T) {
	w := plug(t, c920)
	watch, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(watch)
	if _, err := unix.InotifyAddWatch(watch, "/dev", unix.IN_OPEN); err != nil {
		t.Fatal(err)
	}
	opened := func() bool {
		var all []byte
		for events := make([]byte, 64<<10); ; {
			n, err := unix.Read(watch, events)
			if n <= 0 || err != nil {
				return strings.Contains(string(all), "video")
			}
			all = append(all, events[:n]...)
		}
	}
	list := func() {
		t.Helper()
		if ids, _ := v4l2Cameras(t); !slices.Equal(ids, []string{c920ID}) {
			t.Fatalf("listed %q", ids)
		}
	}
	list()
	if !opened() {
		t.Fatal("the first listing opened nothing that inotify saw: this proves nothing")
	}
	list()
	list()
	if opened() {
		t.Error("a later listing opened a node")
	}
	w.unplug(t)
	plug(t, c920)
	list()
	if !opened() {
		t.Error("a camera that was plugged in again was not asked")
	}
}

func TestGuestFollowSeesCamerasComeAndGo(t *testing.T) {
	needGuest(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var w webcam
	var since time.Time
	stage := 0
	for cameras, err := range drivers.Follow(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		there := slices.ContainsFunc(cameras, func(c drivers.Camera) bool { return c.ID == c920ID })
		switch {
		case stage == 0 && !there:
			camera, err := usbcam.Plug(c920)
			if err != nil {
				t.Fatal(err)
			}
			w = webcam{Camera: camera}
			t.Cleanup(func() { w.unplug(t) })
			stage, since = 1, time.Now()
		case stage == 1 && there:
			t.Logf("listed %v after it was plugged in", time.Since(since))
			stage, since = 2, time.Now()
			w.unplug(t)
		case stage == 2 && !there:
			t.Logf("left out %v after it was unplugged", time.Since(since))
			return
		}
	}
	t.Errorf("the list did not follow: stage %d", stage)
}
