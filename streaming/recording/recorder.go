package recording

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/filename"
)

const (
	// mostWaiting bounds the pictures that wait for the disk, in bytes: seconds of most
	// cameras.
	mostWaiting = 64 << 20
	// syncEvery is how often what was written is made to survive a power cut (fsync(2)).
	// Without it an ext4 file may be empty for half a minute.
	syncEvery = time.Second
	// leastFree is how much of the disk is left to others, in bytes.
	leastFree = 200 << 20
)

// Recorder records a feed into one file after another: a new one for each recording, and
// where the pictures change their size. Methods may be called from any goroutine.
type Recorder struct {
	feed    *streaming.Feed
	dir     string
	name    func() string
	changed func(Status)
	log     *slog.Logger

	mu     sync.Mutex
	now    *run // nil while nothing is recorded
	status Status
}

// Status is how a recording stands.
type Status struct {
	// Recording tells that one is running; the rest is of that, or of the last one.
	Recording bool
	File      string // its path; empty before the first picture
	Since     time.Time
	Bytes     int64
	Pictures  uint64
	Lost      uint64 // pictures for which the disk was too slow
	// Err is why the last recording has ended by itself.
	Err error
}

// New returns a Recorder that writes into a folder. It calls name for the name of a new
// file, and changed with each new status, one call at a time; changed may be nil, and must
// not call the Recorder.
func New(feed *streaming.Feed, dir string, name func() string, changed func(Status), log *slog.Logger) *Recorder {
	if changed == nil {
		changed = func(Status) {}
	}
	return &Recorder{feed: feed, dir: dir, name: name, changed: changed, log: log}
}

// Start begins a recording, which keeps the camera on. It returns why nothing can be
// written to the folder. While one is running it does nothing.
func (r *Recorder) Start() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.now != nil {
		return nil
	}
	if err := usable(r.dir); err != nil {
		return err
	}
	ctx, end := context.WithCancel(context.Background())
	now := &run{recorder: r, queue: newQueue(mostWaiting), end: end, done: make(chan struct{})}
	r.now, r.status = now, Status{Recording: true, Since: time.Now()}
	r.changed(r.status)
	r.log.Info("recording", "folder", r.dir)
	go func() {
		defer close(now.done)
		now.run(ctx)
	}()
	return nil
}

// usable makes the folder if there is none, and tells why nothing can be written there.
func usable(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("nothing can be recorded into %s; choose a folder that is yours: %w", dir, err)
	}
	probe, err := os.CreateTemp(dir, ".fanlight-*")
	if err != nil {
		return fmt.Errorf("nothing can be recorded into %s; choose a folder that is yours: %w", dir, err)
	}
	probe.Close()
	os.Remove(probe.Name())
	return enoughRoom(dir)
}

// Stop ends the recording, and waits until its file is whole.
func (r *Recorder) Stop() {
	r.mu.Lock()
	now := r.now
	r.mu.Unlock()
	if now != nil {
		now.end()
		<-now.done
	}
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

// run is one recording. It is for the goroutine that writes.
type run struct {
	recorder *Recorder
	queue    *queue
	end      context.CancelFunc
	done     chan struct{} // closed when it has ended

	file          *file // nil before the first picture
	width, height int
}

func (n *run) run(ctx context.Context) {
	stop := n.recorder.feed.Attend(func(f *streaming.Frame) {
		if f.Card == nil { // a loss is a gap
			n.queue.put(f)
		}
	})
	err := n.record(ctx)
	stop()
	if err == nil {
		err = n.writeAll() // what came before the end
	}
	n.queue.drop()
	if closed := n.closeFile(); err == nil {
		err = closed
	}
	n.recorder.ended(n.explain(err))
}

// record writes until ctx ends or the disk fails.
func (n *run) record(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-n.queue.wake:
			if err := n.writeAll(); err != nil {
				return err
			}
		case <-tick.C:
			if err := enoughRoom(n.recorder.dir); err != nil {
				return err
			}
			if n.file != nil {
				// A file that was removed, or a disk that was pulled, still takes writes.
				if _, err := os.Lstat(n.file.Name()); err != nil {
					return err
				}
				n.recorder.update(n.note)
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// note writes the numbers of the file into the status.
func (n *run) note(s *Status) {
	s.File, s.Bytes, s.Pictures, s.Lost = n.file.Name(), n.file.writer.Size(), n.file.pictures, n.queue.lostSoFar()
}

func (n *run) writeAll() error {
	for f := n.queue.take(); f != nil; f = n.queue.take() {
		err := n.write(f)
		f.Release()
		if err != nil {
			return err
		}
	}
	return nil
}

func (n *run) write(f *streaming.Frame) error {
	if n.file != nil && (f.Width != n.width || f.Height != n.height) {
		if err := n.closeFile(); err != nil {
			return err
		}
	}
	if n.file == nil {
		made, err := create(n.recorder.dir, n.recorder.name(), f)
		if err != nil {
			return err
		}
		n.file, n.width, n.height = made, f.Width, f.Height
		n.recorder.update(n.note)
	}
	return n.file.add(f)
}

// closeFile completes the file.
func (n *run) closeFile() error {
	if n.file == nil {
		return nil
	}
	n.recorder.update(n.note)
	err := n.file.close()
	n.file = nil
	return err
}

// explain makes a sentence with a hint of why a recording has ended by itself.
func (n *run) explain(err error) error {
	var full *fullError
	switch {
	case err == nil, errors.As(err, &full):
		return err
	}
	return fmt.Errorf("the recording has ended; what was recorded is kept. Check the disk of %s, and record again: %w", n.recorder.dir, err)
}

// create makes a file for pictures like f, under a name that no other file has.
func create(dir, name string, f *streaming.Frame) (*file, error) {
	for n := 1; ; n++ {
		path := filepath.Join(dir, filename.Recording(name, f.Taken, n))
		made, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return newFile(made, name, f)
	}
}
