package recording

import (
	"sync"

	"fanlight/streaming"
)

// queue holds pictures that wait to be written, in order, up to a number of bytes. put is
// called by the goroutine that publishes, and does not block; take by the one that writes.
type queue struct {
	most  int
	wake  chan struct{} // of capacity 1
	mu    sync.Mutex
	all   []*streaming.Frame
	bytes int
	lost  uint64
}

func newQueue(most int) *queue { return &queue{most: most, wake: make(chan struct{}, 1)} }

// put adds a picture, which it holds, or counts it as lost if there is no room.
func (q *queue) put(f *streaming.Frame) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.bytes+len(f.JPEG) > q.most && len(q.all) > 0 {
		q.lost++
		return
	}
	f.Hold()
	q.all = append(q.all, f)
	q.bytes += len(f.JPEG)
	select {
	case q.wake <- struct{}{}:
	default: // it is to wake already
	}
}

// take removes the first picture, which the caller releases; nil if there is none.
func (q *queue) take() *streaming.Frame {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.all) == 0 {
		return nil
	}
	f := q.all[0]
	q.all[0], q.all = nil, q.all[1:]
	q.bytes -= len(f.JPEG)
	return f
}

// drop releases what is left.
func (q *queue) drop() {
	for f := q.take(); f != nil; f = q.take() {
		f.Release()
	}
}

func (q *queue) lostSoFar() uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.lost
}
