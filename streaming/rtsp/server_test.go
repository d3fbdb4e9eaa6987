package rtsp

import (
	"bytes"
	"image/jpeg"
	"testing"
)

func TestFFmpegPlays(t *testing.T) {
	h := serve(t, encoded(t, painted(640, 480)))
	out, told, err := run(t, "ffmpeg", "-v", "warning", "-rtsp_transport", "tcp", "-i", h.url(""),
		"-frames:v", "5", "-f", "image2pipe", "-c:v", "copy", "-")
	if err != nil || told != "" {
		t.Fatalf("%v: %s", err, told)
	}
	first, err := jpeg.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	if d := distance(t, first, painted(640, 480)); d > 6 {
		t.Errorf("the picture is off by %.1f", d)
	}
	eventually(t, "the camera off", func() bool { return h.camera.Open.Load() == 0 })
	if n := h.door.here(); n != 0 {
		t.Errorf("%d viewers are left", n)
	}
}
