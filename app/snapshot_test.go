package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"fanlight/app/session"
	"fanlight/drivers/jpegs"
	"fanlight/drivers/process/processtest"
	"fanlight/streaming/reach/reachtest"
)

// snapshots gives a test settings, and a place for sockets, of its own.
func snapshots(t *testing.T) {
	t.Helper()
	settingsFile(t)
	dir, err := os.MkdirTemp("", "fl") // the paths of sockets must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	t.Setenv("XDG_RUNTIME_DIR", dir)
}

// snap runs the program with --snapshot.
func snap(t *testing.T, args ...string) (code int, stdout []byte, stderr string) {
	t.Helper()
	var out bytes.Buffer
	var said strings.Builder
	code = run(t.Context(), append([]string{"--snapshot"}, args...), &out, &said, windowing{})
	return code, out.Bytes(), said.String()
}

// exif is what exiftool reads from a picture.
func exif(t *testing.T, picture []byte) (tags struct{ Model, Software, DateTimeOriginal, OffsetTimeOriginal string }) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "picture.jpg")
	if err := os.WriteFile(path, picture, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := processtest.Command(t, patience, "exiftool", "-json", path).Output()
	if err != nil {
		t.Fatalf("exiftool: %v", err)
	}
	var all []json.RawMessage
	if err := json.Unmarshal(out, &all); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(all[0], &tags); err != nil {
		t.Fatal(err)
	}
	return tags
}

// isFrom fails the test unless a picture was taken by a camera just now.
func isFrom(t *testing.T, camera string, picture []byte) {
	t.Helper()
	if _, info, err := jpegs.Mend(picture); err != nil || info.Width == 0 {
		t.Errorf("%d bytes are no picture: %v", len(picture), err)
	}
	tags := exif(t, picture)
	taken, err := time.Parse("2006:01:02 15:04:05-07:00", tags.DateTimeOriginal+tags.OffsetTimeOriginal)
	if age := time.Since(taken); tags.Model != camera || tags.Software != "Fanlight "+version || err != nil || age < 0 || age > patience {
		t.Errorf("Exif says %+v, %v", tags, err)
	}
}

func TestSnapshotReplacesTheFile(t *testing.T) {
	snapshots(t)
	path := filepath.Join(t.TempDir(), "now.jpg")
	if err := os.WriteFile(path, []byte("the one before"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, said := snap(t, path, "--camera", "emulated"); code != exitClean || len(out) > 0 {
		t.Fatalf("ended with %d: %s", code, said)
	}
	picture, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	isFrom(t, "Emulated camera", picture)
	if beside, err := os.ReadDir(filepath.Dir(path)); err != nil || len(beside) != 1 {
		t.Errorf("there are %v beside it, %v", beside, err)
	}
}

func TestSnapshotToStandardOutput(t *testing.T) {
	snapshots(t)
	code, picture, said := snap(t, "-", "--camera", "emulated", "--rotate", "180")
	if code != exitClean {
		t.Fatalf("ended with %d: %s", code, said)
	}
	isFrom(t, "Emulated camera", picture)
}

func TestSnapshotThatFailsLeavesTheFileAlone(t *testing.T) {
	snapshots(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "now.jpg")
	if err := os.WriteFile(path, []byte("the one before"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"no such camera":    {[]string{path, "--camera", "nonsense"}, exitUsage, "there is no camera"},
		"camera that fails": {[]string{path, "--camera", fmt.Sprintf("http://127.0.0.1:%d/", reachtest.Port(t))}, exitFailed, "no picture was taken: "},
		"no such folder":    {[]string{filepath.Join(dir, "nowhere", "now.jpg"), "--camera", "emulated"}, exitFailed, "check the disk and the permissions of " + filepath.Join(dir, "nowhere")},
		"a folder":          {[]string{dir, "--camera", "emulated"}, exitFailed, "check the disk and the permissions"},
		"nothing":           {[]string{"", "--camera", "emulated"}, exitUsage, "--snapshot needs a file"},
		"and more":          {[]string{path, "--headless"}, exitUsage, "leave out --headless"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, said := snap(t, c.args...)
			if code != c.code || len(out) > 0 || !strings.Contains(said, c.says) {
				t.Errorf("ended with %d: %s", code, said)
			}
			if content, err := os.ReadFile(path); string(content) != "the one before" {
				t.Errorf("the file holds %q, %v", content, err)
			}
			if beside, err := os.ReadDir(dir); err != nil || len(beside) != 1 {
				t.Errorf("there are %v beside it, %v", beside, err)
			}
		})
	}
}

// Most cameras open only once: the Fanlight that runs already takes the picture, unless another
// camera or another view of it is asked for.
func TestSnapshotOfTheCameraThatAnotherFanlightHas(t *testing.T) {
	snapshots(t)
	dir := t.TempDir()
	answered := make(chan session.Reply, 8)
	one, _, err := session.Enter(t.Context(), display(), nil)
	if err != nil {
		t.Fatal(err)
	}
	p := windowless(t, options{})
	ctx, cancel := context.WithCancel(t.Context())
	var serving sync.WaitGroup
	defer serving.Wait()
	defer cancel()
	serving.Go(func() {
		defer one.Close()
		one.Serve(ctx, func(r session.Request) session.Reply {
			reply := p.takeOver(func() { t.Error("the window comes to the front") }, r)
			answered <- reply
			return reply
		})
	})
	for name, c := range map[string]struct {
		args  []string
		apart bool
	}{
		"whatever camera": {nil, false},
		"the same":        {[]string{"--camera", "emulated"}, false},
		"another":         {[]string{"--camera", folder(t)}, true},
		"another view":    {[]string{"--mirror"}, true},
	} {
		path := filepath.Join(dir, name+".jpg")
		code, _, said := snap(t, append([]string{path}, c.args...)...)
		if picture, err := os.ReadFile(path); code != exitClean || err != nil || len(picture) == 0 {
			t.Errorf("%s: ended with %d: %s", name, code, said)
		}
		if replied := <-answered; replied.Apart != c.apart {
			t.Errorf("%s: answered with %+v", name, replied)
		}
	}
	p.feed.Pause()
	if code, _, said := snap(t, filepath.Join(dir, "paused.jpg")); code != exitFailed || !strings.Contains(said, "paused") {
		t.Errorf("while paused: ended with %d: %s", code, said)
	}
}

func TestSnapshotOfTheWindowSaysItsOrigin(t *testing.T) {
	p := windowless(t, options{})
	if err := p.settings.change(func(r *remembered) { r.Pictures = t.TempDir() }); err != nil {
		t.Fatal(err)
	}
	path, err := p.saveSnapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	picture, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	isFrom(t, "Emulated camera", picture)
}

// A program that reads from the pipe and goes away is told of by a sentence.
func TestSnapshotIntoAClosedPipe(t *testing.T) {
	snapshots(t)
	r, w := io.Pipe()
	r.CloseWithError(errors.New("nobody reads"))
	var said strings.Builder
	o := options{Snapshot: standardOutput, Camera: "emulated"}
	if code := o.takeSnapshot(t.Context(), slog.New(slog.DiscardHandler), w, &said); code != exitFailed || !strings.Contains(said.String(), "could not be written to standard output") {
		t.Errorf("ended with %d: %s", code, said.String())
	}
}
