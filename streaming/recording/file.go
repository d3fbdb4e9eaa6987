package recording

import (
	"os"
	"sync"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/matroska"
	"fanlight/streaming/sound"
)

// file is a recording's file, which a goroutine of its own makes survive a power cut.
type file struct {
	*os.File
	writer   *matroska.Writer
	pictures uint64
	begin    time.Time // when its first picture was taken
	newest   time.Time // when its last one was
	lapse    bool      // it is a time lapse
	sound    bool      // it has a track for sound

	ended   chan struct{}
	syncing sync.WaitGroup
}

// newFile begins a file of pictures like f, and of sound if it is set. It takes the open file.
func newFile(made *os.File, title string, f *streaming.Frame, withSound bool) (*file, error) {
	markWritten(made)
	var soundHead []byte
	if withSound {
		soundHead = sound.OpusHead()
	}
	writer, err := matroska.NewWriterWithSound(made, f.Width, f.Height, title, f.Taken, soundHead)
	if err != nil {
		made.Close()
		os.Remove(made.Name()) // nothing can be played of it
		return nil, err
	}
	n := &file{File: made, writer: writer, begin: f.Taken, sound: withSound, ended: make(chan struct{})}
	n.syncing.Go(n.sync)
	return n, nil
}

// sync calls fsync once a second, which can take long, and blocks no writer. An error is
// that of a later write, too.
func (n *file) sync() {
	tick := time.NewTicker(syncEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			_ = n.Sync()
		case <-n.ended:
			return
		}
	}
}

// at is the time of a picture in the file.
func (n *file) at(f *streaming.Frame) time.Time {
	if n.lapse {
		return n.begin.Add(time.Duration(n.pictures) * time.Second / lapseFPS)
	}
	return f.Taken
}

// goesBack reports whether a picture was taken before those of the file: the clock by which it
// was taken was set back, which may be that of another machine.
func (n *file) goesBack(f *streaming.Frame) bool {
	return !n.lapse && n.newest.Sub(f.Taken) > setBack
}

func (n *file) add(f *streaming.Frame) error {
	if err := n.writer.Write(f.JPEG, n.at(f)); err != nil {
		return err
	}
	n.pictures++
	n.newest = f.Taken
	return nil
}

// hear adds sound, unless it was before the first picture, or the file has none.
func (n *file) hear(p packet) error {
	if !n.sound || p.taken.Before(n.begin) {
		return nil
	}
	return n.writer.WriteSound(p.opus, p.taken)
}

// close completes the file, and closes it. After a failed write it cuts off what is not
// whole.
func (n *file) close() error {
	close(n.ended)
	n.syncing.Wait()
	err := n.Truncate(n.writer.Size())
	if completed := n.writer.Close(); err == nil {
		err = completed
	}
	if synced := n.Sync(); err == nil {
		err = synced
	}
	if closed := n.File.Close(); err == nil {
		err = closed
	}
	return err
}
