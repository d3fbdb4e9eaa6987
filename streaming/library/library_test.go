package library

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"fanlight/streaming/matroska"
	"fanlight/streaming/streamtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var begin = time.Date(2026, time.March, 2, 9, 5, 7, 123_000_000, time.UTC)

// shelf is a library of a new folder, whose recording "running.mkv" is being made.
func shelf(t *testing.T) (*Library, string) {
	t.Helper()
	dir := t.TempDir()
	l := open(dir)
	t.Cleanup(l.Close)
	return l, dir
}

func open(dir string) *Library {
	return New(dir, Options{
		Running:   func(path string) bool { return filepath.Base(path) == "running.mkv" },
		Thumbnail: func(picture []byte) ([]byte, error) { return picture[:2], nil },
		Log:       slog.New(slog.DiscardHandler),
	})
}

// record writes a recording of a picture each 100 ms, with a gap of a minute in its middle.
func record(t *testing.T, path string, pictures int) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w, err := matroska.NewWriter(file, streamtest.TinyWidth, streamtest.TinyHeight, "Door", begin)
	if err != nil {
		t.Fatal(err)
	}
	for n := range pictures {
		if err := w.Write(streamtest.Tiny[n%3], takenAt(n, pictures)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func takenAt(n, pictures int) time.Time {
	at := time.Duration(n) * 100 * time.Millisecond
	if n >= pictures/2 {
		at += time.Minute
	}
	return begin.Add(at)
}

// names are those of the listed recordings.
func names(t *testing.T, l *Library) (names []string) {
	t.Helper()
	infos, err := l.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range infos {
		names = append(names, i.File)
	}
	slices.Sort(names)
	return names
}

func want(t *testing.T, l *Library, files ...string) {
	t.Helper()
	if got := names(t, l); !slices.Equal(got, files) {
		t.Errorf("the library has %q, want %q", got, files)
	}
}

func TestOnlyWhatPlaysIsListed(t *testing.T) {
	l, dir := shelf(t)
	want(t, open(filepath.Join(dir, "none")))
	outside := filepath.Join(t.TempDir(), "outside.mkv")
	record(t, outside, 10)
	record(t, filepath.Join(dir, "a.mkv"), 40)
	record(t, filepath.Join(dir, ".hidden.mkv"), 10)
	record(t, filepath.Join(dir, "a.avi"), 10)
	whole, err := os.ReadFile(outside)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{
		"cut.MKV": whole[:len(whole)-100], "text.mkv": []byte("no recording"), "empty.mkv": nil, "head.mkv": whole[:500],
		"broken.mkv": bytes.ReplaceAll(whole, []byte{0xFF, 0xD8}, []byte{0, 0}),
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(outside, filepath.Join(dir, "link.mkv")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.mkv"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.mkv"), 0o700); err != nil {
		t.Fatal(err)
	}
	want(t, l, "a.mkv", "cut.MKV")
	for _, name := range []string{"link.mkv", "pipe.mkv", "folder.mkv", "../" + filepath.Base(dir) + "/a.mkv", "broken.mkv", "a.avi", outside, ".hidden.mkv", ""} {
		if r, err := l.Open(name); err == nil {
			r.Close()
			t.Errorf("%q is opened", name)
		}
		if _, err := l.Thumbnail(name); err == nil {
			t.Errorf("%q has a thumbnail", name)
		}
		if err := l.Delete(name); name != "broken.mkv" && err == nil {
			t.Errorf("%q is deleted", name)
		}
	}
	infos, err := l.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := infos[slices.IndexFunc(infos, func(i Info) bool { return i.File == "a.mkv" })]
	if i.Name() != "a" || i.Camera != "Door" || !i.Begin.Equal(begin) || i.Length != time.Minute+3900*time.Millisecond || i.Bytes < 64<<10 ||
		i.Width != streamtest.TinyWidth || i.Height != streamtest.TinyHeight || i.Running {
		t.Errorf("a.mkv is %+v", i)
	}
	if small, err := l.Thumbnail("a.mkv"); err != nil || string(small) != "\xFF\xD8" {
		t.Errorf("thumbnail %q (%v)", small, err)
	}
}

// A file is looked into again only when it has changed.
func TestListRemembers(t *testing.T) {
	l, dir := shelf(t)
	path := filepath.Join(dir, "a.mkv")
	record(t, path, 10)
	want(t, l, "a.mkv")
	stat, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	rubbish := bytes.Repeat([]byte{1}, int(stat.Size()))
	if err := os.WriteFile(path, rubbish, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, stat.ModTime(), stat.ModTime()); err != nil {
		t.Fatal(err)
	}
	want(t, l, "a.mkv")
	if err := os.Chtimes(path, begin, begin); err != nil {
		t.Fatal(err)
	}
	want(t, l)
}

func TestRename(t *testing.T) {
	for typed, file := range map[string]string{
		"b": "b.mkv", " Door, evening ": "Door, evening.mkv", "b.mkv": "b.mkv", "b.MKV": "b.mkv", "Küche 2": "Küche 2.mkv", "a": "a.mkv", "b.jpg": "b.jpg.mkv", "b.m\u212av": "b.mkv",
		"": "", "../b": "", `..\b`: "", "..": "", ".b": "", "b.": "", "a/b": "", "a\nb": "", "a\x00b": "", "a\xFFb": "", "taken": "", "con": "", "NUL.x": "", "lpt1": "", "con .x": "", "ConIn$": "",
		"a:b": "", "\u202Egpj": "", strings.Repeat("ä", 300): "",
	} {
		t.Run(typed, func(t *testing.T) {
			l, dir := shelf(t)
			record(t, filepath.Join(dir, "a.mkv"), 10)
			record(t, filepath.Join(dir, "taken.mkv"), 10)
			want(t, l, "a.mkv", "taken.mkv")
			got, err := l.Rename("a.mkv", typed)
			if got != file || (err != nil) != (file == "") {
				t.Fatalf("%q (%v), want %q", got, err, file)
			}
			if err != nil {
				file = "a.mkv"
			}
			both := []string{file, "taken.mkv"}
			slices.Sort(both)
			want(t, l, both...)
		})
	}
}

func TestWhatIsBeingRecordedIsLeftAlone(t *testing.T) {
	l, dir := shelf(t)
	record(t, filepath.Join(dir, "running.mkv"), 10)
	if _, err := l.Rename("running.mkv", "other"); err != errRunning {
		t.Errorf("renaming: %v", err)
	}
	if err := l.Delete("running.mkv"); err != errRunning {
		t.Errorf("deleting: %v", err)
	}
	if infos, err := l.List(t.Context()); err != nil || len(infos) != 1 || !infos[0].Running {
		t.Errorf("the library has %+v (%v)", infos, err)
	}
}

func deletedFiles(t *testing.T, dir string) int {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, binFolder, "*", "*.mkv"))
	if err != nil {
		t.Fatal(err)
	}
	return len(found)
}

func TestDeleteIsUndone(t *testing.T) {
	l, dir := shelf(t)
	path := filepath.Join(dir, "a.mkv")
	for pictures := range 3 { // of one name
		record(t, path, 10+pictures)
		if err := l.Delete("a.mkv"); err != nil {
			t.Fatal(err)
		}
		want(t, l)
	}
	if err := l.Undelete("a.mkv"); err != nil {
		t.Fatal(err)
	}
	want(t, l, "a.mkv")
	if infos, _ := l.List(t.Context()); infos[0].Length != time.Minute+1100*time.Millisecond {
		t.Errorf("not the last one is back: %+v", infos[0])
	}
	if err := l.Undelete("a.mkv"); err == nil || !strings.Contains(err.Error(), "there is a file of the name a.mkv already") {
		t.Errorf("a second one: %v", err)
	}
	if err := l.Undelete("b.mkv"); err == nil {
		t.Error("what was not deleted is brought back")
	}
	if n := deletedFiles(t, dir); n != 2 {
		t.Errorf("%d deleted recordings are kept", n)
	}
	l.Close()
	if _, err := os.Lstat(filepath.Join(dir, binFolder)); !os.IsNotExist(err) {
		t.Errorf("at the end: %v", err)
	}
}

func TestDeletedIsRemovedAfterSomeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		l := open(dir)
		record(t, filepath.Join(dir, "a.mkv"), 10)
		if err := l.Delete("a.mkv"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(keepFor - time.Second)
		if deletedFiles(t, dir) != 1 {
			t.Error("it is removed too early")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if _, err := os.Lstat(filepath.Join(dir, binFolder)); !os.IsNotExist(err) {
			t.Errorf("after five minutes: %v", err)
		}
	})
}

// What a crash has left can be brought back by the next program, and is removed, but not at once:
// it may be another one's that runs.
func TestWhatACrashHasLeftIsRemoved(t *testing.T) {
	dir := t.TempDir()
	old, recent := filepath.Join(dir, binFolder, "old"), filepath.Join(dir, binFolder, "recent")
	for _, place := range []string{old, recent} {
		if err := os.MkdirAll(place, 0o700); err != nil {
			t.Fatal(err)
		}
		record(t, filepath.Join(place, "a.mkv"), 10)
	}
	if err := os.Chtimes(old, begin, begin); err != nil {
		t.Fatal(err)
	}
	l := open(dir)
	for bound := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		if _, err := os.Lstat(old); os.IsNotExist(err) {
			break
		}
		if time.Now().After(bound) {
			t.Fatal("it is there for a minute")
		}
	}
	if deletedFiles(t, dir) != 1 {
		t.Error("a recent one is removed")
	}
	l.Close()
	if deletedFiles(t, dir) != 1 {
		t.Error("a recent one is removed at the end")
	}
	l = open(dir)
	defer l.Close()
	if err := l.Undelete("a.mkv"); err != nil {
		t.Errorf("bringing it back: %v", err)
	}
	want(t, l, "a.mkv")
}

// TestTwoProgramsOfAFolder has one delete, and both bring back.
func TestTwoProgramsOfAFolder(t *testing.T) {
	first, dir := shelf(t)
	record(t, filepath.Join(dir, "a.mkv"), 10)
	if err := first.Delete("a.mkv"); err != nil {
		t.Fatal(err)
	}
	second := open(dir)
	if err := first.Undelete("a.mkv"); err != nil {
		t.Errorf("bringing it back: %v", err)
	}
	if err := second.Undelete("a.mkv"); err != errTooLate {
		t.Errorf("bringing back what is there: %v", err)
	}
	second.Close()
	want(t, first, "a.mkv")
}
