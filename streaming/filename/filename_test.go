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
