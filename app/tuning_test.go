package main

import (
	"bytes"
	"context"
	"image/jpeg"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fanlight/assets"
	"fanlight/drivers"
	"fanlight/drivers/pixels"
	"fanlight/ui"
)

func (h *headless) snapshot(t *testing.T) []byte {
	t.Helper()
	response := h.get(t, "snapshot.jpg")
	picture, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("snapshot: %s %s %v", response.Status, picture, err)
	}
	return picture
}

func TestWithNothingSetThePicturesBytesPassThroughUntouched(t *testing.T) {
	h := startHeadless(t, "--camera", folder(t))
	for range 10 {
		picture := h.snapshot(t)
		if !slices.ContainsFunc(originals(), func(original []byte) bool { return bytes.Equal(picture, original) }) {
			t.Fatalf("a snapshot of %d bytes is none of the camera's pictures", len(picture))
		}
	}
}

func originals() [][]byte {
	pictures := assets.Emulated()
	return pictures[:]
}

func TestTurnedPicturesAreSeenByEverybody(t *testing.T) {
	h := startHeadless(t, "--camera", folder(t), "--rotate", "90", "--mirror", "--text", "Küche", "--clock")
	config, err := jpeg.DecodeConfig(bytes.NewReader(h.snapshot(t)))
	if err != nil || config.Width != 720 || config.Height != 1280 {
		t.Errorf("the snapshot is %dx%d, %v", config.Width, config.Height, err)
	}
	stream := h.get(t, "stream.mjpg")
	s := h.waitFor(t, "pictures", func(s status) bool { return s.State == "live" })
	if s.Width != 720 || s.Height != 1280 {
		t.Errorf("the status says %dx%d", s.Width, s.Height)
	}
	stream.Body.Close()
}

func TestWhatIsSetOfACameraIsRememberedAndSeenAtOnce(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	camera, err := drivers.Find(t.Context(), folder(t))
	if err != nil {
		t.Fatal(err)
	}
	p := newProgram(options{Idle: 1e9}, loadSettings(slog.Default()), camera, nil, slog.Default())
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	wide := func(want bool) {
		t.Helper()
		for frame := range p.feed.Frames(ctx) {
			if (frame.Width > frame.Height) == want {
				return
			}
		}
		t.Fatal("waited in vain for the picture to turn")
	}
	wide(true)
	p.SetLook(ui.Look{Rotate: 90})
	wide(false)
	p.SetLook(ui.Look{})
	wide(true)
	p.SetLook(ui.Look{Rotate: 270})
	p.SetQuality(55)
	p.SetControl("brightness", 3) // of a camera that takes controls as it is opened
	p.close()

	again := loadSettings(slog.Default()).tuning(camera.ID)
	if again.Look != (pixels.Look{Rotate: 270}) || again.Quality != 55 || again.Controls["brightness"] != 3 {
		t.Errorf("remembered %+v", again)
	}
	if other := loadSettings(slog.Default()).tuning("emulated"); other.Look != (pixels.Look{}) {
		t.Errorf("another camera has it too: %+v", other)
	}
}

func TestTheCommandLineComesBeforeWhatIsRemembered(t *testing.T) {
	kept := tuning{Mode: drivers.Mode{Format: "YUYV", Width: 640, Height: 480, FPS: 15}, Quality: 70,
		Look: pixels.Look{Rotate: 90}, Controls: map[string]int{"brightness": 1, "contrast": 2}}
	o := options{}
	if got := o.over(kept); got.Mode != kept.Mode || got.Look != kept.Look || len(got.Controls) != 2 {
		t.Errorf("with nothing given: %+v", got)
	}
	o = options{Size: size{1280, 720}, Quality: 90, Mirror: true, Control: map[string]int{"brightness": 5}}
	got := o.over(kept)
	if got.Mode != (drivers.Mode{Width: 1280, Height: 720, FPS: 15}) || got.Quality != 90 || got.Look != (pixels.Look{Mirror: true}) ||
		got.Controls["brightness"] != 5 || got.Controls["contrast"] != 2 {
		t.Errorf("with all given: %+v", got)
	}
	if kept.Controls["brightness"] != 1 {
		t.Error("what is remembered was changed")
	}
}

func TestFanlightWatchesFanlight(t *testing.T) {
	first := startHeadless(t, "--camera", folder(t))
	second := startHeadless(t, "--camera", first.link) // the page's link, as people copy it
	third := startHeadless(t, "--camera", second.link+"stream.mjpg")
	picture := third.snapshot(t)
	if !slices.ContainsFunc(originals(), func(original []byte) bool { return bytes.Equal(picture, original) }) {
		t.Errorf("a picture of %d bytes came through, which is none of the camera's", len(picture))
	}
	first.stop()
	stream := third.get(t, "stream.mjpg")
	s := second.waitFor(t, "the loss to be known", func(s status) bool { return s.State == "lost" })
	if !strings.Contains(s.Reason, strings.TrimSuffix(strings.TrimPrefix(first.link, "http://"), "/")) {
		t.Errorf("lost because %q", s.Reason)
	}
	stream.Body.Close()
}

func TestAPasswordInAnAddressIsNeverShown(t *testing.T) {
	first := startHeadless(t, "--camera", folder(t), "--passcode", "hush-hush")
	address := strings.Replace(first.link, "http://", "http://user:hush-hush@", 1) + "stream.mjpg"
	second := startHeadless(t, "--camera", address)
	second.snapshot(t)
	answer, err := io.ReadAll(second.get(t, "api/status").Body)
	if err != nil {
		t.Fatal(err)
	}
	code := second.stop()
	if text := string(answer) + second.stderr.String(); strings.Contains(text, "hush-hush") || code != exitClean {
		t.Errorf("ended with %d, and said %s", code, text)
	}
}

func TestACommandIsACamera(t *testing.T) {
	picture := filepath.Join(t.TempDir(), "1.jpg")
	if err := os.WriteFile(picture, assets.Emulated()[0], 0o644); err != nil {
		t.Fatal(err)
	}
	h := startHeadless(t, "--camera", `command:sh -c "while cat `+picture+`; do sleep 0.1; done"`)
	if got := h.snapshot(t); !bytes.Equal(got, assets.Emulated()[0]) {
		t.Errorf("%d bytes came through", len(got))
	}
}

func TestACommandIsNotToldThePasscode(t *testing.T) {
	t.Setenv("FANLIGHT_PASSCODE", "hush-hush")
	told := filepath.Join(t.TempDir(), "environment")
	h := startHeadless(t, "--camera", `command:sh -c "env > `+told+`.part; mv `+told+`.part `+told+`; sleep 600"`)
	response, err := client.Get(strings.Replace(h.link, "://", "://any:hush-hush@", 1) + "api/status")
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("the passcode is not in force: %v, %v", response, err)
	}
	response.Body.Close()
	stream, err := client.Get(strings.Replace(h.link, "://", "://any:hush-hush@", 1) + "stream.mjpg")
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	var environment []byte
	for deadline := time.Now().Add(patience); len(environment) == 0; time.Sleep(10 * time.Millisecond) {
		if environment, _ = os.ReadFile(told); time.Now().After(deadline) {
			t.Fatal("the command did not run")
		}
	}
	if bytes.Contains(environment, []byte("hush-hush")) {
		t.Errorf("told %s", environment)
	}
}
