//go:build linux

package v4l2_test

import (
	"context"
	"testing"
	"time"

	"fanlight/drivers"
	"fanlight/drivers/rig/usbcam"
)

// These tests drive a real kernel camera, in the guest of drivers/rig. Elsewhere
// they are skipped.

// patience bounds every wait: the guest is emulated, and the machine may be busy.
const patience = time.Minute

func needGuest(t *testing.T) {
	t.Helper()
	if err := usbcam.Available(); err != nil {
		t.Skip(err)
	}
}

// eventually waits for a condition.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %v in vain for %s", patience, what)
		}
	}
}

// webcam is a simulated camera in the kernel's hands.
type webcam struct {
	*usbcam.Camera
	node string
}

var c920 = usbcam.Config{Name: "HD Pro Webcam C920", Serial: "2B5C"}

// small spares the guest the drawing of large pictures.
var small = drivers.Want{Mode: drivers.Mode{Width: 320, Height: 240}}

const c920ID = "v4l2:usb-Fanlight_HD_Pro_Webcam_C920_2B5C-video-index0"

func plug(t *testing.T, config usbcam.Config) webcam {
	t.Helper()
	needGuest(t)
	camera, err := usbcam.Plug(config)
	if err != nil {
		t.Fatal(err)
	}
	w := webcam{Camera: camera}
	t.Cleanup(func() { w.unplug(t) })
	w.node = w.awaitNode(t)
	return w
}

func (w webcam) awaitNode(t *testing.T) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	node, err := w.Node(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return node
}

func (w webcam) unplug(t *testing.T) {
	t.Helper()
	if err := w.Unplug(); err != nil {
		t.Error(err)
	}
}

// awaitOff waits until the kernel has told the camera to stop.
func (w webcam) awaitOff(t *testing.T) {
	t.Helper()
	eventually(t, "the camera to be off", func() bool { return !w.Stats().Streaming })
}

// onlyFailure opens a camera that must yield one error and nothing else.
func onlyFailure(t *testing.T, camera drivers.Camera) error {
	t.Helper()
	var failures []error
	for picture, err := range camera.Frames(t.Context(), small) {
		if err == nil {
			t.Fatalf("%s delivered a picture of %d bytes", camera.ID, len(picture.JPEG))
		}
		failures = append(failures, err)
	}
	if len(failures) != 1 {
		t.Fatalf("want one error, got %q", failures)
	}
	t.Log(failures[0])
	return failures[0]
}

// onePicture opens a camera, waits for a picture and closes it.
func onePicture(t *testing.T, camera drivers.Camera) {
	t.Helper()
	for picture, err := range camera.Frames(t.Context(), small) {
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := usbcam.Number(picture.JPEG); !ok {
			t.Fatalf("%s delivered %d bytes that are none of its pictures", camera.ID, len(picture.JPEG))
		}
		return
	}
	t.Fatal("the loop ended without a picture")
}
