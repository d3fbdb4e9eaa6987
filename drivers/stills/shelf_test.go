//go:build unix

package stills

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"fanlight/assets"
	"fanlight/drivers/camera"
)

var good = assets.Emulated()

// put puts a file into a folder, in the place of the one that is there.
func put(t *testing.T, dir, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

// bad are ways to put something into a folder that is no picture, and what is said of it.
var bad = map[string]struct {
	put  func(path string) error
	says string
}{
	"empty":            {func(path string) error { return os.WriteFile(path, nil, 0o644) }, "the picture is empty"},
	"PNG":              {func(path string) error { return os.WriteFile(path, []byte("\x89PNG\r\n\x1A\n"), 0o644) }, "it begins with 89 50 4E 47"},
	"half":             {func(path string) error { return os.WriteFile(path, good[0][:5000], 0o644) }, "the picture is cut short"},
	"dangling link":    {func(path string) error { return os.Symlink("/no/such/file", path) }, "no such file"},
	"link to itself":   {func(path string) error { return os.Symlink(path, path) }, "too many levels of symbolic links"},
	"link to a folder": {func(path string) error { return os.Symlink("/", path) }, "is a folder and not a picture"},
	"pipe":             {func(path string) error { return syscall.Mkfifo(path, 0o644) }, "is a pipe and not a picture"},
	"endless device":   {func(path string) error { return os.Symlink("/dev/zero", path) }, "is a device and not a picture"},
	"socket": {func(path string) error {
		listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
		if err == nil {
			listener.SetUnlinkOnClose(false)
			err = listener.Close()
		}
		return err
	}, "is a socket and not a picture"},
	"too large": {func(path string) error {
		return os.WriteFile(path, append(bytes.Clone(good[0]), make([]byte, mostPicture)...), 0o644)
	}, "has more than 32 MiB"},
}

func TestFolderWithOneBadFileShowsTheOthersAndNamesIt(t *testing.T) {
	for name, test := range bad {
		dir := t.TempDir()
		put(t, dir, "a.jpg", good[0])
		put(t, dir, "c.jpg", good[1])
		path := filepath.Join(dir, "b.jpg")
		if err := test.put(path); err != nil {
			t.Fatal(err)
		}
		if err := Check(t.Context(), dir); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var log bytes.Buffer
		s := shelf{dir: dir, log: slog.New(slog.NewTextHandler(&log, nil))}
		for look, told := range []int{0, 1, 1} { // it may be written just now, at first
			if err := s.look(t.Context()); err != nil || !shows(s.shown, good[0], good[1]) {
				t.Errorf("%s: %d pictures, %v", name, len(s.shown), err)
			}
			if said := log.String(); strings.Count(said, "level=WARN") != told || told > 0 && !(strings.Contains(said, path) && strings.Contains(said, test.says)) {
				t.Errorf("%s: after look %d the log says %q, want %q", name, look+1, said, test.says)
			}
		}
	}
}

func TestFolderOfBadFilesFailsWithTheFirst(t *testing.T) {
	for name, test := range bad {
		dir := t.TempDir()
		path := filepath.Join(dir, "a.jpg")
		if err := test.put(path); err != nil {
			t.Fatal(err)
		}
		put(t, dir, "b.jpg", []byte("no picture"))
		for what, err := range map[string]error{"Check": Check(t.Context(), dir), "a look": (&shelf{dir: dir}).look(t.Context())} {
			if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%s, %s: %v, want %q", name, what, err, test.says)
			}
		}
	}
}

// shows reports whether these are the pictures.
func shows(pictures []shown, want ...[]byte) bool {
	return slices.EqualFunc(pictures, want, func(s shown, want []byte) bool {
		return bytes.Equal(s.picture.JPEG, want) && s.picture.Info.Width == 1280
	})
}

func TestLookNoticesWhatHasChanged(t *testing.T) {
	dir := t.TempDir()
	s := shelf{dir: dir}
	for _, step := range []struct {
		name   string
		change func()
		want   [][]byte
		fails  string
	}{
		{"a picture", func() { put(t, dir, "b.jpg", good[0]) }, [][]byte{good[0]}, ""},
		{"one more", func() { put(t, dir, "a.JPG", good[1]) }, [][]byte{good[1], good[0]}, ""},
		{"what is none by its name", func() { put(t, dir, "c.png", good[1]); put(t, dir, ".d.jpg", good[1]) }, [][]byte{good[1], good[0]}, ""},
		{"another in its place", func() { put(t, dir, "b.jpg", good[2]) }, [][]byte{good[1], good[2]}, ""},
		{"moved over it", func() {
			put(t, dir, "new", good[0])
			if err := os.Rename(filepath.Join(dir, "new"), filepath.Join(dir, "b.jpg")); err != nil {
				t.Fatal(err)
			}
		}, [][]byte{good[1], good[0]}, ""},
		{"one is being written", func() { put(t, dir, "b.jpg", good[2][:1000]) }, [][]byte{good[1], good[0]}, ""},
		{"more of it", func() { put(t, dir, "b.jpg", good[2][:2000]) }, [][]byte{good[1], good[0]}, ""},
		{"it is written", func() { put(t, dir, "b.jpg", good[2]) }, [][]byte{good[1], good[2]}, ""},
		{"one is gone", func() { remove(t, dir, "a.JPG") }, [][]byte{good[2]}, ""},
		{"the last is being written", func() { put(t, dir, "b.jpg", nil) }, [][]byte{good[2]}, ""},
		{"and stays so", func() {}, nil, "the picture is empty"},
		{"all are gone", func() { remove(t, dir, "b.jpg") }, nil, "holds no pictures"},
		{"the folder is gone", func() {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		}, nil, "there is no folder"},
	} {
		step.change()
		err := s.look(t.Context())
		if (err == nil) != (step.fails == "") || err != nil && !strings.Contains(err.Error(), step.fails) {
			t.Errorf("%s: %v, want %q", step.name, err, step.fails)
		}
		if !shows(s.shown, step.want...) {
			t.Errorf("%s: %d pictures, or others; want %d", step.name, len(s.shown), len(step.want))
		}
	}
}

func TestAfterGoesRoundByName(t *testing.T) {
	pictures := []shown{{name: "b"}, {name: "d"}}
	for name, want := range map[string]string{"": "b", "a": "b", "b": "d", "c": "d", "d": "b", "e": "b"} {
		if got := after(pictures, name).name; got != want {
			t.Errorf("behind %q: %q, want %q", name, got, want)
		}
	}
}

// A pipe in the place of the folder would be waited for.
func TestFolderThatIsAPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Check(t.Context(), pipe); err == nil || !strings.Contains(err.Error(), "cannot read the folder "+pipe+" (name a directory that you may read)") {
		t.Errorf("checked with %v", err)
	}
}

func TestFolderIsFollowedWhileItPlays(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.jpg", good[0])
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	at := 0
	var failure error
	Folder(ctx, dir, camera.Mode{FPS: 50}, camera.Want{}, func(picture camera.Picture, err error) bool {
		switch {
		case err != nil:
			failure = err
		case at < 2 && bytes.Equal(picture.JPEG, good[at]):
			if at++; at == 1 {
				put(t, dir, "b.jpg", good[1])
				break
			}
			remove(t, dir, "a.jpg")
			remove(t, dir, "b.jpg")
		}
		return true
	})
	if at != 2 || failure == nil || !strings.Contains(failure.Error(), "holds no pictures") {
		t.Errorf("%d of two pictures came, then %v", at, failure)
	}
}

// TestAFileWithoutBytesIsNotWaitedFor: /proc/kmsg is a file to the system, and a read of it
// waits for the kernel's next message. A pipe stands for it.
func TestAFileWithoutBytesIsNotWaitedFor(t *testing.T) {
	silent, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	defer silent.Close()
	if content, err := contentOf(silent); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("read %d bytes, %v", len(content), err)
	}
}
