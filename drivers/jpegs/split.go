package jpegs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
)

// startOfImage is the start-of-image marker and the first byte of the marker
// that must follow it.
var startOfImage = []byte{0xFF, soi, 0xFF}

const (
	firstBuffer = 64 << 10 // what a pipe of Linux holds
	leastRead   = 4 << 10
	// emptyReads is how often a reader may return neither bytes nor an error.
	emptyReads = 100
)

// Split yields the pictures in a stream of JPEGs written one behind the other,
// whatever lies between them, each as soon as its last byte is read and byte for
// byte. A thumbnail inside a picture does not end it. A picture is borrowed: it
// is valid only until yield returns, since its buffer is used again. Its Info is
// set if [Mend] would leave it as it is. Two fields that come one behind the other are
// one picture; see [Info].
//
// What is no whole picture is passed over, and the stream goes on at the next
// start-of-image marker behind the place where it went wrong: one that [Mend]
// refuses, one without an end before the next begins, tables without a picture. So
// are the previews behind a picture in the Multi-Picture Format of still cameras.
//
// The stream ends in silence with io.EOF between pictures. It ends with an error,
// yielded once, last, with a nil picture: within a picture with one that wraps
// [io.ErrUnexpectedEOF]; with the reader's error as it is; when its first picture is
// of a kind that no viewer decodes; and, to bound the memory, when a picture is
// larger than limit bytes or more than limit bytes come without a whole picture. A loop goes on where the one before was left.
func Split(r io.Reader, limit int) iter.Seq2[Picture, error] {
	s := &splitter{limit: limit, buffer: make([]byte, 0, firstBuffer)}
	return func(yield func(Picture, error) bool) {
		for {
			picture, err := s.next()
			if err == nil && picture.JPEG != nil {
				whole := false
				if picture, whole = s.pair(picture); !whole {
					continue
				}
			}
			if err == nil && picture.JPEG == nil {
				if s.ended == nil {
					s.read(r)
					continue
				}
				if picture.JPEG, s.first = s.first, nil; picture.JPEG == nil {
					if err = s.why(s.ended); err == nil {
						return
					}
				}
			}
			if !yield(picture, err) || err != nil {
				return
			}
		}
	}
}

// splitter holds the part of the stream that is not yielded yet. What lies before
// the walker is never looked at again, however small the reads are.
type splitter struct {
	limit  int
	buffer []byte // what has been read
	start  int    // offset in buffer of what has not been dealt with
	passed int64  // offset in the stream of buffer[start]

	first  []byte // a picture's field, whose other one may come
	single bool   // fields come alone

	whole    bool     // there was a whole picture
	multi    walker   // that of the last one
	previews []extent // what its index says

	open    bool   // a picture begins at start
	walker  walker // its walker
	skipped int    // bytes passed over since the last whole picture
	broken  error  // what was wrong with the last picture passed over
	ended   error  // the reader's
}

// next returns the next picture in the buffer, or none if there is none yet.
func (s *splitter) next() (Picture, error) {
	for {
		if !s.open && !s.find() {
			return Picture{}, s.skippedTooMuch()
		}
		if err := s.skippedTooMuch(); err != nil {
			return Picture{}, err
		}
		picture := s.buffer[s.start:min(len(s.buffer), s.start+s.limit)]
		done, err := s.walker.walk(picture)
		switch {
		case errors.Is(err, errUnshown) && !s.whole:
			return Picture{}, err
		case err != nil:
			s.broken = err
			s.skip(s.walker.at)
		case done && s.isPreview():
			s.skip(s.walker.at)
		case done:
			return s.take(picture[:s.walker.at:s.walker.at]), nil
		case len(picture) == s.limit:
			return Picture{}, fmt.Errorf("a picture is larger than %s: ask for a smaller size", amount(s.limit))
		default:
			return Picture{}, nil
		}
	}
}

// take returns the whole picture that the walker has gone over.
func (s *splitter) take(picture []byte) Picture {
	s.multi, s.previews = s.walker, previews(picture, s.walker.mpf, s.passed)
	s.start += len(picture)
	s.passed += int64(len(picture))
	s.open, s.whole, s.skipped, s.broken = false, true, 0, nil
	found := Picture{JPEG: picture}
	if !s.walker.lacksTables() {
		found.Info = s.walker.info
	}
	return found
}

// isPreview reports whether the picture that the walker has gone over belongs to the
// one before: by that one's index, or where the index says nothing, because it is
// smaller and has none. A program may have taken the previews away and left the index,
// so place and length must both be right.
func (s *splitter) isPreview() bool {
	size := func(w walker) int { return w.info.Width * w.info.Height }
	if s.multi.mpf > 0 && s.walker.mpf == 0 && size(s.walker) < size(s.multi) {
		return true
	}
	return slices.ContainsFunc(s.previews, func(e extent) bool {
		return e.from == s.passed && s.passed+int64(s.walker.at) <= e.to
	})
}

// find looks for the start of a picture and tells whether it is there.
func (s *splitter) find() bool {
	rest := s.buffer[s.start:]
	if i := bytes.Index(rest, startOfImage); i >= 0 {
		s.skip(i)
		s.open, s.walker = true, newWalker()
		return true
	}
	keep := 0 // what may be the first bytes of a start
	for n := min(len(startOfImage)-1, len(rest)); n > 0 && keep == 0; n-- {
		if bytes.HasSuffix(rest, startOfImage[:n]) {
			keep = n
		}
	}
	s.skip(len(rest) - keep)
	return false
}

func (s *splitter) skip(n int) {
	s.open = false
	s.start += n
	s.passed += int64(n)
	s.skipped += n
}

func (s *splitter) skippedTooMuch() error {
	switch {
	case s.skipped <= s.limit:
		return nil
	case s.broken != nil:
		return fmt.Errorf("%s came without a whole picture: %w", amount(s.limit), s.broken)
	default:
		return fmt.Errorf("%s came without a JPEG picture in them", amount(s.limit))
	}
}

// read reads once, into room that it makes: by moving what is left to the front,
// which happens at most once to a picture, or else by doubling the buffer.
func (s *splitter) read(r io.Reader) {
	if s.start == len(s.buffer) { // so that a picture that fits is read at once
		s.start, s.buffer = 0, s.buffer[:0]
	}
	if cap(s.buffer)-len(s.buffer) < leastRead && s.start > 0 {
		s.buffer = s.buffer[:copy(s.buffer, s.buffer[s.start:])]
		s.start = 0
	}
	if cap(s.buffer)-len(s.buffer) < leastRead {
		size := min(2*cap(s.buffer), max(s.limit, len(s.buffer))+leastRead)
		s.buffer = append(make([]byte, 0, size), s.buffer...)
	}
	for range emptyReads {
		n, err := r.Read(s.buffer[len(s.buffer):cap(s.buffer)])
		s.buffer = s.buffer[:len(s.buffer)+n]
		if n > 0 || err != nil {
			s.ended = err
			return
		}
	}
	s.ended = io.ErrNoProgress
}

// why returns the stream's error for the reader's.
func (s *splitter) why(ended error) error {
	switch {
	case ended != io.EOF: // as io.Reader promises it, never wrapped
		return ended
	case s.open:
		return fmt.Errorf("the stream ends within a picture: %w", io.ErrUnexpectedEOF)
	default:
		return nil
	}
}

// amount is a number of bytes for people.
func amount(n int) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d bytes", n)
}
