package network_test

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"fanlight/assets"
	"fanlight/drivers"
	"fanlight/drivers/drivertest"
	"fanlight/drivers/process/processtest"
	"fanlight/streaming/reach/reachtest"

	"go.uber.org/goleak"
)

func TestStreamConforms(t *testing.T) {
	camera := newWebCamera(t)
	drivertest.Run(t, drivertest.Subject{
		Choice:  camera.URL + "/video",
		Unplug:  camera.unplug,
		Plug:    camera.plug,
		Running: camera.running,
	})
}

func TestSnapshotsConform(t *testing.T) {
	camera := newWebCamera(t)
	drivertest.Run(t, drivertest.Subject{
		Choice: camera.URL + "/still.jpg",
		Want:   drivers.Want{Mode: drivers.Mode{FPS: 50}},
		Unplug: camera.unplug,
		Plug:   camera.plug,
	})
}

func TestNamesHideSecrets(t *testing.T) {
	for _, test := range []struct{ choice, id, name string }{
		{"http://192.168.1.20:8080/video", "http://192.168.1.20:8080/video", "192.168.1.20:8080"},
		{"http://camera", "http://camera/", "camera"},
		{"https://camera/yard/live", "https://camera/yard/live", "camera/yard/live"},
		{"http://octopi/?action=stream", "http://octopi/?action=stream", "octopi"},
		{"http://admin:sesame@camera/video", "http://admin:…@camera/video", "camera"},
		{"http://admin:se%23s%40me@camera/video", "http://admin:…@camera/video", "camera"},
		{"http://camera/live.cgi?user=admin&pwd=sesame&fps=5", "http://camera/live.cgi?user=admin&pwd=…&fps=5", "camera/live.cgi"},
	} {
		camera := drivertest.Find(t, test.choice)
		if camera.ID != test.id || camera.Name != test.name {
			t.Errorf("%s is %q, %q; want %q, %q", test.choice, camera.ID, camera.Name, test.id, test.name)
		}
		if strings.Contains(test.choice, "pw") || strings.Contains(test.choice, "@") {
			if camera.Choice != test.choice {
				t.Errorf("%s is remembered as %q", test.choice, camera.Choice)
			}
		} else if camera.Choice != "" {
			t.Errorf("%s holds no secret, but is remembered as %q", test.choice, camera.Choice)
		}
		if again := drivertest.Find(t, camera.ID); again.ID != camera.ID {
			t.Errorf("the ID %q finds %q", camera.ID, again.ID)
		}
	}
	for _, choice := range []string{"http:", "http://", "http:camera", "http:///video", "http://admin:#sesame@camera/", "http://admin:80#sesame@camera/", "http://admin:x/sesame@camera/", "http://admin:sesame@cam era/", "https://camera:port/"} {
		camera, err := drivers.Find(t.Context(), choice)
		if err == nil {
			t.Errorf("%s found %q", choice, camera.ID)
		} else if strings.Contains(err.Error(), "sesame") {
			t.Errorf("%s: %v", choice, err)
		}
	}
}

// A consumer that is busy for a while gets the newest picture then, not those
// that it missed.
func TestSkipsToTheNewest(t *testing.T) {
	var sent atomic.Int64
	picture := assets.Emulated()[0]
	start := time.Now().Add(-time.Minute).Truncate(time.Second)
	number := func(p drivers.Picture) int64 { return int64(p.Taken.Sub(start) / time.Millisecond) }
	url := raw(t, "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=a\r\n\r\n--a\r\n", func() string {
		stamp := start.Add(time.Duration(sent.Add(1)) * time.Millisecond)
		return fmt.Sprintf("X-Timestamp: %d.%06d\r\nContent-Length: %d\r\n\r\n%s\r\n--a\r\n", stamp.Unix(), stamp.Nanosecond()/1000, len(picture), picture)
	})
	n := 0
	var before, behind int64
	for picture, err := range drivertest.Find(t, url+"/").Frames(t.Context(), drivers.Want{}) {
		if err != nil {
			t.Fatal(err)
		}
		switch n++; n {
		case 1:
			before = number(picture)
			for deadline := time.Now().Add(time.Minute); sent.Load() < before+100; time.Sleep(time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("the server was held up at picture %d", sent.Load())
				}
			}
			behind = sent.Load()
			continue
		case 2: // may have been under way
			continue
		}
		if got := number(picture); got < behind-50 {
			t.Errorf("after picture %d came %d, while the server was at %d", before, got, behind)
		}
		break
	}
}

// A context ends also a request to which no answer comes, and leaves nothing.
func TestStopsWhileNothingComes(t *testing.T) {
	silent := raw(t, "", func() string { return "" })
	halfway := raw(t, "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=a\r\n\r\n--a\r\n", func() string { return "" })
	for _, url := range []string{silent, halfway} {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		for _, err := range drivertest.Find(t, url+"/").Frames(ctx, drivers.Want{}) {
			t.Errorf("an ended context is no failure, but: %v", err)
		}
		cancel()
	}
}

func TestWatchesFFmpeg(t *testing.T) {
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("needs ffmpeg; make setup-test installs it")
	}
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	address := fmt.Sprintf("http://127.0.0.1:%d/", reachtest.Port(t))
	server := processtest.Command(t, time.Minute, ffmpeg, "-v", "error", "-re", "-f", "lavfi", "-i", "testsrc=size=320x240:rate=25", "-f", "mpjpeg", "-listen", "1", address)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	defer server.Wait()
	defer server.Process.Kill()

	n := 0
	for deadline := time.Now().Add(time.Minute); n < 20; time.Sleep(50 * time.Millisecond) {
		for picture, err := range drivertest.Find(t, address).Frames(t.Context(), drivers.Want{}) {
			if err != nil && n == 0 && time.Now().Before(deadline) {
				break // it does not listen yet
			} else if err != nil {
				t.Fatalf("after %d pictures: %v", n, err)
			}
			if !bytes.HasSuffix(picture.JPEG, []byte{0xFF, 0xD9}) {
				t.Errorf("picture %d is not whole", n)
			}
			if n++; n == 20 {
				break
			}
		}
	}
}
