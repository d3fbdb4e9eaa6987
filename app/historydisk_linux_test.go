package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"fanlight/drivers"
)

func TestHistoryDiskOption(t *testing.T) {
	for given, want := range map[string]time.Duration{"0": 0, "0s": 0, "1m": time.Minute, "1h": time.Hour, "90m": 90 * time.Minute, "24h": 24 * time.Hour} {
		o, _, err := parseOptions([]string{"--history-disk", given}, nil, nil)
		if err != nil || historyOnDisk(o, remembered{HistoryDiskMinutes: 7}) != want {
			t.Errorf("%q: %v, %v", given, o.HistoryDisk, err)
		}
	}
	for _, given := range []string{"", "60", "-1h", "59s", "24h1s", "1GB", "a day"} {
		if _, _, err := parseOptions([]string{"--history-disk=" + given}, nil, nil); err == nil || !strings.Contains(err.Error(), "from 1m to 24h such as 1h") {
			t.Errorf("%q: %v", given, err)
		}
	}
	for minutes, want := range map[int]time.Duration{0: 0, 60: time.Hour, -1: 0, 1441: 0} {
		if got := historyOnDisk(options{}, remembered{HistoryDiskMinutes: minutes}); got != want {
			t.Errorf("%d minutes in the settings: %v", minutes, got)
		}
	}
}

// The window's setting is in force at once, and remembered; a folder in memory is refused in
// words.
func TestSetHistoryDisk(t *testing.T) {
	kept := &settings{}
	cache := onRealDisk(t)
	t.Setenv("XDG_CACHE_HOME", cache)
	p := newProgram(options{Idle: time.Second, NoDiscovery: true}, kept, drivers.Camera{ID: "none"}, nil, slog.New(slog.DiscardHandler))
	defer p.close()
	p.SetHistoryDisk(60)
	afterJobs(t, p)
	if found := histories(t, cache); len(found) != 1 || kept.get().HistoryDiskMinutes != 60 || p.state().General.HistoryDisk != 60 {
		t.Errorf("%q, remembered are %d minutes", found, kept.get().HistoryDiskMinutes)
	}
	p.SetHistoryDisk(0)
	afterJobs(t, p)
	if found := histories(t, cache); len(found) > 0 {
		t.Errorf("switched off: %q", found)
	}
	memory, err := os.MkdirTemp("/dev/shm", "*")
	if err != nil {
		t.Skip(err)
	}
	defer os.RemoveAll(memory)
	t.Setenv("XDG_CACHE_HOME", memory)
	p.SetHistoryDisk(60)
	afterJobs(t, p)
	if problem := p.state().Problem; !strings.Contains(problem, "is in memory and not on a disk") {
		t.Errorf("in memory: %q", problem)
	}
	p.SetHistoryDisk(0)
	afterJobs(t, p)
	if problem := p.state().Problem; problem != "" {
		t.Errorf("switched off: %q", problem)
	}
}

// A killed Fanlight's pictures are gone once the next one has started, whether that keeps any or
// not; those of one that runs are not, and each removes its own.
func TestHistoryOnDiskAfterACrash(t *testing.T) {
	cache := onRealDisk(t)
	t.Setenv("XDG_CACHE_HOME", cache)
	begin := func(more ...string) *served {
		t.Helper()
		s := serve(t)
		s.Args = append(s.Args, more...)
		s.start(t)
		response, err := client.Get(s.link + "stream.mjpg")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { response.Body.Close() })
		return s
	}
	crashed := begin("--history-disk", "10m")
	first := await(t, cache, 1)[0]
	running := begin("--history-disk", "10m")
	await(t, cache, 2)
	crashed.kill(t)
	later := begin()
	if left := await(t, cache, 1); left[0] == first {
		t.Errorf("the running one's are removed, and %s is left", first)
	}
	later.endsWith(t, syscall.SIGTERM)
	again := begin("--history-disk", "10m")
	await(t, cache, 2)
	running.endsWith(t, syscall.SIGTERM)
	again.endsWith(t, syscall.SIGTERM)
	await(t, cache, 0)
}

// kill ends the program as a crash does.
func (s *served) kill(t *testing.T) {
	t.Helper()
	if err := s.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	within(t, "a killed program", func() { <-s.ended })
}

// onRealDisk returns a folder on a disk.
func onRealDisk(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(".", "testdata-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if dir, err = filepath.Abs(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// histories are the folders of programs in a cache folder.
func histories(t *testing.T, cache string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(cache, "fanlight", "history", "*", "lock"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// await waits until so many programs have pictures on disk.
func await(t *testing.T, cache string, programs int) (found []string) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		found = histories(t, cache)
		segments, err := filepath.Glob(filepath.Join(cache, "fanlight", "history", "*", "*.mkv"))
		if err != nil {
			t.Fatal(err)
		}
		if len(found) == programs && len(segments) >= programs {
			return found
		}
	}
	t.Fatalf("after %v there are %q", patience, found)
	return nil
}
