package rtsp

import (
	"bytes"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPlayers has programs of all kinds show the stream, with a passcode and without.
func TestPlayers(t *testing.T) {
	want := painted(640, 480)
	for _, user := range []string{"", "anybody:open%20sesame"} {
		h := serve(t, encoded(t, want))
		if user != "" {
			h.door.change(func(d *door) { d.passcode = "open sesame" })
		}
		t.Run("ffmpeg by TCP", func(t *testing.T) {
			saved := filepath.Join(t.TempDir(), "p.png")
			if _, told, err := run(t, "ffmpeg", "-v", "error", "-rtsp_transport", "tcp", "-i", h.url(user), "-frames:v", "1", saved); err != nil || told != "" {
				t.Fatalf("%v: %s", err, told)
			}
			shows(t, saved)
		})
		t.Run("ffmpeg by itself", func(t *testing.T) { // asks for UDP first
			saved := filepath.Join(t.TempDir(), "p.png")
			if _, told, err := run(t, "ffmpeg", "-v", "error", "-i", h.url(user), "-frames:v", "1", saved); err != nil {
				t.Fatalf("%v: %s", err, told)
			}
			shows(t, saved)
		})
		t.Run("mpv", func(t *testing.T) {
			dir := t.TempDir()
			if out, told, err := run(t, "mpv", "--no-config", "--no-terminal", "--vo=image", "--vo-image-format=png", "--vo-image-outdir="+dir,
				"--frames=1", "--ao=null", h.url(user)); err != nil {
				t.Fatalf("%v: %s %s", err, out, told)
			}
			shows(t, filepath.Join(dir, "00000001.png"))
		})
		t.Run("GStreamer", func(t *testing.T) {
			saved := filepath.Join(t.TempDir(), "p.png")
			pipeline := "rtspsrc location=" + h.url(user) + " ! rtpjpegdepay ! jpegdec ! videoconvert ! pngenc snapshot=true ! filesink location=" + saved
			// It pauses before it ends, and fails if an RTCP packet of its own crosses that: a server
			// takes none then.
			if out, told, err := run(t, "gst-launch-1.0", strings.Fields("-q "+pipeline)...); err != nil && !strings.Contains(told, "gst_rtspsrc_pause") {
				t.Fatalf("%v: %s %s", err, out, told)
			}
			shows(t, saved)
		})
		t.Run("OpenCV", func(t *testing.T) {
			t.Setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", "rtsp_transport;tcp")
			saved := filepath.Join(t.TempDir(), "p.png")
			program := "import sys, cv2\nok, p = cv2.VideoCapture(sys.argv[1], cv2.CAP_FFMPEG).read()\nassert ok\ncv2.imwrite(sys.argv[2], p)"
			if out, told, err := run(t, python, "-c", program, h.url(user), saved); err != nil {
				t.Fatalf("%v: %s %s", err, out, told)
			}
			shows(t, saved)
		})
		eventually(t, "the camera off", func() bool { return h.camera.Open.Load() == 0 })
		if n := h.door.here(); n != 0 {
			t.Errorf("%d viewers are left", n)
		}
	}
}

// shows compares a file with the picture of 640×480 that was sent.
func shows(t *testing.T, path string) {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	sent, err := jpeg.Decode(bytes.NewReader(encoded(t, painted(640, 480))))
	if err != nil {
		t.Fatal(err)
	}
	if d := distance(t, got, sent); d > 10 { // a player may soften the edges of colours
		t.Errorf("%s is off by %.1f", path, d)
	}
}

func TestWrongPasscode(t *testing.T) {
	h := serve(t, encoded(t, painted(64, 48)))
	h.door.change(func(d *door) { d.passcode = "open sesame" })
	for _, user := range []string{"", "anybody:shut"} {
		if _, told, err := run(t, "ffmpeg", "-v", "error", "-rtsp_transport", "tcp", "-i", h.url(user), "-f", "null", "-"); err == nil || !strings.Contains(told, "401 Unauthorized") {
			t.Errorf("%q: %v, %s", user, err, told)
		}
	}
	h.door.change(func(d *door) {
		if len(d.tried) != 1 || d.tried[0] {
			t.Errorf("tried: %v; want one that is wrong", d.tried)
		}
	})
	if n := h.camera.Opened.Load(); n != 0 {
		t.Errorf("the camera was opened %d times", n)
	}
}
