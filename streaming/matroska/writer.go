package matroska

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"time"
)

const (
	// clusterLength is the time after which the index is written again: what a reader of a
	// file that was not closed cannot seek to.
	clusterLength = time.Second
	// mostBack is how far the time of a block is before its cluster's at most, which is a
	// number of 16 bits in the file, in milliseconds.
	mostBack = 30 * time.Second
	// reserve is the room for the index, in bytes. It is enough for an hour at a cue a second;
	// then every second cue goes.
	reserve = 64 << 10
)

// File is what a Writer writes to.
type File interface {
	io.Writer
	io.WriterAt
}

// Writer writes pictures into a Matroska file of V_MJPEG with a live index, and sound beside
// them as A_OPUS. It is for one goroutine.
type Writer struct {
	file  File
	head  head
	begin time.Time

	size    int64         // bytes written, of whole elements
	last    time.Duration // of pictures
	heard   time.Duration // the last time of sound
	newest  time.Time     // when the last picture was taken; zero before the first one
	spacing spacing
	open    bool          // there is a cluster
	cluster int64         // where it begins in the file
	from    time.Duration // its time
	index   index
}

// NewWriter writes the head of a file of pictures of one size, in pixels. Begin is when the
// first one was taken; the title is shown by players.
func NewWriter(file File, width, height int, title string, begin time.Time) (*Writer, error) {
	return NewWriterWithSound(file, width, height, title, begin, nil)
}

// NewWriterWithSound is NewWriter for a file with a track of sound, whose packets have an
// identification header (RFC 7845, section 5.1) in front.
func NewWriterWithSound(file File, width, height int, title string, begin time.Time, opusHead []byte) (*Writer, error) {
	h, err := newHead(width, height, title, begin, opusHead)
	if err != nil {
		return nil, err
	}
	if _, err := file.Write(h.bytes); err != nil {
		return nil, err
	}
	return &Writer{file: file, head: h, begin: begin, size: int64(len(h.bytes))}, nil
}

// Write writes a picture, taken at a time. Times do not go back: a picture that was taken
// before the last one has its time.
func (w *Writer) Write(picture []byte, taken time.Time) error {
	const longest = 1<<28 - 2 - 4 // a size of 4 bytes, of the block's head and the picture
	if len(picture) > longest {
		return fmt.Errorf("a picture of %d MB is too large for a recording", len(picture)>>20)
	}
	at := max(taken.Sub(w.begin).Truncate(time.Millisecond), w.last, w.from-mostBack)
	w.measure(taken)
	if err := w.writeBlock(videoTrack, at, picture); err != nil {
		return err
	}
	w.last = at
	return nil
}

// WriteSound writes a packet of Opus whose first sample was captured at a time. Its times do
// not go back, but it may come later than pictures that were taken after it.
func (w *Writer) WriteSound(packet []byte, taken time.Time) error {
	at := max(taken.Sub(w.begin).Round(time.Millisecond), w.heard, w.from-mostBack)
	if err := w.writeBlock(soundTrack, at, packet); err != nil {
		return err
	}
	w.heard = at
	return nil
}

// writeBlock writes a block of a track, in a cluster of its own if it is time for one.
func (w *Writer) writeBlock(track byte, at time.Duration, data []byte) error {
	if !w.open || at-w.from >= clusterLength {
		if err := w.nextCluster(at); err != nil {
			return err
		}
	}
	block := [9]byte{simpleBlockID}
	binary.BigEndian.PutUint32(block[1:], 1<<28|uint32(len(data)+4))
	block[5] = 1<<7 | track
	binary.BigEndian.PutUint16(block[6:], uint16((at - w.from).Milliseconds())) // a signed number
	block[8] = keyframe
	return w.write(block[:], data)
}

// measure notes how far apart pictures are.
func (w *Writer) measure(taken time.Time) {
	if !w.newest.IsZero() {
		w.spacing.add(max(taken.Sub(w.newest), 0))
	}
	w.newest = taken
}

// nextCluster ends the cluster before, and begins one at a time, which the index has from
// now on.
func (w *Writer) nextCluster(at time.Duration) error {
	if err := w.endCluster(); err != nil {
		return err
	}
	w.cluster = w.size
	begun := append([]byte{}, clusterID...)
	begun = binary.BigEndian.AppendUint64(begun, unknownSize)
	begun = append(begun, timeID...)
	begun = binary.BigEndian.AppendUint64(begun, uint64(at.Milliseconds()))
	if err := w.write(begun); err != nil {
		return err
	}
	w.from, w.open = at, true
	if err := w.index.add(at, w.cluster-w.head.segment); err != nil {
		return err
	}
	return w.writeIndex(at)
}

// endCluster writes the size of the cluster.
func (w *Writer) endCluster() error {
	if !w.open {
		return nil
	}
	headBytes := int64(len(clusterID) + 8)
	_, err := w.file.WriteAt(size8(w.size-w.cluster-headBytes), w.cluster+int64(len(clusterID)))
	return err
}

// writeIndex writes the file's index, its duration up to a block at a time, and how far apart
// pictures usually are.
func (w *Writer) writeIndex(last time.Duration) error {
	milliseconds := float64((last + usualDuration).Milliseconds())
	if _, err := w.file.WriteAt(binary.BigEndian.AppendUint64(nil, math.Float64bits(milliseconds)), w.head.duration); err != nil {
		return err
	}
	usual := binary.BigEndian.AppendUint64(nil, uint64(w.spacing.usual()))
	if _, err := w.file.WriteAt(usual, w.head.spacing); err != nil {
		return err
	}
	_, err := w.file.WriteAt(w.index.bytes(), w.head.cues)
	return err
}

func (w *Writer) write(parts ...[]byte) error {
	for _, part := range parts {
		if _, err := w.file.Write(part); err != nil {
			return err
		}
	}
	for _, part := range parts {
		w.size += int64(len(part))
	}
	return nil
}

// Size is how many bytes the file has, of whole pictures: what is behind was cut off by an
// error.
func (w *Writer) Size() int64 { return w.size }

// Length is the time from the first picture to the last.
func (w *Writer) Length() time.Duration { return w.last }

// Close completes the file. It does not close what it writes to.
func (w *Writer) Close() error {
	if err := w.endCluster(); err != nil {
		return err
	}
	return w.writeIndex(max(w.last, w.heard))
}
