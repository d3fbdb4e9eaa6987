package newest

import (
	"sync"

	"fanlight/drivers/jpegs"
)

// Box holds the newest picture of a camera that delivers faster than its consumer
// takes: a newer picture replaces one that was not taken. It copies each picture
// once, into one of three buffers that it reuses.
type Box struct {
	Ready chan struct{} // receives a value after a Put; it has room for one

	mu     sync.Mutex
	newest jpegs.Picture
	fresh  bool // newest has not been taken

	draft []byte // filled by Put
	taken []byte // read by the caller of Take
}

// NewBox returns an empty box.
func NewBox() *Box { return &Box{Ready: make(chan struct{}, 1)} }

// Put makes a copy of the picture the newest. It does not block. Only one goroutine
// may call it.
func (b *Box) Put(p jpegs.Picture) {
	copied := append(b.draft[:0], p.JPEG...)
	b.mu.Lock()
	b.draft = b.newest.JPEG
	p.JPEG = copied
	b.newest, b.fresh = p, true
	b.mu.Unlock()
	select {
	case b.Ready <- struct{}{}:
	default:
	}
}

// Take returns the newest picture, or false if it was taken already. The picture is
// the caller's until the next call. Only one goroutine may call it.
func (b *Box) Take() (jpegs.Picture, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.fresh {
		return jpegs.Picture{}, false
	}
	p := b.newest
	b.newest.JPEG, b.taken, b.fresh = b.taken, p.JPEG, false
	return p, true
}
