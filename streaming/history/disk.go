package history

import (
	"context"
	"fmt"
	"sync"
	"time"
)

const (
	// leastKept is how many bytes of pictures are kept in memory for a disk that stalls.
	leastKept = 16 << 20
	// settleEvery is how often what was written is pushed to the disk, and old segments go.
	settleEvery = time.Second
	// retryEvery is how long nothing is written after an error.
	retryEvery = 5 * time.Second
)

// Disk is where a History keeps pictures for longer than memory can, and how long.
type Disk struct {
	// Dir is a folder that is made if there is none, for all programs of the user: each has
	// one of its own in it, and what a crashed one has left there is removed.
	Dir string
	// Length is how long pictures are kept, to some seconds. Zero keeps none.
	Length time.Duration
	// Report is called with a sentence for the user of what is wrong with the disk, and with
	// nil when that is over, and at first.
	Report func(error)
}

// KeepOnDisk has pictures kept on disk, too, from those that are in memory now on; or none any
// more, and then all that are there are removed. The disk is written to by a goroutine of its
// own. If it is too slow, it lacks the pictures that are no longer in memory by then.
func (h *History) KeepOnDisk(d Disk) error {
	h.setting.Lock()
	defer h.setting.Unlock()
	if h.disk != nil && d.Length > 0 {
		h.disk.setLength(d.Length)
		return nil
	}
	h.endDisk()
	if d.Length <= 0 {
		return clean(d.Dir)
	}
	folder, err := openFolder(d.Dir)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	made := &disk{Disk: d, history: h, folder: folder, stop: stop, letGo: h.Reserve(leastKept)}
	h.use(made)
	d.Report(nil)
	made.running.Go(func() { made.run(ctx) })
	return nil
}

func (h *History) stopDisk() {
	h.setting.Lock()
	defer h.setting.Unlock()
	h.endDisk()
}

// endDisk removes what is on disk. It is called with setting held.
func (h *History) endDisk() {
	if h.disk == nil {
		return
	}
	h.disk.stop()
	h.disk.running.Wait()
	h.disk.letGo()
	h.use(nil)
}

// use sets disk. It is called with setting held.
func (h *History) use(d *disk) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.disk = d
}

// disk writes the pictures that are in memory to segments. Its fields are for its goroutine,
// but for length, which History.mu guards.
type disk struct {
	Disk
	history *History
	folder  *folder
	stop    context.CancelFunc
	running sync.WaitGroup
	letGo   func() // of the memory

	next   uint64 // Seq of the next picture at least
	shot   uint64 // of the last picture; zero for none
	era    uint64
	slow   bool    // pictures were lost
	output *output // nil while there is no segment to write to
	made   int     // segments

	broken string    // what was reported last
	retry  time.Time // zero but after an error
	full   bool      // there is no room to write
	short  bool      // less is kept than Length for want of room
}

func (d *disk) setLength(length time.Duration) {
	d.history.mu.Lock()
	defer d.history.mu.Unlock()
	d.Length = length
}

func (d *disk) length() time.Duration {
	d.history.mu.Lock()
	defer d.history.mu.Unlock()
	return d.Length
}

// always is ready at once.
var always = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

// run writes until ctx ends, and then removes everything.
func (d *disk) run(ctx context.Context) {
	defer d.end()
	d.makeRoom()
	tick := time.NewTicker(settleEvery)
	defer tick.Stop()
	for {
		more := d.history.Grown()
		if d.full || time.Now().Before(d.retry) {
			more = nil
		} else if d.writeNext() {
			more = always
		}
		select {
		case <-more:
		case <-tick.C:
			d.settle()
		case <-ctx.Done():
			return
		}
	}
}

func (d *disk) end() {
	d.finish()
	d.history.mu.Lock()
	d.history.shelf.empty()
	d.history.shelf.removed = nil
	d.history.mu.Unlock()
	if err := d.folder.remove(); err != nil {
		d.history.log.Warn("the history on disk is not removed", "err", err)
	}
	d.report(nil)
}

// writeNext writes the next picture, and reports whether there was one.
func (d *disk) writeNext() (wrote bool) {
	f, stale := d.take()
	if f.frame == nil {
		return false
	}
	defer f.frame.Release()
	if stale {
		d.finish()
	}
	if err := d.write(f); err != nil {
		d.finish()
		d.retry = time.Now().Add(retryEvery)
		d.report(fmt.Errorf("pictures are kept in memory alone for now; check the disk of %s: %w", d.Dir, err))
		return false
	}
	if d.shot > 0 && f.frame.Shot > d.shot+1 {
		d.lose(f.frame.Shot - d.shot - 1)
	}
	d.next, d.shot = f.frame.Seq+1, f.frame.Shot
	return true
}

// take returns the next picture in memory, held, and whether the segment is one of which nothing
// is to be shown any more.
func (d *disk) take() (f held, stale bool) {
	h := d.history
	h.mu.Lock()
	defer h.mu.Unlock()
	n := h.kept.from(d.next)
	if n == h.kept.len() {
		return held{}, false
	}
	f = *h.kept.at(n)
	f.frame.Hold()
	stale = d.stale()
	if h.era != d.era {
		d.era, d.shot = h.era, 0
	}
	return f, stale
}

// stale reports whether nothing of the segment is to be shown any more. It is called with
// History.mu held.
func (d *disk) stale() bool {
	return d.output != nil && (d.history.era != d.era || d.output.segment.gone)
}

// lose counts pictures that were no longer in memory when the disk was ready for them.
func (d *disk) lose(pictures uint64) {
	d.history.mu.Lock()
	d.history.lost += pictures
	d.history.mu.Unlock()
	if !d.slow {
		d.slow = true
		d.history.log.Warn("the disk is too slow for the history, which lacks pictures; they are counted from now on", "pictures", pictures)
	}
}

// write adds a picture to the segment, or to a new one.
func (d *disk) write(f held) error {
	if d.output != nil && !d.output.takes(f, d.segmentLength()) {
		d.finish()
	}
	if d.output == nil {
		made, err := newOutput(d.folder.file(d.made), f)
		if err != nil {
			return err
		}
		d.output = made
		d.made++
	}
	p, err := d.output.write(f)
	if err != nil {
		return err
	}
	d.keep(f, p)
	return nil
}

// keep puts a picture that was written into the history, unless that was emptied meanwhile.
func (d *disk) keep(f held, p place) {
	h := d.history
	h.mu.Lock()
	defer h.mu.Unlock()
	if !d.stale() {
		h.shelf.grow(d.output.segment, p, f.came, d.output.writer.Size())
	}
}

// segmentLength is how long a segment is: all of them are some hundred files.
func (d *disk) segmentLength() time.Duration { return max(10*time.Second, d.length()/360) }

// finish completes the segment, so that the next picture begins another one.
func (d *disk) finish() {
	if d.output == nil {
		return
	}
	d.output.close()
	if d.output.segment.places == nil {
		d.erase(d.output.segment.path)
	}
	d.output = nil
}

// report tells the user what is wrong, once.
func (d *disk) report(err error) {
	said := ""
	if err != nil {
		said = err.Error()
	}
	if said != d.broken {
		d.broken = said
		d.Report(err)
	}
}
