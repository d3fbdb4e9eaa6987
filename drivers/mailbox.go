package drivers

import "sync"

// mailbox holds the newest picture of a camera that delivers faster than its
// consumer takes: a newer picture takes the place of one that nobody fetched. It
// copies each picture once, into one of three buffers that it uses again.
type mailbox struct {
	ready chan struct{} // has room for one; filled whenever a picture comes

	mu     sync.Mutex
	newest Picture
	fresh  bool // newest has not been taken

	draft []byte // the one who puts fills it
	taken []byte // the one who takes reads it
}

func newMailbox() *mailbox { return &mailbox{ready: make(chan struct{}, 1)} }

// put makes a copy of the picture the newest. It does not block; one goroutine
// may call it.
func (m *mailbox) put(p Picture) {
	copied := append(m.draft[:0], p.JPEG...)
	m.mu.Lock()
	m.draft = m.newest.JPEG
	p.JPEG = copied
	m.newest, m.fresh = p, true
	m.mu.Unlock()
	select {
	case m.ready <- struct{}{}:
	default:
	}
}

// take returns the newest picture, and false if it was taken already. It is the
// caller's until the next call; one goroutine may call it.
func (m *mailbox) take() (Picture, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.fresh {
		return Picture{}, false
	}
	p := m.newest
	m.newest.JPEG, m.taken, m.fresh = m.taken, p.JPEG, false
	return p, true
}
