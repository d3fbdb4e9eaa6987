//go:build linux

package drivers_test

import (
	"bytes"
	"errors"
	"image/jpeg"
	"path/filepath"
	"strings"
	"testing"

	"fanlight/drivers"
	"fanlight/drivers/drivertest"
)

func TestGuestOpenCVReadsAKernelCamera(t *testing.T) {
	camera := plug(t, c920)
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
	index := strings.TrimPrefix(filepath.Base(camera.node), "video")
	for _, choice := range []string{"opencv", "opencv:" + index, "opencv:" + camera.node} {
		if c := drivertest.Find(t, choice); c.ID != "opencv:"+index {
			t.Errorf("%s finds %q", choice, c.ID)
		}
	}
	if camera.Stats().Streaming {
		t.Error("listing turned the camera on")
	}

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
	camera.awaitOff(t)

	var failures []error
	for _, err := range drivertest.Find(t, "opencv").Frames(t.Context(), small) {
		if err != nil {
			failures = append(failures, err)
		} else if len(failures) == 0 && camera.Stats().Streaming {
			camera.unplug(t)
		}
	}
	if len(failures) != 1 || !errors.Is(failures[0], drivers.ErrUnplugged) || !strings.HasPrefix(failures[0].Error(), "there is no camera "+index+": plug it in") {
		t.Errorf("unplugged: %q", failures)
	}
}
