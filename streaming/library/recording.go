package library

import (
	"errors"
	"io/fs"
	"os"
	"sync"
	"time"

	"fanlight/drivers/jpegs"
	"fanlight/streaming"
	"fanlight/streaming/matroska"
	"fanlight/streaming/replay"
)

const (
	// mostBroken is how many broken pictures in a row are gone over, and mostBrokenBytes how
	// many bytes of them: these are read and searched.
	mostBroken      = 1000
	mostBrokenBytes = 64 << 20
	// growsEvery is how often a file that is being recorded is looked at.
	growsEvery = 250 * time.Millisecond
	// forever is a time behind all pictures.
	forever = 200 * 365 * 24 * time.Hour
)

var (
	errGone   = errors.New("there is no recording of this name; it may have been renamed or deleted")
	errBroken = errors.New("no picture of the recording can be shown")
)

// Recording is a file that is played: a [replay.Past]. Methods may be called from any
// goroutine.
type Recording struct {
	Info
	// Content is the file itself, for a download, and Modified its time.
	Content  *os.File
	Modified time.Time

	reader  *matroska.Reader
	origin  time.Time // from which the pictures are timed
	running func() bool

	mu       sync.Mutex
	sections []matroska.Section
}

var _ replay.Past = (*Recording)(nil)

// open opens a file of the folder, if one of its pictures can be shown.
func (l *Library) open(root *os.Root, name string) (*Recording, error) {
	before, err := root.Lstat(name)
	if err != nil || !before.Mode().IsRegular() {
		return nil, errGone
	}
	file, err := root.Open(name)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = errGone
		}
		return nil, err
	}
	r := &Recording{Content: file, running: func() bool { return l.isRunning(name) }}
	if err := r.begin(name); err != nil {
		file.Close()
		return nil, err
	}
	return r, nil
}

// begin finds the times and the size of the recording.
func (r *Recording) begin(name string) error {
	stat, err := r.Content.Stat()
	if err != nil {
		return err
	}
	if r.reader, err = matroska.NewReader(r.Content); err != nil {
		return err
	}
	first, err := r.reader.At(0)
	if err != nil {
		return err
	}
	last, err := r.reader.At(forever)
	if err != nil {
		return err
	}
	if first == nil || last == nil {
		return errBroken
	}
	head := r.reader.Head()
	begin := head.Begin
	if begin.Unix() <= 0 || begin.Year() > 2200 { // not told, or it cannot be
		begin = stat.ModTime().Add(-last.At)
	}
	r.Modified = stat.ModTime()
	r.origin = begin.Truncate(time.Microsecond)
	r.Info = Info{File: name, Camera: head.Title, Begin: r.taken(first), Length: max(last.At-first.At, 0), Bytes: stat.Size(), Running: r.running()}
	if r.Camera == "" {
		r.Camera = r.Name()
	}
	frame, err := r.shown(first, r.reader.After)
	if err != nil {
		return err
	}
	if frame == nil {
		return errBroken
	}
	r.Width, r.Height = frame.Width, frame.Height
	frame.Release()
	return nil
}

// Close closes the file.
func (r *Recording) Close() { r.Content.Close() }

// At, After, Before, Grown and Sections are as [replay.Past] says.
func (r *Recording) At(t time.Time) (*streaming.Frame, error) {
	p, err := r.reader.At(t.Sub(r.origin))
	if p == nil || err != nil {
		return nil, err
	}
	frame, err := r.shown(p, r.reader.Before)
	if frame == nil && err == nil {
		frame, err = r.shown(p, r.reader.After)
	}
	return frame, err
}

func (r *Recording) After(f *streaming.Frame) (*streaming.Frame, error) {
	return r.beside(f, r.reader.After)
}

func (r *Recording) Before(f *streaming.Frame) (*streaming.Frame, error) {
	return r.beside(f, r.reader.Before)
}

func (r *Recording) beside(f *streaming.Frame, next func(*matroska.Picture) (*matroska.Picture, error)) (*streaming.Frame, error) {
	p, err := next(&matroska.Picture{Offset: int64(f.Seq)})
	if p == nil || err != nil {
		return nil, err
	}
	return r.shown(p, next)
}

func (r *Recording) Grown() <-chan struct{} {
	if !r.running() {
		return nil
	}
	grown := make(chan struct{})
	time.AfterFunc(growsEvery, func() { close(grown) })
	return grown
}

func (r *Recording) Sections() []replay.Section {
	found, err := r.reader.Sections()
	if err != nil {
		return nil
	}
	var all []replay.Section
	for _, s := range found {
		all = append(all, replay.Section{From: r.origin.Add(s.From), To: r.origin.Add(s.To), Pictures: s.Pictures})
	}
	return all
}

// shown returns a picture that decoders can take, or the next one; nil if there is none.
func (r *Recording) shown(p *matroska.Picture, next func(*matroska.Picture) (*matroska.Picture, error)) (*streaming.Frame, error) {
	bytes := 0
	for n := 0; n < mostBroken && bytes < mostBrokenBytes; n++ {
		picture, err := r.reader.Read(p)
		if err != nil {
			return nil, err
		}
		bytes += len(picture)
		if whole, info, err := jpegs.Mend(picture); err == nil {
			run, err := r.run(p.At)
			return streaming.NewFrame(uint64(p.Offset), run, r.taken(p), info.Width, info.Height, whole), err
		}
		if p, err = next(p); p == nil || err != nil {
			return nil, err
		}
	}
	return nil, nil
}

func (r *Recording) taken(p *matroska.Picture) time.Time { return r.origin.Add(p.At) }

// run numbers the section that a time is in.
func (r *Recording) run(at time.Duration) (uint64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.sections); n == 0 || at > r.sections[n-1].To {
		sections, err := r.reader.Sections()
		if err != nil {
			return 0, err
		}
		r.sections = sections
	}
	return uint64(matroska.SectionOf(r.sections, at)) + 1, nil
}
