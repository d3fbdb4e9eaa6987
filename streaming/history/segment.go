package history

import (
	"os"
	"time"

	"fanlight/streaming"
)

// segment is a file of some seconds of pictures on disk, of one size and one run, none missing.
// History.mu guards came, bytes, places and gone; the rest does not change.
type segment struct {
	path          string
	run           uint64
	seq           uint64 // of the first picture
	shot          uint64
	width, height int
	through       string
	from          time.Time // when the first picture was taken, as held.taken

	came   time.Time // when the last picture came
	bytes  int64
	places []place
	gone   bool // nothing of it is to be shown any more
}

// place is where a picture is in its segment. A day of 30 fps has 2.6 million of them.
type place struct {
	after          uint32 // microseconds since the segment's first picture
	offset, length uint32
}

// next is the Seq of the picture behind the segment.
func (s *segment) next() uint64 { return s.seq + uint64(len(s.places)) }

// taken is when a picture was taken.
func (s *segment) taken(n int) time.Time {
	return s.from.Add(time.Duration(s.places[n].after) * time.Microsecond)
}

// continues reports whether a picture can be added to the segment.
func (s *segment) continues(f *streaming.Frame) bool {
	return f.Run == s.run && f.Seq == s.next() && f.Width == s.width && f.Height == s.height && f.Through == s.through
}

// spot is a picture of a segment. The zero spot is none.
type spot struct {
	*segment
	number int
	place
}

func (s *segment) spot(n int) spot { return spot{s, n, s.places[n]} }

// of returns the Seq of the picture.
func (s spot) of() uint64 { return s.seq + uint64(s.number) }

// read reads the picture. It is called without History.mu held: disks are slow.
func (s spot) read() (*streaming.Frame, error) {
	file, err := os.Open(s.path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	picture := make([]byte, s.length)
	if _, err := file.ReadAt(picture, int64(s.offset)); err != nil {
		return nil, err
	}
	taken := s.from.Add(time.Duration(s.after) * time.Microsecond)
	f := streaming.NewFrame(s.of(), s.run, taken, s.width, s.height, picture)
	f.Shot, f.Through = s.shot+uint64(s.number), s.through
	return f, nil
}
