package drivertest

import (
	"bytes"
	"context"
	"image/jpeg"
	"os"
	"strings"
	"testing"
	"time"

	"fanlight/drivers"

	"go.uber.org/goleak"
)

// patience is how long the kit waits for what the contract promises within a
// second, so that a slow machine does not fail a good driver.
const patience = 20 * time.Second

// Subject is a camera under test.
type Subject struct {
	// Choice names the camera as a user would: an ID or DRIVER:ARGUMENT.
	Choice string
	// Want is asked for at each opening.
	Want drivers.Want
	// Unplug takes the camera away while it runs and Plug brings it back; both
	// are nil for a source that cannot be unplugged.
	Unplug, Plug func(t *testing.T)
	// Running tells whether the camera is delivering pictures now; nil where
	// nothing but the driver itself could know.
	Running func(t *testing.T) bool
}

// Run holds the subject to the contract. Nothing else may open files meanwhile.
func Run(t *testing.T, s Subject) {
	t.Run("lists without opening", s.listsWithoutOpening)
	t.Run("delivers pictures", s.deliversPictures)
	t.Run("closes when the loop is left", s.closesOnBreak)
	t.Run("stops when the context ends", s.stopsOnCancel)
	t.Run("does not open for an ended context", s.endedContext)
	if s.Unplug != nil {
		t.Run("ends with one error when unplugged", s.endsOnUnplug)
	}
}

func (s Subject) find(t *testing.T) drivers.Camera { t.Helper(); return Find(t, s.Choice) }

func (s Subject) listsWithoutOpening(t *testing.T) {
	held := hold(t)
	first, second := s.find(t), s.find(t)
	if first.ID != second.ID || first.Name != second.Name {
		t.Errorf("two listings disagree: %q %q, then %q %q", first.ID, first.Name, second.ID, second.Name)
	}
	driver, _, _ := strings.Cut(s.Choice, ":")
	if id, _, _ := strings.Cut(first.ID, ":"); id != driver {
		t.Errorf("ID %q does not start with the driver's name %q", first.ID, driver)
	}
	if strings.TrimSpace(first.Name) == "" {
		t.Error("the camera has no name to show")
	}
	if again, err := drivers.Find(t.Context(), first.ID); err != nil || again.ID != first.ID {
		t.Errorf("the ID %q does not find its camera: %q, %v", first.ID, again.ID, err)
	}
	if s.Running != nil && s.Running(t) {
		t.Error("listing turned the camera on")
	}
	held.released(t)
}

func (s Subject) deliversPictures(t *testing.T) {
	held := hold(t)
	want, granted := s.Want, 0
	want.Granted = func(m drivers.Mode) {
		granted++
		if m.Width <= 0 || m.Height <= 0 || m.FPS <= 0 {
			t.Errorf("granted mode %+v is incomplete", m)
		}
	}
	n := 0
	for picture, err := range s.find(t).Frames(t.Context(), want) {
		if err != nil {
			t.Fatalf("picture %d: %v", n, err)
		}
		if _, err := jpeg.Decode(bytes.NewReader(picture.JPEG)); err != nil {
			t.Errorf("picture %d (%d bytes) does not decode: %v", n, len(picture.JPEG), err)
		}
		if age := time.Since(picture.Taken); !picture.Taken.IsZero() && (age < 0 || age > patience) {
			t.Errorf("picture %d was taken %v ago", n, age)
		}
		if granted > 1 {
			t.Errorf("Granted was called %d times", granted)
		}
		if n++; n == 4 {
			break
		}
	}
	if n != 4 {
		t.Errorf("the loop ended by itself after %d pictures", n)
	}
	held.released(t)
}

func (s Subject) closesOnBreak(t *testing.T) {
	held := hold(t)
	camera := s.find(t)
	for round := range 5 {
		for _, err := range camera.Frames(t.Context(), s.Want) {
			if err != nil {
				t.Fatalf("opening %d: %v", round+1, err)
			}
			break
		}
		if s.Running != nil {
			wait(t, "the camera to stop", func() bool { return !s.Running(t) })
		}
	}
	held.released(t)
}

func (s Subject) stopsOnCancel(t *testing.T) {
	held := hold(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var cancelled time.Time
	for _, err := range s.find(t).Frames(ctx, s.Want) {
		if err != nil {
			t.Fatalf("an ended context is no failure, but: %v", err)
		}
		if cancelled.IsZero() {
			cancelled = time.Now()
			cancel()
		}
	}
	if took := time.Since(cancelled); took > patience {
		t.Errorf("the loop ended %v after its context", took)
	}
	held.released(t)
}

func (s Subject) endedContext(t *testing.T) {
	held := hold(t)
	camera := s.find(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range camera.Frames(ctx, s.Want) {
		t.Fatalf("a loop whose context has ended yields nothing, but got error %v or a picture", err)
	}
	held.released(t)
}

func (s Subject) endsOnUnplug(t *testing.T) {
	held := hold(t)
	camera := s.find(t)
	var failures []error
	n := 0
	for picture, err := range camera.Frames(t.Context(), s.Want) {
		if err != nil {
			failures = append(failures, err)
			if len(picture.JPEG) != 0 {
				t.Error("the failure came with a picture")
			}
			continue
		}
		if len(failures) > 0 {
			t.Error("a picture came after the failure")
		}
		if n++; n == 2 {
			s.Unplug(t)
		}
	}
	if len(failures) != 1 || failures[0].Error() == "" {
		t.Errorf("unplugging must end the loop with one error in words, got %q", failures)
	}
	for _, err := range camera.Frames(t.Context(), s.Want) {
		if err == nil {
			t.Fatal("an unplugged camera delivered a picture")
		}
	}
	s.Plug(t)
	wait(t, "pictures after plugging in again", func() bool {
		for _, err := range camera.Frames(t.Context(), s.Want) {
			return err == nil
		}
		return false
	})
	held.released(t)
}

// holding remembers what the process had before a check.
type holding struct {
	files   int
	running goleak.Option
}

func hold(t *testing.T) holding {
	return holding{files: openFiles(t), running: goleak.IgnoreCurrent()}
}

func (h holding) released(t *testing.T) {
	t.Helper()
	wait(t, "files to be closed", func() bool { return openFiles(t) <= h.files })
	goleak.VerifyNone(t, h.running)
}

// openFiles counts this process's descriptors, where the system shows them in
// /proc or /dev/fd.
func openFiles(t *testing.T) int {
	t.Helper()
	for _, dir := range []string{"/proc/self/fd", "/dev/fd"} {
		if entries, err := os.ReadDir(dir); err == nil {
			return len(entries)
		}
	}
	return 0
}

func wait(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Errorf("waited %v in vain for %s", patience, what)
			return
		}
	}
}
