package main

import (
	"bytes"
	"context"
	"fmt"
	"image/jpeg"
	"io"
	"mime"
	"mime/multipart"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"fanlight/drivers/rig/usbcam"
)

// plugHarbourCam plugs the camera of these tests in; the caller unplugs it.
func plugHarbourCam(t *testing.T) *usbcam.Camera {
	t.Helper()
	camera, err := usbcam.Plug(usbcam.Config{Name: "Harbour Cam", Serial: "H4RB0UR"})
	if err != nil {
		t.Fatal(err)
	}
	return camera
}

// TestGuestCameraIsPulledOutAndPluggedInAgain tests the whole way of a picture, from a
// kernel camera to a viewer over HTTP, while the camera is unplugged and plugged in again.
// It runs in the guest of drivers/rig.
func TestGuestCameraIsPulledOutAndPluggedInAgain(t *testing.T) {
	if err := usbcam.Available(); err != nil {
		t.Skip(err)
	}
	plug := func() *usbcam.Camera {
		t.Helper()
		camera := plugHarbourCam(t)
		t.Cleanup(func() { camera.Unplug() })
		if _, err := camera.Node(t.Context()); err != nil {
			t.Fatal(err)
		}
		return camera
	}
	camera := plug()

	var listed, stderr strings.Builder
	if code := run(t.Context(), []string{"--list-cameras"}, &listed, &stderr, windowing{}); code != exitClean {
		t.Fatalf("listing ended with %d: %s", code, &stderr)
	}
	first, _, _ := strings.Cut(listed.String(), "\n")
	id, name, _ := strings.Cut(first, "\t")
	if !strings.HasPrefix(id, "v4l2:") || !strings.Contains(id, "H4RB0UR") || name != "Harbour Cam" {
		t.Errorf("the first camera listed is %q", first)
	}

	h := startHeadless(t, "--camera", name, "--size", "640x480", "--fps", "15")
	viewer := watch(t, h)
	for round := range 3 {
		before := viewer.pictures.Load()
		live := h.waitFor(t, "pictures", func(s status) bool {
			return s.State == "live" && viewer.pictures.Load() >= before+10
		})
		if live.Width != 640 || live.Height != 480 || live.Camera.ID != id {
			t.Errorf("round %d: live with %+v", round, live)
		}
		if err := camera.Unplug(); err != nil {
			t.Fatal(err)
		}
		lost := h.waitFor(t, "the loss to be known", func(s status) bool { return s.State == "lost" })
		if !strings.Contains(lost.Reason, "Harbour Cam is unplugged") {
			t.Errorf("round %d: lost because %q", round, lost.Reason)
		}
		cards := viewer.cards.Load()
		h.waitFor(t, "a card in the place of pictures", func(status) bool { return viewer.cards.Load() > cards })
		if !lost.Unplugged {
			t.Errorf("round %d: the camera is not known to be unplugged", round)
		}
		if lost.Viewers != 1 {
			t.Errorf("round %d: %d viewers while the camera is lost", round, lost.Viewers)
		}
		camera = plug()
	}
	before := viewer.pictures.Load()
	h.waitFor(t, "pictures to flow on", func(status) bool { return viewer.pictures.Load() >= before+10 })
	viewer.leave()
	h.waitFor(t, "the viewer to be gone", func(s status) bool { return s.Viewers == 0 })
	if code := h.stop(); code != exitClean {
		t.Errorf("ended with %d: %s", code, h.stderr)
	}
}

// replugs is how often a camera is pulled out and plugged in again under its viewers.
const replugs = 100

// TestGuestHundredReplugsUnderThreeViewers ends with pictures flowing to all
// three, and with no more goroutines, files or memory than it had after the first
// few rounds.
func TestGuestHundredReplugsUnderThreeViewers(t *testing.T) {
	if err := usbcam.Available(); err != nil {
		t.Skip(err)
	}
	camera := plugHarbourCam(t)
	defer func() { camera.Unplug() }()
	if _, err := camera.Node(t.Context()); err != nil {
		t.Fatal(err)
	}
	h := startHeadless(t, "--camera", "Harbour Cam", "--size", "320x240")
	var viewers []*streamViewer
	for range 3 {
		viewers = append(viewers, watch(t, h))
	}
	flowing := func(round int) {
		t.Helper()
		var before []int64
		for _, v := range viewers {
			before = append(before, v.pictures.Load())
		}
		h.waitFor(t, fmt.Sprintf("pictures in round %d", round), func(s status) bool {
			for i, v := range viewers {
				if v.pictures.Load() < before[i]+3 {
					return false
				}
			}
			return s.State == "live"
		})
	}
	flowing(0)
	var early footprint
	for round := range replugs {
		if err := camera.Unplug(); err != nil {
			t.Fatal(err)
		}
		h.waitFor(t, "the loss to be known", func(s status) bool { return s.State == "lost" && s.Unplugged })
		camera = plugHarbourCam(t)
		flowing(round + 1)
		if round == 9 {
			early = measure(t)
		}
	}
	late := measure(t)
	t.Logf("after 10 rounds %+v, after %d %+v", early, replugs, late)
	if late.goroutines > early.goroutines+3 || late.files > early.files+3 || late.heap > early.heap+8<<20 {
		t.Errorf("grew from %+v to %+v", early, late)
	}
	if s := h.status(t); s.Viewers != 3 {
		t.Errorf("%d viewers are left", s.Viewers)
	}
	for _, v := range viewers {
		v.leave()
	}
}

// footprint is what this process holds at a moment.
type footprint struct {
	goroutines, files int
	heap              uint64
}

func measure(t *testing.T) footprint {
	t.Helper()
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return footprint{runtime.NumGoroutine(), len(files), memory.HeapAlloc}
}

// streamViewer counts the pictures of one connection, which must be whole and
// each newer than the one before.
type streamViewer struct {
	pictures atomic.Int64
	cards    atomic.Int64 // shown in the place of pictures
	leave    func()
}

func watch(t *testing.T, h *headless) *streamViewer {
	t.Helper()
	response := h.getFor(t, t.Context(), "stream.mjpg")
	_, params, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	v := &streamViewer{}
	ended := make(chan struct{})
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer close(ended)
		parts := multipart.NewReader(response.Body, params["boundary"])
		var last string
		for {
			part, err := parts.NextRawPart()
			if err == nil {
				var picture []byte
				picture, err = io.ReadAll(part)
				if err == nil && isCard(picture) {
					v.cards.Add(1)
					continue
				}
				if _, ok := usbcam.Number(picture); err == nil && !ok {
					t.Errorf("a picture of %d bytes is not the camera's", len(picture))
				}
			}
			if err != nil {
				if ctx.Err() == nil {
					t.Errorf("the viewer was cut off after %d pictures: %v", v.pictures.Load(), err)
				}
				return
			}
			if taken := part.Header.Get("X-Timestamp"); taken <= last {
				t.Errorf("a picture taken at %s came after one taken at %s", taken, last)
			} else {
				last = taken
			}
			v.pictures.Add(1)
		}
	}()
	v.leave = func() {
		cancel()
		response.Body.Close()
		<-ended
	}
	t.Cleanup(v.leave)
	return v
}

// isCard reports whether a picture is a card, by the colour of its corner, which the
// camera's own pictures do not have.
func isCard(picture []byte) bool {
	decoded, err := jpeg.Decode(bytes.NewReader(picture))
	if err != nil {
		return false
	}
	r, g, b, _ := decoded.At(1, 1).RGBA()
	near := func(value uint32, want int) bool { return max(int(value>>8)-want, want-int(value>>8)) < 6 }
	return near(r, 0x15) && near(g, 0x16) && near(b, 0x19)
}
