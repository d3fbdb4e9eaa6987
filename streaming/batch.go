package streaming

import (
	"context"
	"slices"
	"sync"
)

// batchSize is how many viewers one goroutine writes to. A thousand are done in 20 ms
// (make bench), and batches that run at the same time cost more than one after
// another; with more viewers than that they share the machine's cores.
const batchSize = 1024

// batches write each picture to the viewers of a Feed, a batch of them in one go.
// A goroutine for each viewer costs its wake-up for every picture, which made a
// third more with a thousand of them. A viewer that cannot take the
// picture at once is left to its own goroutine until it is done, and so delays
// nobody. Only Linux takes a picture without a wait, and only what need not be
// encrypted: other viewers have their own goroutines throughout (see send).
// Methods may be called from any goroutine.
type batches struct {
	feed *Feed
	most int // viewers in each

	mu  sync.Mutex
	all []*batch
}

// batch is some viewers, and the goroutine that writes to them while they wait.
type batch struct {
	feed *Feed
	stop context.CancelFunc
	done chan struct{} // closed when the goroutine has ended

	size int // guarded by batches.mu

	mu      sync.Mutex
	members []*member
}

// member is a viewer in a batch. While it waits only the batch writes to its
// connection, and at all other times only its own goroutine.
type member struct {
	viewer *viewer
	rest   chan []byte // of one: ends the wait; what the batch could not write of a picture, nil for none

	// Guarded by batch.mu.
	waits bool // for the batch to write
	progress
}

// progress tells which pictures are for a viewer.
type progress struct {
	pace pace
	had  uint64 // the number of the last picture that was sent, or left out for the pace
}

// wants tells whether a picture is newer than those before, and not too soon for
// the pace. It counts as had then.
func (p *progress) wants(frame *Frame) bool {
	if frame.Seq <= p.had {
		return false
	}
	p.had = frame.Seq
	return p.pace.takes(frame.Taken)
}

// carry writes pictures to a viewer until it leaves. Its response must have been
// flushed, for what is written goes straight to the connection.
func (bs *batches) carry(v *viewer, pace pace) {
	m := &member{viewer: v, progress: progress{pace: pace}, rest: make(chan []byte, 1)}
	b := bs.join(m)
	defer bs.leave(b, m)
	for {
		for frame := b.next(m); frame != nil; frame = b.next(m) {
			if !v.write(v.part(frame)) {
				return
			}
		}
		select {
		case rest := <-m.rest:
			if rest != nil && !v.write(rest) {
				return
			}
		case <-v.ctx.Done():
			return
		}
	}
}

func (bs *batches) join(m *member) *batch {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	i := slices.IndexFunc(bs.all, func(b *batch) bool { return b.size < bs.most })
	if i < 0 {
		i = len(bs.all)
		bs.all = append(bs.all, startBatch(bs.feed))
	}
	b := bs.all[i]
	b.size++
	b.mu.Lock()
	defer b.mu.Unlock()
	b.members = append(b.members, m)
	return b
}

// leave waits for the end of a batch that nobody is left in.
func (bs *batches) leave(b *batch, m *member) {
	b.mu.Lock()
	b.members = slices.DeleteFunc(b.members, func(other *member) bool { return other == m })
	b.mu.Unlock()

	bs.mu.Lock()
	b.size--
	last := b.size == 0
	if last {
		bs.all = slices.DeleteFunc(bs.all, func(other *batch) bool { return other == b })
	}
	bs.mu.Unlock()
	if last {
		b.stop()
		<-b.done
	}
}

func startBatch(feed *Feed) *batch {
	b := &batch{feed: feed, done: make(chan struct{})}
	var ctx context.Context
	ctx, b.stop = context.WithCancel(context.Background())
	go func() {
		defer close(b.done)
		for frame := range feed.Frames(ctx) {
			b.write(frame)
		}
	}()
	return b
}

// write offers a picture to all who wait for one.
func (b *batch) write(frame *Frame) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.members {
		if m.waits {
			m.offer(frame)
		}
	}
}

// offer writes what the viewer can take at once of a picture, and ends its wait if
// that is not all. It is called with batch.mu held.
func (m *member) offer(frame *Frame) {
	before := m.progress
	if !m.wants(frame) {
		return
	}
	part := m.viewer.part(frame)
	written, free := m.viewer.conn.offer(part)
	m.viewer.bytes.Add(uint64(written))
	switch {
	case !free:
		m.progress = before // it may have this one yet, or a newer one, once its link is free
		m.endWait(nil)
	case written < len(part):
		m.endWait(part[written:])
	default:
		m.viewer.pictures.Add(1)
	}
}

// endWait hands the viewer back to its own goroutine, with the rest of a picture
// that was begun, if any. It never waits: there is room for one, and one wait has one end.
func (m *member) endWait(rest []byte) {
	m.waits = false
	m.rest <- rest
}

// next returns the picture that a member can be sent at once by its own goroutine,
// nil if it has to wait for the batch. What is newest is known only under the lock:
// a picture that comes behind it finds the member waiting.
func (b *batch) next(m *member) *Frame {
	m.viewer.settle(m.viewer.ctx)
	b.mu.Lock()
	defer b.mu.Unlock()
	if frame := b.feed.hub.Newest(); frame != nil && m.wants(frame) {
		return frame
	}
	m.waits = true
	return nil
}
