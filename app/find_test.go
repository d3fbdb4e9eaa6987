package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"fanlight/app/meant"
	"fanlight/ui"
)

func TestCamerasAreFoundByWhatPeopleHave(t *testing.T) {
	pictures := strings.TrimPrefix(folder(t), "folder:")
	t.Setenv("HOME", filepath.Dir(pictures))
	film := filepath.Join(t.TempDir(), "film.mp4")
	if err := os.WriteFile(film, []byte("\x00\x00\x00\x18ftypmp42"), 0o600); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		pictures:                         "folder:" + pictures,
		"~/" + filepath.Base(pictures):   "folder:" + pictures,
		"folder:" + pictures:             "folder:" + pictures,
		"file://" + film:                 "opencv:" + film,
		film:                             "opencv:" + film,
		"127.0.0.1:9/video":              "http://127.0.0.1:9/video",
		"curl -s 'http://127.0.0.1:9/'":  "http://127.0.0.1:9/",
		"emulated":                       "emulated",
		"Emulated camera":                "emulated",
		"rtsp://user:secret@127.0.0.1/s": "opencv:rtsp://user:…@127.0.0.1/s",
	} {
		if camera, err := find(t.Context(), text); err != nil || camera.ID != want {
			t.Errorf("%q finds %q, %v, want %q", text, camera.ID, err, want)
		}
	}
	for text, want := range map[string]string{
		"/nowhere/film.mp4": "there is no file or folder /nowhere/film.mp4",
		os.DevNull + "/x":   "there is no file or folder",
		"http://:80/":       "that is no address of a camera",
		"no such camera":    `there is no camera "no such camera"`,
	} {
		if _, err := find(t.Context(), text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestLookReadsNothingThatCouldBeWaitedFor(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := look(pipe); got != (meant.Entry{Found: true}) {
		t.Errorf("a named pipe is %+v", got)
	}
}

func TestWindowIsToldWhatATextMeans(t *testing.T) {
	settingsFile(t)
	p := preferring(t)
	p.mu.Lock()
	p.cameras[0].Name = "lamp.local"
	p.mu.Unlock()
	pictures := strings.TrimPrefix(folder(t), "folder:")
	for text, want := range map[string]ui.Meaning{
		"lamp:8080":           {Kind: ui.MeansPage, Shown: "http://lamp:8080"},
		"rtsp://jo:pw@lamp/x": {Kind: ui.MeansStream, Shown: "rtsp://jo:…@lamp/x"},
		pictures:              {Kind: ui.MeansFolder, Shown: filepath.Base(pictures), Pictures: look(pictures).Pictures},
		"/nowhere":            {Kind: ui.MissingFile, Shown: "/nowhere"},
		"Lamp.Local":          {Kind: ui.MeansCamera, Shown: "lamp.local"}, // as a camera is called
		"":                    {Kind: ui.UnknownMeaning},
	} {
		told := make(chan ui.Meaning, 1)
		p.Understand(text, func(m ui.Meaning) { told <- m })
		if got := <-told; got != want {
			t.Errorf("%q means %+v, want %+v", text, got, want)
		}
	}
	for kind := meant.Film; kind <= meant.Unknown; kind++ {
		told, known := meaningKinds[kind]
		if !known || (told >= ui.MissingFile) != (kind >= meant.Missing) {
			t.Errorf("kind %d is told as %d, %v", kind, told, known)
		}
	}
}

func TestCamerasThatWereOpenedAreRememberedAndForgotten(t *testing.T) {
	settingsFile(t)
	pictures := strings.TrimPrefix(folder(t), "folder:")
	p := preferring(t)
	for _, text := range []string{"http://jo:one@127.0.0.1:9/", "emulated", pictures, "http://jo:two@127.0.0.1:9/", "/nowhere"} {
		p.Open(text)
	}
	p.done()
	want := []string{"http://jo:…@127.0.0.1:9/", pictures}
	p = preferring(t)
	recent := p.state().Recent
	if recent = slices.DeleteFunc(slices.Clone(recent), func(s string) bool { return s == "emulated" }); !slices.Equal(recent, want) {
		t.Fatalf("remembers %q, want %q", recent, want)
	}
	p.OpenRecent(want[0])
	p.done()
	if got := choice(p.camera()); got != "http://jo:two@127.0.0.1:9/" {
		t.Errorf("opens %s", got)
	}
	p.ForgetRecent(want[0])
	p.done()
	if left := loadSettings(slog.Default()).get().Recent; slices.ContainsFunc(left, func(s string) bool { return strings.Contains(s, "jo:") }) {
		t.Errorf("still knows %q", left)
	}
	for n := range 2 * mostRecent {
		p.Open("http://127.0.0.1:9/" + strings.Repeat("x", n))
	}
	p.done()
	if recent := p.state().Recent; len(recent) != mostRecent || recent[0] != "http://127.0.0.1:9/"+strings.Repeat("x", 2*mostRecent-1) {
		t.Errorf("remembers %q", recent)
	}
}
