package matroska

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
	"math/bits"
)

var (
	// errDamaged tells that bytes are no element, or not the one that they should be.
	errDamaged = errors.New("the file is damaged")
	// errEnds tells that the file ends within an element: it was cut, or is being written.
	errEnds = errors.New("the file is cut short")
	// errEnough tells that one call has read mostElements.
	errEnough = errors.New("the file has too many parts")
)

// element is the head of an element: at an offset in the file, with its data from one to
// another. The end of an element of unknown size is that of its parent, or math.MaxInt64.
type element struct {
	id            uint32
	at, data, end int64
	unknown       bool
}

// source reads a file in small pieces: heads, never pictures. It is for one goroutine.
type source struct {
	file   io.ReaderAt
	buffer []byte
	at     int64 // where the buffer's bytes are in the file
	left   int   // how many more elements are read
}

// mostElements bounds what one call of a Reader reads: more than a day of pictures has, and a
// second's work.
const mostElements = 1 << 22

// window is how much is read at once, in bytes: a page, which the system reads in any case.
const window = 4 << 10

// bytes returns n bytes of the file, at most as many as the window, until the next call. They
// are fewer at the file's end.
func (s *source) bytes(from int64, n int) ([]byte, error) {
	if from > math.MaxInt64-window {
		return nil, nil // no file is as long
	}
	if from < s.at || from+int64(n) > s.at+int64(len(s.buffer)) {
		if s.buffer == nil {
			s.buffer = make([]byte, 0, window)
		}
		read, err := s.file.ReadAt(s.buffer[:window], from)
		s.buffer, s.at = s.buffer[:read], from
		if err != nil && !errors.Is(err, io.EOF) {
			s.buffer = s.buffer[:0]
			return nil, err
		}
	}
	part := s.buffer[from-s.at:]
	return part[:min(n, len(part))], nil
}

// forget makes the next call read the file again, which may have grown.
func (s *source) forget() { s.buffer = s.buffer[:0] }

// element reads the head of the element at an offset, of a parent that ends at another.
func (s *source) element(at, end int64) (element, error) {
	if s.left--; s.left < 0 {
		return element{}, errEnough
	}
	const longest = 4 + 8 // an identifier and a size
	head, err := s.bytes(at, longest)
	if err != nil {
		return element{}, err
	}
	if len(head) == 0 {
		return element{}, errEnds
	}
	idBytes := bits.LeadingZeros8(head[0]) + 1
	if idBytes > 4 {
		return element{}, errDamaged
	}
	if len(head) < idBytes+1 {
		return element{}, errEnds
	}
	var id uint32
	for _, b := range head[:idBytes] {
		id = id<<8 | uint32(b)
	}
	size, sizeBytes, err := number(head[idBytes:])
	if err != nil {
		return element{}, err
	}
	e := element{id: id, at: at, data: at + int64(idBytes+sizeBytes)}
	switch {
	case e.data > end: // its head reaches beyond its parent
		return element{}, errDamaged
	case size == unknown(sizeBytes):
		e.end, e.unknown = end, true
	case size > math.MaxInt64-uint64(e.data) || e.data+int64(size) > end:
		return element{}, errDamaged
	default:
		e.end = e.data + int64(size)
	}
	return e, nil
}

// number reads a number of variable length (RFC 8794, section 4).
func number(b []byte) (n uint64, length int, err error) {
	if len(b) == 0 {
		return 0, 0, errEnds
	}
	length = bits.LeadingZeros8(b[0]) + 1
	if length > 8 {
		return 0, 0, errDamaged
	}
	if len(b) < length {
		return 0, 0, errEnds
	}
	n = uint64(b[0]) & (1<<(8-length) - 1)
	for _, next := range b[1:length] {
		n = n<<8 | uint64(next)
	}
	return n, length, nil
}

// unknown is the size of so many bytes that stands for none.
func unknown(sizeBytes int) uint64 { return 1<<(7*sizeBytes) - 1 }

// mostChildren bounds the elements that are read of one of the head's parts.
const mostChildren = 100_000

// children calls visit for the elements of one, until visit returns false. What is behind a
// damage is left out.
func (s *source) children(parent element, visit func(element) (more bool)) error {
	for at, n := parent.data, 0; at < parent.end && n < mostChildren; n++ {
		child, err := s.element(at, parent.end)
		switch {
		case isBroken(err):
			return nil
		case err != nil:
			return err
		}
		if !visit(child) {
			return nil
		}
		at = child.end
	}
	return nil
}

// content returns the data of a small element, or the beginning of it.
func (s *source) content(e element) []byte {
	const most = 1 << 10
	part, err := s.bytes(e.data, int(min(e.end-e.data, most)))
	if err != nil {
		return nil
	}
	return part
}

// uint reads an unsigned number; what is longer than 8 bytes is none.
func (s *source) uint(e element) uint64 {
	part := s.content(e)
	if len(part) > 8 {
		return 0
	}
	var padded [8]byte
	copy(padded[8-len(part):], part)
	return binary.BigEndian.Uint64(padded[:])
}
