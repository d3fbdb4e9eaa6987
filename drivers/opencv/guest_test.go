//go:build linux

package opencv_test

import (
	"bytes"
	"errors"
	"image/jpeg"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fanlight/drivers"
	"fanlight/drivers/drivertest"
	"fanlight/drivers/rig/usbcam"
)

var c920 = usbcam.Config{Name: "HD Pro Webcam C920", Serial: "2B5C"}

// small spares the guest the drawing of large pictures.
var small = drivers.Want{Mode: drivers.Mode{Width: 320, Height: 240}}

// plug plugs a camera in, and returns it with its node.
func plug(t *testing.T, config usbcam.Config) (camera *usbcam.Camera, node string) {
	t.Helper()
	if err := usbcam.Available(); err != nil {
		t.Skip(err)
	}
	camera, err := usbcam.Plug(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { camera.Unplug() })
	if node, err = camera.Node(t.Context()); err != nil {
		t.Fatal(err)
	}
	return camera, node
}

func TestGuestKernelCameraIsListedOnce(t *testing.T) {
	camera, node := plug(t, c920)
	listed, err := drivers.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	times := 0
	for _, c := range listed {
		if strings.Contains(c.Name, c920.Name) {
			times++
		}
	}
	if times != 1 {
		t.Errorf("the camera is listed %d times", times)
	}
	index := strings.TrimPrefix(filepath.Base(node), "video")
	for _, choice := range []string{"opencv", "opencv:" + index, "opencv:" + node} {
		if c := drivertest.Find(t, choice); c.ID != "opencv:"+index {
			t.Errorf("%s finds %q", choice, c.ID)
		}
	}
	if camera.Stats().Streaming {
		t.Error("listing turned the camera on")
	}
}

func TestGuestOpenCVReadsAKernelCamera(t *testing.T) {
	camera, node := plug(t, c920)
	program(t)
	want := small
	want.Granted = func(m drivers.Mode) {
		if m.Width != small.Width || m.Height != small.Height || m.FPS <= 0 {
			t.Errorf("granted %+v", m)
		}
	}
	n := 0
	for picture, err := range drivertest.Find(t, "opencv").Frames(t.Context(), want) {
		if err != nil {
			t.Fatalf("picture %d: %v", n, err)
		}
		if config, err := jpeg.DecodeConfig(bytes.NewReader(picture.JPEG)); err != nil || config.Width != small.Width {
			t.Errorf("picture %d: %+v, %v", n, config, err)
		}
		if n++; n == 3 {
			break
		}
	}
	for camera.Stats().Streaming {
		time.Sleep(20 * time.Millisecond)
	}

	var failures []error
	for _, err := range drivertest.Find(t, "opencv").Frames(t.Context(), small) {
		if err != nil {
			failures = append(failures, err)
		} else if len(failures) == 0 && camera.Stats().Streaming {
			if err := camera.Unplug(); err != nil {
				t.Error(err)
			}
		}
	}
	if len(failures) != 1 || !errors.Is(failures[0], drivers.ErrUnplugged) || !strings.HasPrefix(failures[0].Error(), "there is no camera "+strings.TrimPrefix(filepath.Base(node), "video")+": plug it in") {
		t.Errorf("unplugged: %q", failures)
	}
}
