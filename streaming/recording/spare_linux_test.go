package recording

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"
	"fanlight/streaming/history"
	"fanlight/streaming/library"
	"fanlight/streaming/streamtest"
)

// A deleted recording that could still be brought back goes first when the disk is nearly
// full: before a recording ends, and before any that the owner has kept.
func TestDeletedRecordingsMakeRoomFirst(t *testing.T) {
	dir := tiny(t, leastFree+45<<20)
	day := time.Date(2020, time.May, 1, 0, 0, 0, 0, time.Local)
	kept := filepath.Base(ours(t, dir, "Yard", day, 10))
	l := library.New(dir, library.Options{Running: func(string) bool { return false }, Log: slog.New(slog.DiscardHandler)})
	defer l.Close()
	var deleted []string
	for n, camera := range []string{"Attic", "Door"} {
		name := filepath.Base(ours(t, dir, camera, day.Add(time.Duration(1+n)*time.Hour), 30))
		if err := l.Delete(name); err != nil {
			t.Fatal(err)
		}
		deleted = append(deleted, name)
	}
	r := onDisk(t, dir)
	r.Spare(l.Spare)
	r.Limit(Limits{RemoveOldest: true})
	for _, step := range []struct {
		filled  int // in MB, by others
		deleted []string
		kept    bool
		full    bool
	}{
		{0, deleted[1:], true, false},
		{20, nil, true, false},
		{20, nil, false, false},
		{20, nil, false, true},
	} {
		fill(t, dir, step.filled)
		err := r.makeRoom(dir, 0)
		if full := err != nil && strings.Contains(err.Error(), "make room"); full != step.full {
			t.Errorf("%d MB more: %v", step.filled, err)
		}
		if left := l.Deleted(); !slices.Equal(left, step.deleted) {
			t.Errorf("%d MB more: %q can be brought back, want %q", step.filled, left, step.deleted)
		}
		if there := slices.Contains(files(t, dir), kept); there != step.kept {
			t.Errorf("%d MB more: what is kept is there %v", step.filled, there)
		}
	}
}

// fill writes megabytes into a file of others.
func fill(t *testing.T, dir string, megabytes int) {
	t.Helper()
	file, err := os.CreateTemp(dir, "others")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.Write(make([]byte, megabytes<<20)); err != nil {
		t.Fatal(err)
	}
}

// What has already happened is saved only as far as there is room for it.
func TestSaveLastLeavesRoomToOthers(t *testing.T) {
	if !processtest.OwnMounts(t, time.Minute) {
		return
	}
	dir := tiny(t, leastFree+20<<20)
	b := streamtest.NewCamera()
	picture := large(64, 48)
	b.Picture.Store(&picture)
	feed := b.Feed(t)
	discard := slog.New(slog.DiscardHandler)
	past := history.New(feed, 64<<20, discard)
	t.Cleanup(past.Close)
	defer feed.Keep()()
	for deadline := time.Now().Add(30 * time.Second); past.Span().Bytes < 30<<20; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain for 30 MB of pictures")
		}
	}
	r := New(feed, past, dir, func() string { return "Door" }, nil, discard)
	if saved, err := r.SaveLast(time.Hour); !errors.As(err, new(*fullError)) || len(saved.Files) > 0 {
		t.Errorf("%+v, %v", saved, err)
	}
	if free := freeNow(t, dir); free < leastFree {
		t.Errorf("%d bytes are left", free)
	}
}
