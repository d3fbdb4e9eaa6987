package recording

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/replay"
)

const (
	// leastKept is how many bytes of pictures are kept for a disk that stalls while a
	// recording runs: seconds of most cameras.
	leastKept = 64 << 20
	// syncEvery is how often what was written is made to survive a power cut (fsync(2)).
	// Without it an ext4 file may be empty for half a minute.
	syncEvery = time.Second
	// leastFree is how much of the disk is left to others, in bytes.
	leastFree = 200 << 20
)

// Past keeps the last pictures of a feed, whatever the disk does.
type Past interface {
	replay.Past
	// Reserve has at least a number of bytes kept, until letGo is called.
	Reserve(bytes int) (letGo func())
}

// Recorder records a feed into one file after another: a new one for each recording, where
// the pictures change their size, and where a microphone is chosen or none any more. Methods may be called from any goroutine.
type Recorder struct {
	feed    *streaming.Feed
	past    Past
	name    func() string
	changed func(Status)
	log     *slog.Logger
	sound   Sound                 // nil for none
	spare   func(dir string) bool // as of Spare; nil for none
	// mostHeld is how many bytes of pictures SaveLast holds for a slow disk.
	mostHeld int

	// The disk may be slow: these are held meanwhile, and before mu.
	starting sync.Mutex // while a recording begins
	saving   sync.Mutex // by SaveLast

	mu     sync.Mutex
	limits Limits
	dir    string
	now    *run // nil while nothing is recorded
	status Status
}

// Status is how a recording stands.
type Status struct {
	// Recording tells that one is running; the rest is of that, or of the last one.
	Recording bool
	File      string // its path, or that of its newest file; empty before the first picture
	Since     time.Time
	Bytes     int64  // of all its files
	Pictures  uint64 // in all its files
	Lost      uint64 // pictures that were no longer kept when the disk was ready for them
	Sound     bool   // whether the newest file has sound
	// Err is why the last recording has ended by itself.
	Err error
}

// New returns a Recorder that writes the pictures of a feed, as its past keeps them, into a
// folder. It calls name for the name of a new file, and changed with each new status, one
// call at a time; changed may be nil, and must not call the Recorder.
func New(feed *streaming.Feed, past Past, dir string, name func() string, changed func(Status), log *slog.Logger) *Recorder {
	if changed == nil {
		changed = func(Status) {}
	}
	return &Recorder{feed: feed, past: past, dir: dir, name: name, changed: changed, log: log, mostHeld: mostHeld}
}

// Start begins a recording, which keeps the camera on. It returns why nothing can be
// written to the folder. While one is running it does nothing.
func (r *Recorder) Start() error { return r.start((*run).begin, (*run).run) }

// start begins a recording by a function, and runs it by another one in a goroutine.
func (r *Recorder) start(begin func(*run) error, do func(*run, context.Context)) error {
	r.starting.Lock()
	defer r.starting.Unlock()
	dir := r.folder()
	if r.Status().Recording {
		return nil
	}
	if err := r.ready(dir); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	ctx, end := context.WithCancel(context.Background())
	now := &run{recorder: r, end: end, done: make(chan struct{}), ear: newEar(), output: output{dir: dir, name: r.name, split: r.split}}
	if err := begin(now); err != nil {
		end()
		return err
	}
	r.now, r.status = now, Status{Recording: true, Since: time.Now()}
	r.changed(r.status)
	r.log.Info("recording", "folder", dir)
	go func() {
		defer close(now.done)
		do(now, ctx)
	}()
	return nil
}

// ready makes the folder if there is none, and room in it if it may, and tells why nothing
// can be written there.
func (r *Recorder) ready(dir string) error {
	if err := writable(dir); err != nil {
		return err
	}
	return r.makeRoom(dir, 0)
}

func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("nothing can be recorded into %s; choose a folder that is yours: %w", dir, err)
	}
	probe, err := os.CreateTemp(dir, ".fanlight-*")
	if err != nil {
		return fmt.Errorf("nothing can be recorded into %s; choose a folder that is yours: %w", dir, err)
	}
	probe.Close()
	os.Remove(probe.Name())
	return nil
}

// Stop ends the recording, one that is just beginning too, and waits until its file is whole.
func (r *Recorder) Stop() {
	if now := r.running(); now != nil {
		now.stop()
		<-now.done
	}
}

func (r *Recorder) running() *run {
	r.starting.Lock()
	defer r.starting.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

// SetFolder has later recordings written into another folder.
func (r *Recorder) SetFolder(dir string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.dir = dir
}

func (r *Recorder) folder() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.dir
}

// Writes reports whether a file is being recorded, by this recorder or, where the system tells,
// by another program's.
func (r *Recorder) Writes(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	if isMarked(file) {
		return true
	}
	now := r.Status()
	ours, err := os.Stat(now.File)
	if err != nil || !now.Recording {
		return false
	}
	other, err := file.Stat()
	return err == nil && os.SameFile(ours, other)
}

// Status returns how the recording stands.
func (r *Recorder) Status() Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.status
}

// update changes the status of a recording.
func (r *Recorder) update(edit func(*Status)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	edit(&r.status)
	r.changed(r.status)
}

// ended is called by a run that has ended.
func (r *Recorder) ended(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = nil
	r.status.Recording, r.status.Err = false, err
	r.changed(r.status)
	r.log.Info("recorded", "file", r.status.File, "pictures", r.status.Pictures, "bytes", r.status.Bytes, "lost", r.status.Lost)
}
