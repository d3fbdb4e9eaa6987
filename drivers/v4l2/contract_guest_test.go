//go:build linux

package v4l2_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fanlight/drivers"
	"fanlight/drivers/drivertest"
	"fanlight/drivers/rig/usbcam"
)

func TestGuestKernelCameraKeepsTheContract(t *testing.T) {
	keepsTheContract(t, plug(t, c920), c920ID)
}

func TestGuestRawCameraKeepsTheContract(t *testing.T) {
	keepsTheContract(t, plug(t, usbcam.Config{Name: "Old Webcam", YUYVOnly: true}), "v4l2:usb-Fanlight_Old_Webcam-video-index0")
}

func keepsTheContract(t *testing.T, camera webcam, choice string) {
	// The kernel disconnects a device that is no longer authorized as one that was
	// unplugged. Pulling the cable itself would leave the kit with goroutines of
	// the simulation that it does not know; TestGuestUnplugAndPlugAgain does that.
	usbInterface, err := filepath.EvalSymlinks(filepath.Join("/sys/class/video4linux", filepath.Base(camera.node), "device"))
	if err != nil {
		t.Fatal(err)
	}
	authorize := func(t *testing.T, yes string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(filepath.Dir(usbInterface), "authorized"), []byte(yes), 0); err != nil {
			t.Fatal(err)
		}
	}
	drivertest.Run(t, drivertest.Subject{
		Choice: choice,
		Want:   small,
		Unplug: func(t *testing.T) { authorize(t, "0") },
		Plug: func(t *testing.T) {
			authorize(t, "1")
			camera.awaitNode(t)
		},
		Running: func(*testing.T) bool { return camera.Stats().Streaming },
	})
}

func v4l2Cameras(t *testing.T) (ids, names []string) {
	t.Helper()
	cameras, err := drivers.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cameras {
		if strings.HasPrefix(c.ID, "v4l2:") {
			ids, names = append(ids, c.ID), append(names, c.Name)
		}
	}
	return ids, names
}

func TestGuestKernelCamerasAreListedByName(t *testing.T) {
	camera := plug(t, c920)
	if nodes, _ := filepath.Glob("/sys/class/video4linux/video*"); len(nodes) < 2 {
		t.Fatalf("the camera has the nodes %q: there is no metadata node to leave out", nodes)
	}
	ids, names := v4l2Cameras(t)
	if !slices.Equal(ids, []string{c920ID}) || !slices.Equal(names, []string{c920.Name}) {
		t.Fatalf("listed %q, %q", ids, names)
	}
	for _, choice := range []string{"v4l2", c920.Name, c920ID, "v4l2:" + camera.node, "v4l2:" + filepath.Base(camera.node)} {
		if found, err := drivers.Find(t.Context(), choice); err != nil || found.ID != c920ID {
			t.Errorf("%q finds %q, %v", choice, found.ID, err)
		}
	}
	_, err := drivers.Find(t.Context(), "v4l2:nonsense")
	var unknown *drivers.UnknownCameraError
	if !errors.As(err, &unknown) || !strings.Contains(err.Error(), fmt.Sprintf("%q (%s)", c920.Name, c920ID)) {
		t.Errorf("an unknown camera: %v", err)
	}

	plug(t, usbcam.Config{Name: "Twin"})
	plug(t, usbcam.Config{Name: "Twin"})
	ids, names = v4l2Cameras(t)
	slices.Sort(names)
	if len(ids) != 3 || ids[1] == ids[2] || !strings.HasPrefix(ids[1], "v4l2:usb-Fanlight_Twin-video-index0@") {
		t.Errorf("listed %q", ids)
	}
	if len(names) != 3 || names[1] == names[2] || !strings.HasPrefix(names[1], "Twin (USB ") {
		t.Errorf("listed %q", names)
	}
	camera.unplug(t)
	if ids, _ := v4l2Cameras(t); len(ids) != 2 || slices.Contains(ids, c920ID) {
		t.Errorf("after unplugging: %q", ids)
	}
}

func TestGuestGrantedIsWhatTheCameraDoes(t *testing.T) {
	w := plug(t, c920)
	camera := drivertest.Find(t, c920ID)
	for _, test := range []struct{ want, granted drivers.Mode }{
		{drivers.Mode{}, drivers.Mode{Width: 1280, Height: 720, FPS: 30}},
		{drivers.Mode{Width: 1000, Height: 700, FPS: 24}, drivers.Mode{Width: 1280, Height: 720, FPS: 30}},
		{drivers.Mode{Width: 640, Height: 480, FPS: 10}, drivers.Mode{Width: 640, Height: 480, FPS: 10}},
		{drivers.Mode{FPS: 7}, drivers.Mode{Width: 1280, Height: 720, FPS: 5}},
	} {
		var granted drivers.Mode
		want := drivers.Want{Mode: test.want, Granted: func(m drivers.Mode) { granted = m }}
		for _, err := range camera.Frames(t.Context(), want) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
		did := w.Stats()
		t.Logf("asked %+v, granted %+v, the camera does %+v", test.want, granted, did)
		if rounded := float64(int(granted.FPS*1000+0.5)) / 1000; granted.Width != test.granted.Width || granted.Height != test.granted.Height || rounded != test.granted.FPS {
			t.Errorf("asked %+v, granted %+v, want %+v", test.want, granted, test.granted)
		}
		if did.Format != "MJPG" || granted.Format != "MJPG" || did.Width != granted.Width || did.Height != granted.Height || did.FPS-granted.FPS > 0.01 || granted.FPS-did.FPS > 0.01 {
			t.Errorf("granted %+v, but the camera does %+v", granted, did)
		}
	}
}
