package recording

import (
	"time"

	"fanlight/streaming"
)

// mostHeld is as much as a history keeps in memory usually, in bytes: of that a slow disk
// loses nothing. One on disk can be of many times the memory that there is.
const mostHeld = 256 << 20

// stretch is the pictures of a past from one to another, some of them held at a time.
type stretch struct {
	past Past
	most int // bytes that are held

	held []*streaming.Frame // the next pictures; none at the end
	last uint64             // the Seq of the last picture
	end  time.Time          // when that was taken
}

// begin holds the first pictures of a time up to the newest one, which was taken then. What is
// in front of a gap in which the time begins is left out.
func (s *stretch) begin(newest time.Time, length time.Duration) error {
	last, err := s.past.At(newest)
	if last == nil || err != nil {
		return err
	}
	s.last, s.end = last.Seq, last.Taken
	last.Release()
	first, err := s.past.At(newest.Add(-length))
	if err = s.hold(first, err); err != nil {
		return err
	}
	if len(s.held) > 1 && s.held[0].Run != s.held[1].Run {
		s.held[0].Release()
		s.held = s.held[1:]
	}
	return nil
}

// goOn releases the pictures that are held, and holds the next ones.
func (s *stretch) goOn() error {
	newest := s.held[len(s.held)-1]
	if newest.Seq == s.last {
		s.release()
		return nil
	}
	next, err := s.past.After(newest)
	s.release()
	return s.hold(next, err)
}

// hold takes over a picture, unless it is behind the last one, and holds those behind it. A
// past that was emptied meanwhile has none of them.
func (s *stretch) hold(f *streaming.Frame, err error) error {
	for bytes := 0; f != nil && err == nil; {
		if f.Seq > s.last {
			f.Release()
			return nil
		}
		s.held = append(s.held, f)
		if bytes += len(f.JPEG); f.Seq == s.last || bytes >= s.most {
			return nil
		}
		f, err = s.past.After(f)
	}
	return err
}

// size is how many bytes are held.
func (s *stretch) size() (bytes int) {
	for _, f := range s.held {
		bytes += len(f.JPEG)
	}
	return bytes
}

func (s *stretch) release() {
	for _, f := range s.held {
		f.Release()
	}
	s.held = nil
}
