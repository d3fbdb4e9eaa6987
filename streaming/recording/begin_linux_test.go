package recording

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/drivers/process/processtest"
	"fanlight/streaming"
	"fanlight/streaming/streamtest"

	"golang.org/x/sys/unix"
)

// A file that could not be begun, on a full disk for example, does not stay behind.
func TestFileThatCouldNotBeBegunIsRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.mkv")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	made, err := os.Open(path) // which takes no writes
	if err != nil {
		t.Fatal(err)
	}
	if _, err := newFile(made, "Door", streaming.NewFrame(1, 1, time.Now(), 64, 48, streamtest.Grey(64, 48)), false); !errors.Is(err, unix.EBADF) {
		t.Errorf("begun: %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
}

// blocking is a log that stops at a message, as a disk does.
type blocking struct {
	slog.Handler
	message string
	stopped chan struct{}
	goOn    chan struct{}
}

func (b blocking) Enabled(context.Context, slog.Level) bool { return true }

func (b blocking) Handle(_ context.Context, r slog.Record) error {
	if r.Message == b.message {
		b.stopped <- struct{}{}
		<-b.goOn
	}
	return nil
}

// While a disk makes room for a recording, which can take long, the window and viewers are
// told how the recorder stands, and the settings can be changed.
func TestStatusIsToldWhileARecordingBegins(t *testing.T) {
	if !processtest.OwnMounts(t, time.Minute) {
		return
	}
	dir := tiny(t, 100<<20)
	ours(t, dir, "Door", time.Now().Add(-time.Hour), 1)
	r := onDisk(t, dir)
	b := blocking{slog.DiscardHandler, "removed the oldest recording, as the disk is nearly full", make(chan struct{}), make(chan struct{})}
	r.log = slog.New(b)
	r.Limit(Limits{RemoveOldest: true})
	started := make(chan error, 1)
	go func() { started <- r.Start() }()
	select {
	case <-b.stopped:
	case err := <-started:
		t.Fatalf("begun without making room: %v", err)
	}
	told := make(chan Status)
	go func() {
		r.Limit(Limits{})
		r.SetFolder(t.TempDir())
		told <- r.Status()
	}()
	select {
	case s := <-told:
		if s.Recording {
			t.Errorf("%+v", s)
		}
	case <-time.After(10 * time.Second):
		t.Error("no answer")
	}
	close(b.goOn)
	if full := new(fullError); !errors.As(<-started, &full) {
		t.Error("a recording has begun on a full disk")
	}
	r.Stop()
}

// Of many who save the same at a time, one saves: the pictures of each would stay in memory
// for as long as the disk takes.
func TestWhatWasBeforeIsSavedOnceAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		begun, goOn := make(chan struct{}), make(chan struct{})
		r := recorder(t, b, t.TempDir(), func() string {
			begun <- struct{}{}
			<-goOn
			return "Door"
		})
		defer r.past.Reserve(leastKept)()
		defer r.feed.Keep()()
		time.Sleep(5 * time.Second)
		saved := make(chan error)
		go func() {
			_, err := r.SaveLast(time.Second)
			saved <- err
		}()
		<-begun
		if _, err := r.SaveLast(time.Second); !errors.Is(err, errSaving) {
			t.Errorf("saved twice: %v", err)
		}
		close(goOn)
		if err := <-saved; err != nil {
			t.Error(err)
		}
	})
}
