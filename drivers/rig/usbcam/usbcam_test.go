package usbcam

import (
	"bytes"
	"context"
	"fmt"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// plugged plugs a camera in for the length of a test and returns its node too.
func plugged(t *testing.T, config Config) (*Camera, string) {
	t.Helper()
	if err := Available(); err != nil {
		t.Skip(err)
	}
	camera, err := Plug(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := camera.Unplug(); err != nil {
			t.Error(err)
		}
	})
	return camera, nodeOf(t, camera)
}

func nodeOf(t *testing.T, camera *Camera) string {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	node, err := camera.Node(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return node
}

func v4l2(t *testing.T, args ...string) string {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	out, err := exec.CommandContext(ctx, "v4l2-ctl", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("v4l2-ctl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// eventually waits for a condition for as long as a slow machine may need.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); time.Sleep(poll) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

func TestGuestIdentity(t *testing.T) {
	_, node := plugged(t, Config{Name: "Rig Camera", Serial: "RIG0001"})
	sysfs := filepath.Join("/sys/class/video4linux", filepath.Base(node))
	usb, err := filepath.EvalSymlinks(filepath.Join(sysfs, "device"))
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		filepath.Join(sysfs, "name"):                 "Rig Camera",
		filepath.Join(filepath.Dir(usb), "product"):  "Rig Camera",
		filepath.Join(filepath.Dir(usb), "serial"):   "RIG0001",
		filepath.Join(filepath.Dir(usb), "idVendor"): "1d6b",
	} {
		if got, err := os.ReadFile(file); err != nil || strings.TrimSpace(string(got)) != want {
			t.Errorf("%s is %q (%v), want %q", file, got, err, want)
		}
	}
}

func TestGuestOffers(t *testing.T) {
	mjpeg := []string{"'MJPG'", "1920x1080", "1280x720"}
	for _, test := range []struct {
		config Config
		has    []string
		hasNot []string
	}{
		{Config{Name: "Both"}, append(mjpeg, "'YUYV'", "640x480", "320x240", "30.000 fps", "15.000 fps", "10.000 fps", "5.000 fps"), nil},
		{Config{Name: "Raw", YUYVOnly: true}, []string{"'YUYV'", "640x480", "320x240", "30.000 fps"}, mjpeg},
	} {
		t.Run(test.config.Name, func(t *testing.T) {
			_, node := plugged(t, test.config)
			list := v4l2(t, "-d", node, "--list-formats-ext")
			for _, text := range test.has {
				if !strings.Contains(list, text) {
					t.Errorf("the camera does not offer %s:\n%s", text, list)
				}
			}
			for _, text := range test.hasNot {
				if strings.Contains(list, text) {
					t.Errorf("the camera offers %s:\n%s", text, list)
				}
			}
		})
	}
}

func record(t *testing.T, node, pixels string, width, height, fps, count int) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "stream")
	v4l2(t, "-d", node, "--set-fmt-video", fmt.Sprintf("width=%d,height=%d,pixelformat=%s", width, height, pixels),
		"--set-parm", fmt.Sprint(fps), "--stream-mmap", "--stream-count", fmt.Sprint(count), "--stream-to", file)
	stream, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return stream
}

// split takes a recording of the test card apart again.
func split(stream []byte) (pictures [][]byte) {
	start := append([]byte{0xff, 0xd8}, comment(0)[:2]...)
	for from := 0; from < len(stream); {
		to := len(stream)
		if next := bytes.Index(stream[from+1:], start); next >= 0 {
			to = from + 1 + next
		}
		pictures = append(pictures, stream[from:to])
		from = to
	}
	return pictures
}

func TestGuestStream(t *testing.T) {
	const count = 30
	camera, node := plugged(t, Config{Name: "Streamer"})
	for i, test := range []struct {
		pixels             string
		width, height, fps int
	}{
		{"MJPG", 320, 240, 15},
		{"MJPG", 640, 480, 30},
		{"MJPG", 1280, 720, 30},
		{"MJPG", 1920, 1080, 30},
		{"YUYV", 320, 240, 30},
		{"YUYV", 640, 480, 10},
	} {
		t.Run(fmt.Sprintf("%s %dx%d at %d", test.pixels, test.width, test.height, test.fps), func(t *testing.T) {
			before, begin := camera.Stats(), time.Now()
			stream := record(t, node, test.pixels, test.width, test.height, test.fps, count)
			if took, least := time.Since(begin), (count-1)*time.Second/time.Duration(test.fps); took < least {
				t.Errorf("%d pictures came in %v, faster than %d a second", count, took, test.fps)
			}
			eventually(t, "the stream ends", func() bool { return !camera.Stats().Streaming })
			stats := camera.Stats()
			if stats.Format != test.pixels || stats.Width != test.width || stats.Height != test.height || int(stats.FPS+0.5) != test.fps {
				t.Errorf("the driver committed %+v", stats)
			}
			if stats.Starts != i+1 || stats.Sent < before.Sent+count {
				t.Errorf("%+v is not one more stream of %d pictures than %+v", stats, count, before)
			}
			if test.pixels == "YUYV" {
				if want := count * test.width * test.height * 2; len(stream) != want {
					t.Errorf("%d bytes, want %d", len(stream), want)
				}
				return
			}
			checkPictures(t, split(stream), count, test.width, test.height)
		})
	}
}

func checkPictures(t *testing.T, pictures [][]byte, count, width, height int) {
	t.Helper()
	if len(pictures) != count {
		t.Fatalf("%d pictures, want %d", len(pictures), count)
	}
	// Not their order: on a slow machine uvcvideo's workers may swap two.
	seen := map[int]bool{}
	for i, picture := range pictures {
		config, err := jpeg.DecodeConfig(bytes.NewReader(picture))
		if err != nil || config.Width != width || config.Height != height {
			t.Errorf("picture %d: %dx%d, %v", i, config.Width, config.Height, err)
		}
		n, ok := Number(picture)
		if !ok || seen[n] {
			t.Errorf("picture %d has the number %d (%v), or has it again", i, n, ok)
		}
		seen[n] = true
	}
	if _, err := jpeg.Decode(bytes.NewReader(pictures[0])); err != nil {
		t.Error(err)
	}
}

func TestGuestControls(t *testing.T) {
	camera, node := plugged(t, Config{Name: "Adjustable"})
	list := v4l2(t, "-d", node, "--list-ctrls")
	for _, want := range []string{"min=-64 max=64 step=1 default=0 value=0", "min=0 max=95 step=1 default=32 value=32"} {
		if !strings.Contains(list, want) {
			t.Errorf("no %q in\n%s", want, list)
		}
	}
	v4l2(t, "-d", node, "--set-ctrl", "brightness=-20,contrast=70")
	if got, want := v4l2(t, "-d", node, "--get-ctrl", "brightness,contrast"), "brightness: -20\ncontrast: 70\n"; got != want {
		t.Errorf("the controls are %q, want %q", got, want)
	}
	camera.mu.Lock()
	defer camera.mu.Unlock()
	// What uvcvideo answers is what it remembers; this is what reached the camera.
	if got := camera.controls; got[brightnessControl] != -20 || got[contrastControl] != 70 {
		t.Errorf("the camera has the controls %v", got)
	}
}

func TestGuestUnplugAndPlug(t *testing.T) {
	config := Config{Name: "Comes and goes", Serial: "RIG0002"}
	for range 3 {
		camera, node := plugged(t, config)
		viewer := processtest.Command(t, 5*time.Minute, "v4l2-ctl", "-d", node, "--stream-mmap")
		if err := viewer.Start(); err != nil {
			t.Fatal(err)
		}
		eventually(t, "pictures flow", func() bool { return camera.Stats().Sent > 3 })
		if err := camera.Unplug(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(node); !os.IsNotExist(err) {
			t.Errorf("%s is still there: %v", node, err)
		}
		late := time.AfterFunc(patience, func() { viewer.Process.Kill() })
		viewer.Wait() // it ends by itself: the camera is gone
		if !late.Stop() {
			t.Errorf("waited %v for v4l2-ctl to end without its camera", patience)
		}
		if stats := camera.Stats(); stats.Streaming {
			t.Errorf("unplugged, and yet %+v", stats)
		}
	}
}

// viewing streams from a node until the test ends.
func viewing(t *testing.T, node string) {
	t.Helper()
	viewer := processtest.Command(t, 5*time.Minute, "v4l2-ctl", "-d", node, "--stream-mmap")
	if err := viewer.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { viewer.Process.Kill(); viewer.Wait() })
}

func TestGuestStall(t *testing.T) {
	camera, node := plugged(t, Config{Name: "Staller"})
	viewing(t, node)
	sent := func() int { return camera.Stats().Sent }
	eventually(t, "pictures flow", func() bool { return sent() > 3 })
	camera.Stall(true)
	var before int
	eventually(t, "the camera stalls", func() bool {
		before = sent()
		time.Sleep(time.Second / 2)
		return sent() == before
	})
	camera.Stall(false)
	eventually(t, "pictures flow again", func() bool { return sent() > before+3 })
}

func TestGuestFaults(t *testing.T) {
	camera, node := plugged(t, Config{Name: "Faulty"})
	for _, fault := range []Fault{Truncated, Noise, Whole} {
		camera.Break(fault)
		stream := record(t, node, "MJPG", 320, 240, 30, 1)
		if len(stream) == 0 {
			t.Errorf("fault %d: no picture came", fault)
		}
		if _, err := jpeg.Decode(bytes.NewReader(stream)); (err == nil) != (fault == Whole) {
			t.Errorf("fault %d: decoding gives %v", fault, err)
		}
	}
}

func TestGuestTwoCameras(t *testing.T) {
	one, first := plugged(t, Config{Name: "One", Serial: "1"})
	two, second := plugged(t, Config{Name: "Two", Serial: "2"})
	if first == second {
		t.Fatalf("both are %s", first)
	}
	viewing(t, first)
	viewing(t, second)
	eventually(t, "both stream", func() bool { return one.Stats().Sent > 30 && two.Stats().Sent > 30 })
}

func TestGuestOwnPictures(t *testing.T) {
	card := new(testCard)
	_, node := plugged(t, Config{Name: "Own", Pictures: func(width, height, n int) []byte {
		return card.jpeg(width, height, 1000+n)
	}})
	n, ok := Number(record(t, node, "MJPG", 320, 240, 30, 1))
	if !ok || n < 1000 {
		t.Errorf("the picture's number is %d, %v", n, ok)
	}
}
