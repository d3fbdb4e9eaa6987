package streaming

import (
	"sync"
	"sync/atomic"
	"time"
)

// Frame is one picture of a [Hub]. It is immutable, shared by all its holders, and
// counts them: the memory of JPEG is reused for a later picture after the last Release.
//
// A loop over [Feed.Frames] holds a frame for the loop's body, and [Hub.Attend] for the
// call. To keep it for longer, call Hold before that, and Release when done. After a
// forgotten Release the garbage collector frees the memory. One Release too many is a
// bug: a picture that is still in use would be overwritten. Methods may be called from any
// goroutine.
type Frame struct {
	// Seq numbers the pictures of one Hub, from 1, without gaps.
	Seq uint64
	// Shot numbers the pictures of the camera among them; a card has that of the picture
	// before it.
	Shot uint64
	// Run numbers the times between two of [Hub.Clear]. A picture is out of date once
	// [Feed.Run] is another one: the camera was lost or changed.
	Run uint64
	// Taken is when the camera captured the picture; if the driver does not know, or claims
	// a later time, when the picture arrived.
	Taken time.Time
	// Width and Height are in pixels.
	Width, Height int
	// JPEG is the picture, byte for byte as the camera delivered it. Read only.
	JPEG []byte
	// Card marks a picture of text that is shown while there is none of the camera, and has
	// it in other languages; nil for a picture of the camera.
	Card *Card
	// Through lists the marks of the programs that passed the picture on, separated by
	// spaces, this program's last.
	Through string

	newer   chan struct{} // closed once the Hub holds a newer Frame
	holders atomic.Int32
	spare   *spare // takes the memory; nil for the garbage collector
}

// NewFrame returns a picture that is of no [Hub], such as one that was read from a file. It
// takes the JPEG, and its memory is freed by the garbage collector.
func NewFrame(seq, run uint64, taken time.Time, width, height int, jpeg []byte) *Frame {
	f := &Frame{Seq: seq, Run: run, Taken: taken, Width: width, Height: height, JPEG: jpeg}
	f.holders.Store(1)
	return f
}

// blank reports whether f is the placeholder of a Hub that holds no picture.
func (f *Frame) blank() bool { return f.JPEG == nil }

// Hold adds a holder. The caller must be one already.
func (f *Frame) Hold() { f.holders.Add(1) }

// tryHold adds a holder and returns true, or returns false if there is none left.
func (f *Frame) tryHold() bool {
	for {
		n := f.holders.Load()
		if n == 0 {
			return false
		}
		if f.holders.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// Release removes a holder. JPEG must not be used after it.
func (f *Frame) Release() {
	switch n := f.holders.Add(-1); {
	case n < 0:
		panic("streaming: a frame is released more often than it was held")
	case n == 0 && f.spare != nil:
		f.spare.put(f.JPEG)
	}
}

// mostSpare is how many buffers are kept for reuse. Two are enough while no consumer is
// slow: one holds the newest picture, the other the next one.
const mostSpare = 4

// spare keeps buffers of pictures for reuse. New memory for each picture costs a page
// fault for every 4 KB of it, and garbage collection. The zero spare is empty. Methods
// may be called from any goroutine.
type spare struct {
	mu      sync.Mutex
	buffers [][]byte
}

// copyOf returns a copy of the picture.
func (s *spare) copyOf(picture []byte) []byte {
	return append(s.take(len(picture)), picture...)
}

// take returns an empty buffer with room for n bytes.
func (s *spare) take(n int) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.buffers) > 0 {
		last := len(s.buffers) - 1
		buffer := s.buffers[last]
		s.buffers = s.buffers[:last]
		if cap(buffer) >= n && cap(buffer)/4 <= n { // others are for another resolution
			return buffer[:0]
		}
	}
	return make([]byte, 0, n+n/4) // pictures of one camera differ in length
}

func (s *spare) put(buffer []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.buffers) < mostSpare {
		s.buffers = append(s.buffers, buffer)
	}
}

func (s *spare) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buffers = nil
}
