package recording

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"fanlight/streaming"
)

// run is one recording, from begin on. It is for the goroutine that writes.
type run struct {
	recorder *Recorder
	end      context.CancelFunc
	done     chan struct{} // closed when it has ended
	letGo    []func()

	output output
	ear    *ear
	// ahead is the picture that is written next, held; nil if it is not there yet.
	ahead *streaming.Frame
	// ending tells that nothing more is waited for.
	ending bool
	// last is the picture written last, or the one before the first, as a place in the past
	// only; nil for none.
	last *streaming.Frame
	lost uint64
	// until is the Seq of the picture to end with, zero for none.
	until atomic.Uint64
}

// begin notes which picture is the newest now, and keeps the camera on and its next pictures.
func (n *run) begin() (err error) {
	r := n.recorder
	if n.last, err = r.past.At(time.Now()); err != nil {
		return err
	}
	if n.last != nil {
		n.last.Release()
	}
	n.letGo = []func(){r.past.Reserve(leastKept), r.feed.Keep()}
	return nil
}

func (n *run) release() {
	if n.ahead != nil {
		n.ahead.Release()
	}
	for _, letGo := range n.letGo {
		letGo()
	}
}

func (n *run) run(ctx context.Context) {
	if n.recorder.sound != nil {
		n.ear.listen(ctx, n.recorder.sound, time.Now().Add(-time.Second)) // the first picture may be on its way
	}
	err := n.record(ctx)
	n.end()
	n.ear.listening.Wait()
	if err == nil {
		err = n.finish()
	}
	n.release()
	n.note()
	if closed := n.output.close(); err == nil {
		err = closed
	}
	n.recorder.ended(n.explain(err))
}

// always is ready at once.
var always = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

// record writes until ctx ends or the disk fails.
func (n *run) record(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		more := n.recorder.past.Grown()
		wrote, err := n.writeNext()
		if err != nil {
			return err
		}
		if wrote {
			more = always
		}
		select {
		case <-more:
		case <-n.ear.grown:
		case <-tick.C:
			if err := n.check(); err != nil {
				return err
			}
			n.note()
		case <-ctx.Done():
			return nil
		}
	}
}

// check returns why nothing more can be recorded.
func (n *run) check() error {
	if n.output.file != nil {
		// A file that was removed, or a disk that was pulled, still takes writes.
		if _, err := os.Lstat(n.output.file.Name()); err != nil {
			return err
		}
	}
	return n.recorder.makeRoom(n.output.dir, 0)
}

// stop ends the recording with the picture that is the newest now. It may be called from any
// goroutine.
func (n *run) stop() {
	if newest, _ := n.recorder.past.At(time.Now()); newest != nil {
		n.until.CompareAndSwap(0, newest.Seq)
		newest.Release()
	}
	n.end()
}

// finish writes what came until stop, however far behind the disk is.
func (n *run) finish() error {
	n.ending = true
	for until := n.until.Load(); until > 0 && (n.last == nil || n.last.Seq < until); {
		if wrote, err := n.writeNext(); !wrote || err != nil {
			return err
		}
	}
	for p, ok := n.ear.first(); ok; p, ok = n.ear.first() {
		if err := n.hear(p); err != nil {
			return err
		}
	}
	return nil
}

// writeNext writes the next picture or the next packet of sound, whichever was taken first, if
// it is known which.
func (n *run) writeNext() (wrote bool, err error) {
	if n.ahead == nil {
		if n.ahead, err = n.next(); err != nil {
			return false, err
		}
	}
	p, heard := n.ear.first()
	switch f := n.ahead; {
	case f != nil && heard && p.taken.Before(f.Taken):
		return true, n.hear(p)
	case f != nil:
		if !heard && !n.ending && n.recorder.hears() && isYoung(f.Taken) {
			return false, nil
		}
		return true, n.write()
	case heard && n.output.file != nil && !n.ending && !isYoung(p.taken):
		return true, n.hear(p)
	}
	return false, nil
}

// hear writes a packet of sound, which is the first one.
func (n *run) hear(p packet) error {
	n.ear.drop()
	return n.output.hear(p)
}

// write writes the picture that is ahead.
func (n *run) write() error {
	f := n.ahead
	n.ahead = nil
	defer f.Release()
	if n.last != nil {
		n.lost += f.Shot - n.last.Shot - 1
	}
	n.last = f
	begun := n.output.file
	n.output.sound = n.recorder.hears()
	if err := n.output.write(f); err != nil {
		return err
	}
	if n.output.file != begun {
		n.note()
	}
	return nil
}

func (n *run) next() (*streaming.Frame, error) {
	if n.last == nil {
		return n.recorder.past.At(time.Time{}) // the first one
	}
	return n.recorder.past.After(n.last)
}

// note writes the numbers of the file into the status.
func (n *run) note() {
	file := n.output.file
	n.recorder.update(func(s *Status) {
		if s.Lost = n.lost; file != nil {
			s.File, s.Bytes, s.Pictures, s.Sound = file.Name(), n.output.bytes+file.writer.Size(), n.output.pictures+file.pictures, file.sound
		}
	})
}

// explain makes a sentence with a hint of why a recording has ended by itself.
func (n *run) explain(err error) error {
	var full *fullError
	switch {
	case err == nil, errors.As(err, &full):
		return err
	}
	return fmt.Errorf("the recording has ended; what was recorded is kept. Check the disk of %s, and record again: %w", n.output.dir, err)
}
