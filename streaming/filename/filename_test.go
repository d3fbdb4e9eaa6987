package filename

import (
	"strings"
	"testing"
	"time"
)

func TestPicture(t *testing.T) {
	at := time.Date(2026, time.March, 2, 9, 5, 7, 0, time.Local)
	for camera, want := range map[string]string{
		"HD Webcam":              "HD Webcam",
		"":                       "Camera",
		"..":                     "Camera",
		"../../etc/passwd":       "-..-etc-passwd",
		"C:\\con\r\n":            "C--con",
		strings.Repeat("é", 300): strings.Repeat("é", longest),
	} {
		if got := Picture(camera, at); got != want+" 2026-03-02 09.05.07.jpg" {
			t.Errorf("%q: %q", camera, got)
		}
	}
}

func TestRecording(t *testing.T) {
	at := time.Date(2026, time.March, 2, 9, 5, 7, 0, time.Local)
	for number, want := range map[int]string{1: "Door 2026-03-02 09.05.07.mkv", 2: "Door 2026-03-02 09.05.07 (2).mkv"} {
		if got := Recording("Door", at, number); got != want {
			t.Errorf("%d: %q, want %q", number, got, want)
		}
	}
}

func TestRecorded(t *testing.T) {
	at := time.Date(2026, time.March, 2, 9, 5, 7, 0, time.Local)
	for _, camera := range []string{"Door", "", "Door 2026-01-01 00.00.00", strings.Repeat("é", 300), "a (2)"} {
		for _, number := range []int{1, 2, 17} {
			if got, ok := Recorded(Recording(camera, at, number)); !ok || !got.Equal(at) {
				t.Errorf("%q, %d: %v, %v", camera, number, got, ok)
			}
		}
	}
	for _, other := range []string{"", "Holidays.mkv", "2026-03-02 09.05.07.mkv", "Door 2026-03-02 09.05.07.jpg", "Door 2026-13-02 09.05.07.mkv", "Door 2026-03-02 09.05.07 keep.mkv", "Door 2026-03-02 09.05.07.mkv.part", "Door 2026-03-02 09.05.07 (1).mkv", "Door 2026-03-02 09.05.07 (02).mkv"} {
		if at, ok := Recorded(other); ok {
			t.Errorf("%q: %v", other, at)
		}
	}
}
