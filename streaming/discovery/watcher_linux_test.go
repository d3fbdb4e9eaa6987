package discovery

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"fanlight/streaming/discovery/avahi"

	"go.uber.org/goleak"
)

// shortWaits are for tests that wait for the end of a machine.
var shortWaits = waits{dial: 500 * time.Millisecond, again: 200 * time.Millisecond, first: 200 * time.Millisecond,
	longest: time.Second, renewed: 100 * time.Millisecond}

// beBrowser writes each list of streams as a line of JSON until standard input
// ends, and then what it has cost.
func beBrowser() error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go func() { _, _ = io.Copy(io.Discard, os.Stdin); stop() }()
	out := json.NewEncoder(os.Stdout)
	b := &browser{cache: newCache(), checks: newChecks(shortWaits), sources: noSources(), daemons: avahi.Watch}
	var failure error
	b.run(ctx, func(all []Stream, err error) bool {
		more := errors.Is(err, ErrMore)
		if more {
			err = nil
		}
		failure = err
		return err == nil && out.Encode(seenNow{Streams: all, More: more, Heap: heapInUse(), Goroutines: runtime.NumGoroutine()}) == nil
	})
	if failure != nil {
		return failure
	}
	// zeroconf's goroutines end by themselves when their sockets are closed.
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		if err := goleak.Find(); err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

// seenNow is a line of a browser on another machine.
type seenNow struct {
	More       bool // than the streams
	Streams    []Stream
	Heap       uint64
	Goroutines int
}

func heapInUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// watcher is a browser on a machine.
type watcher struct {
	*process

	mu   sync.Mutex
	last seenNow
}

func (m *machine) startBrowser(t *testing.T) *watcher {
	t.Helper()
	w := &watcher{process: startProcess(t, m.asRole(t, roleBrowser))}
	w.reading.Go(w.read)
	return w
}

func (w *watcher) read() {
	lines := bufio.NewScanner(w.stdout)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		var now seenNow
		if json.Unmarshal(lines.Bytes(), &now) == nil {
			w.mu.Lock()
			w.last = now
			w.mu.Unlock()
		}
	}
}

func (w *watcher) seen() seenNow {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last
}

// stop ends the browser, which fails if a goroutine is left or the race detector has spoken.
func (w *watcher) stop(t *testing.T) {
	t.Helper()
	if err := w.end(); err != nil {
		t.Errorf("browser: %v\n%s", err, w.stderr.String())
	}
}

// expect waits until the browser lists streams of these names, and no others.
func (w *watcher) expect(t *testing.T, names ...string) []Stream {
	t.Helper()
	slices.Sort(names)
	var all []Stream
	waitFor(t, fmt.Sprintf("browser lists %d streams", len(names)), func() error {
		all = w.seen().Streams
		var got []string
		for _, s := range all {
			got = append(got, s.Name)
		}
		if slices.Sort(got); !slices.Equal(got, names) {
			return fmt.Errorf("lists %q, want %q\n%s", got, names, w.stderr.String())
		}
		return nil
	})
	return all
}

// fetch opens a URL from the machine.
func (m *machine) fetch(url string) error {
	return m.inNetwork(func() error {
		// The command line of curl knows zones as Fanlight's own client does.
		out, err := output(replyTime, "curl", "--noproxy", "*", "-sS", "-g", url)
		if want := "/stream.mjpg"; err != nil || out != want {
			return fmt.Errorf("GET %s: %w: %q, want %q", url, err, out, want)
		}
		return nil
	})
}
