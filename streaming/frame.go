package streaming

import (
	"sync"
	"sync/atomic"
	"time"
)

// Frame is one picture of a [Hub]. It is immutable and shared by everybody who
// holds it. Its memory is used again for a later picture once nobody does.
//
// A loop over [Feed.Frames] holds a frame for the loop's body, and [Hub.Attend]
// for the call. Whoever needs it for longer calls Hold, and Release when done.
// A forgotten Release leaves the memory to the garbage collector, which does no
// harm; Release must not be called more often than the frame was held.
type Frame struct {
	// Seq numbers the pictures of one Hub, from 1, without gaps.
	Seq uint64
	// Taken is when the camera captured the picture.
	Taken time.Time
	// Width and Height are in pixels.
	Width, Height int
	// JPEG is the picture, byte for byte as the camera delivered it. Read only.
	JPEG []byte
	// Card marks what is shown in the place of a camera's pictures while it is
	// lost: words that say so.
	Card bool
	// Through has the marks of the programs that passed it on, this one's last.
	Through string

	newer   chan struct{} // closed once the Hub holds a newer Frame
	holders atomic.Int32
	spare   *spare // where the memory goes
}

// blank reports whether f is the placeholder of a Hub that holds no picture.
func (f *Frame) blank() bool { return f.JPEG == nil }

// Hold keeps a frame that is held already for longer.
func (f *Frame) Hold() { f.holders.Add(1) }

// tryHold holds a frame unless it was let go of by the last who held it.
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

// Release lets go of a frame.
func (f *Frame) Release() {
	switch n := f.holders.Add(-1); {
	case n < 0:
		panic("streaming: a frame is released more often than it was held")
	case n == 0:
		f.spare.put(f.JPEG)
	}
}

// mostSpare is how many buffers wait to be used again. With nobody slow two are
// enough: one is the newest picture, the other is about to be.
const mostSpare = 4

// spare is memory that was a picture's and can be the next one's. New memory for
// each picture costs a page fault for every 4 KB of it, and the garbage
// collector. The zero spare is empty. Methods may be called from any goroutine.
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
		if cap(buffer) >= n && cap(buffer)/4 <= n { // others are of another camera or mode
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
