package opencv

import (
	"bytes"
	"image/jpeg"
	"strings"
	"testing"
	"time"

	"fanlight/assets"
	"fanlight/drivers/camera"
	"fanlight/drivers/jpegs"
)

func TestRequestGoesThroughTheEnvironment(t *testing.T) {
	want := Request{Device: -1, Address: "rtsp://admin:sesame@camera/live?a=b&c", Width: 640, Height: 480, FPS: 12.5, Quality: 70}
	set, err := want.variable()
	if err != nil {
		t.Fatal(err)
	}
	name, value, _ := strings.Cut(set, "=")
	t.Setenv(name, value)
	if got, err := ReadRequest(); err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	t.Setenv(name, "")
	if _, err := ReadRequest(); err == nil || !strings.Contains(err.Error(), "request in $FANLIGHT_OPENCV") {
		t.Errorf("without a request: %v", err)
	}
}

func TestModeIsALine(t *testing.T) {
	want := camera.Mode{Width: 640, Height: 480, FPS: 29.97}
	var written bytes.Buffer
	if err := WriteMode(&written, want); err != nil {
		t.Fatal(err)
	}
	line, rest, found := bytes.Cut(written.Bytes(), []byte("\n"))
	if got, err := readMode(line); err != nil || got != want || !found || len(rest) > 0 {
		t.Errorf("%q is %+v, %v", &written, got, err)
	}
	if _, err := readMode([]byte("OpenCV says hello")); err == nil {
		t.Error("a line that is no mode is taken for one")
	}
}

func TestPicturesHaveTheirTimeInThem(t *testing.T) {
	pictures := assets.Emulated()
	var written bytes.Buffer
	times := []time.Time{time.Unix(1_700_000_000, 123_456_789), time.Unix(1_700_000_001, 0), time.Now()}
	for i, picture := range pictures {
		if err := WritePicture(&written, picture, times[i]); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	for picture, err := range jpegs.Split(&written, 1<<20) {
		if err != nil {
			t.Fatal(err)
		}
		if taken := takenAt(picture); !taken.Equal(times[n]) {
			t.Errorf("picture %d was taken at %v, want %v", n, taken, times[n])
		}
		if !bytes.HasSuffix(picture, pictures[n][afterStart:]) {
			t.Errorf("picture %d is another one", n)
		}
		if _, err := jpeg.Decode(bytes.NewReader(picture)); err != nil {
			t.Errorf("picture %d: %v", n, err)
		}
		n++
	}
	if n != len(pictures) {
		t.Errorf("%d pictures", n)
	}
}

func TestPicturesWithoutATime(t *testing.T) {
	comment := func(length int, text string) string {
		return "\xFF\xD8\xFF\xFE" + string([]byte{byte(length >> 8), byte(length)}) + text
	}
	for name, picture := range map[string]string{
		"nothing":            "",
		"a start":            "\xFF\xD8",
		"no comment":         string(assets.Emulated()[0]),
		"a comment cut off":  "\xFF\xD8\xFF\xFE\x00",
		"length of zero":     comment(0, "taken 2026-01-02T03:04:05Z"),
		"longer than it is":  comment(60000, "taken 2026-01-02T03:04:05Z\xFF\xD9"),
		"shorter than it is": comment(12, "taken 2026-01-02T03:04:05Z"),
		"another comment":    comment(7, "hello"),
		"no time":            comment(2+len("taken yesterday"), "taken yesterday"),
	} {
		if taken := takenAt([]byte(picture)); !taken.IsZero() {
			t.Errorf("%s: taken at %v", name, taken)
		}
	}
}
