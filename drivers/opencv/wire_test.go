package opencv

import (
	"bytes"
	"image/jpeg"
	"slices"
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
	plain := assets.Emulated()[0]
	header := []byte("\xFF\xE0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
	for _, test := range []struct {
		name          string
		before, after []byte // the comment
		taken         time.Time
	}{
		{"without a JFIF header", plain[:2], plain[2:], time.Unix(1_700_000_000, 123_456_789)},
		{"with a JFIF header", slices.Concat(plain[:2], header), plain[2:], time.Unix(1_700_000_001, 0)},
		{"now", plain[:2], plain[2:], time.Now()},
	} {
		var written bytes.Buffer
		if err := WritePicture(&written, slices.Concat(test.before, test.after), test.taken); err != nil {
			t.Fatal(err)
		}
		text := "taken " + test.taken.UTC().Format(time.RFC3339Nano)
		comment := append([]byte{0xFF, 0xFE, 0, byte(2 + len(text))}, text...)
		if want := slices.Concat(test.before, comment, test.after); !bytes.Equal(written.Bytes(), want) {
			t.Errorf("%s: it begins with %.70q, want %.70q", test.name, &written, want)
		}
		n := 0
		for picture, err := range jpegs.Split(bytes.NewReader(written.Bytes()), 1<<20) {
			if err != nil {
				t.Fatal(err)
			}
			if taken := takenAt(picture.JPEG); !taken.Equal(test.taken) {
				t.Errorf("%s: taken at %v, want %v", test.name, taken, test.taken)
			}
			if _, err := jpeg.Decode(bytes.NewReader(picture.JPEG)); err != nil {
				t.Errorf("%s: %v", test.name, err)
			}
			n++
		}
		if n != 1 {
			t.Errorf("%s: %d pictures", test.name, n)
		}
	}
}

func TestPicturesWithoutATime(t *testing.T) {
	comment := func(length int, text string) string {
		return "\xFF\xD8\xFF\xFE" + string([]byte{byte(length >> 8), byte(length)}) + text
	}
	for name, picture := range map[string]string{
		"nothing":            "",
		"a start":            "\xFF\xD8",
		"a header cut off":   "\xFF\xD8\xFF\xE0\x00",
		"a header of zero":   "\xFF\xD8\xFF\xE0\x00\x00\xFF\xD9",
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
