package history

import (
	"math"
	"os"
	"time"

	"fanlight/streaming/matroska"
)

// output is the segment that is being written: a recording as of package recording.
type output struct {
	*os.File
	segment *segment
	writer  *matroska.Writer
	pushed  int64 // bytes that are on the disk
}

// newOutput makes a file for pictures like one.
func newOutput(path string, f held) (*output, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	frame := f.frame
	writer, err := matroska.NewWriter(file, frame.Width, frame.Height, "", f.taken)
	if err != nil {
		file.Close()
		os.Remove(path)
		return nil, err
	}
	return &output{File: file, writer: writer, segment: &segment{
		path: path, run: frame.Run, seq: frame.Seq, shot: frame.Shot,
		width: frame.Width, height: frame.Height, through: frame.Through, from: f.taken,
	}}, nil
}

// takes reports whether a picture belongs to the segment, which lasts so long at most.
func (o *output) takes(f held, length time.Duration) bool {
	return f.taken.Sub(o.segment.from) < length && o.writer.Size() < math.MaxInt32 && o.segment.continues(f.frame)
}

// write adds a picture, and returns where it is.
func (o *output) write(f held) (place, error) {
	picture := f.frame.JPEG
	if err := o.writer.Write(picture, f.taken); err != nil {
		return place{}, err
	}
	return place{
		after:  uint32(f.taken.Sub(o.segment.from).Microseconds()),
		offset: uint32(o.writer.Size() - int64(len(picture))),
		length: uint32(len(picture)),
	}, nil
}

// push has the disk write what it has not yet, and the system forget it: a day of pictures
// would fill all memory that is free.
func (o *output) push() {
	if size := o.writer.Size(); size > o.pushed {
		uncache(o.File)
		o.pushed = size
	}
}

// close completes the segment. Its pictures can be read, whether that succeeds or not.
func (o *output) close() {
	_ = o.writer.Close()
	o.push()
	o.File.Close()
}
