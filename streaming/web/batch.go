package web

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"fanlight/streaming"
)

const (
	// batchSize is how many viewers one goroutine writes to. Writing to a thousand takes
	// 20 ms (make bench). Batches that run in parallel cost more in all than one goroutine,
	// so there is a second one only where one core may not be enough.
	batchSize = 1024
	// fewViewers is how many viewers the publishing goroutine writes to itself. That delays
	// it by 25 µs a viewer, and saves waking another goroutine, which costs as much as
	// sending a picture.
	fewViewers = 64
)

// source is where a batch gets its pictures: a [streaming.Feed] or a [making].
type source interface {
	Attend(take func(*streaming.Frame)) (stop func())
	Newest() *streaming.Frame // held for the caller
}

// batches writes the pictures of a source to its viewers, many viewers from one
// goroutine. Waking a goroutine per viewer for every picture costs a third more with a
// thousand viewers. A viewer whose connection does not take a whole picture at once is
// served by its own goroutine until it has caught up, and so delays no other. Writing
// without blocking needs Linux and a connection without TLS; other viewers are served
// by their own goroutines throughout (see send). Methods may be called from any
// goroutine.
//
// Lock order: batches.mu before the locks of the source and before batch.mu; the lock
// under which a Hub calls take before batch.mu.
type batches struct {
	source source
	most   int // viewers in a batch

	mu  sync.Mutex
	all []*batch
}

// batch is a group of viewers that one goroutine writes to while they wait: the
// publishing one while they are at most fewViewers, else the batch's own.
type batch struct {
	source source
	end    func() // stops writing, and waits until it has stopped

	size  atomic.Int32          // changed under batches.mu
	queue chan *streaming.Frame // of capacity 1: the newest picture for the batch's own goroutine

	mu      sync.Mutex
	members []*member
}

// member is a viewer in a batch. While it waits, only the batch writes to its
// connection; at all other times only its own goroutine does.
type member struct {
	viewer *viewer
	rest   chan remainder // of capacity 1: ends the wait

	// Guarded by batch.mu.
	waits bool // for the batch to write
	progress
}

// remainder is the part of a picture that the batch could not write; the zero
// remainder is empty. The receiver owns it and releases the frame.
type remainder struct {
	part  part
	frame *streaming.Frame
}

// progress decides which pictures a viewer is sent.
type progress struct {
	pace streaming.Pace
	had  uint64 // the number of the last picture that was sent, or left out for the pace
}

// wants reports whether a picture is newer than the last one and not too soon for the
// pace. It records the picture as the last one either way.
func (p *progress) wants(frame *streaming.Frame) bool {
	if frame.Seq <= p.had {
		return false
	}
	p.had = frame.Seq
	return p.pace.Takes(frame.Taken)
}

// wants reports whether to send a picture to the member.
func (m *member) wants(frame *streaming.Frame) bool {
	return !m.viewer.had(frame) && m.progress.wants(frame)
}

// carry writes pictures to a viewer until it disconnects or is disconnected. The response
// header must have been flushed, because carry writes straight to the connection. It reports
// whether the last picture was sent whole.
func (bs *batches) carry(v *viewer, pace streaming.Pace) (whole bool) {
	m := &member{viewer: v, progress: progress{pace: pace}, rest: make(chan remainder, 1)}
	b := bs.join(m)
	defer func() { whole = bs.leave(b, m) && whole }()
	for {
		for frame := b.next(m); frame != nil; frame = b.next(m) {
			if v.ctx.Err() != nil {
				frame.Release()
				return true
			}
			if !v.writeAll(remainder{v.partOf(frame), frame}) {
				return false
			}
		}
		select {
		case rest := <-m.rest:
			if rest.frame != nil && !v.writeAll(rest) {
				return false
			}
		case <-v.ctx.Done():
			return true
		}
	}
}

func (bs *batches) join(m *member) *batch {
	bs.mu.Lock()
	defer bs.mu.Unlock()
	i := slices.IndexFunc(bs.all, func(b *batch) bool { return int(b.size.Load()) < bs.most })
	if i < 0 {
		i = len(bs.all)
		bs.all = append(bs.all, startBatch(bs.source))
	}
	b := bs.all[i]
	b.size.Add(1)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.members = append(b.members, m)
	return b
}

// leave removes a member from its batch, and ends the batch if it was the last one. It
// reports whether the batch had left nothing of a picture for the member to send.
func (bs *batches) leave(b *batch, m *member) (whole bool) {
	b.mu.Lock()
	b.members = slices.DeleteFunc(b.members, func(other *member) bool { return other == m })
	m.waits = false
	b.mu.Unlock()

	whole = true
	select { // a remainder that was not read
	case rest := <-m.rest:
		if rest.frame != nil {
			rest.frame.Release()
			whole = false
		}
	default:
	}

	bs.mu.Lock()
	last := b.size.Add(-1) == 0
	if last {
		bs.all = slices.DeleteFunc(bs.all, func(other *batch) bool { return other == b })
	}
	bs.mu.Unlock()
	if last {
		b.end()
	}
	return whole
}

func startBatch(source source) *batch {
	b := &batch{source: source, queue: make(chan *streaming.Frame, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { b.run(ctx) })
	stop := source.Attend(b.take)
	b.end = func() {
		stop()
		cancel()
		running.Wait()
	}
	return b
}

// run writes the pictures that take queues, until ctx ends.
func (b *batch) run(ctx context.Context) {
	for {
		select {
		case frame := <-b.queue:
			b.write(frame)
			frame.Release()
		case <-ctx.Done():
			return
		}
	}
}

// take is called with every picture by the goroutine that publishes it. It writes the
// picture to few viewers itself; for many it queues it in the place of an older one.
func (b *batch) take(frame *streaming.Frame) {
	if b.size.Load() <= fewViewers {
		b.write(frame)
		return
	}
	select {
	case older := <-b.queue:
		older.Release()
	default:
	}
	frame.Hold()
	b.queue <- frame // does not block: calls of take do not overlap
}

// write offers a picture to all members that wait for one.
func (b *batch) write(frame *streaming.Frame) {
	normal, ahead := newPart(frame)
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.members {
		switch {
		case !m.waits:
		case frame.Card != nil:
			m.offer(frame, m.viewer.partOf(frame))
		default:
			m.offer(frame, m.viewer.part(normal, ahead))
		}
	}
}

// offer writes what the connection takes of a picture without blocking, and ends the
// member's wait if that is not all. It is called with batch.mu held.
func (m *member) offer(frame *streaming.Frame, part part) {
	before := m.progress
	if !m.wants(frame) {
		return
	}
	written, free := m.viewer.conn.offer(part)
	m.viewer.bytes.Add(uint64(written))
	switch {
	case !free:
		m.progress = before // it is sent this one, or a newer one, once its connection is free
		m.endWait(remainder{})
	case written < part.size():
		frame.Hold()
		m.endWait(remainder{part.after(written), frame})
	default:
		m.viewer.pictures.Add(1)
	}
}

// endWait hands the viewer back to its own goroutine, with the rest of a picture that
// was begun, if any. It does not block: rest has room for one, and is read before the
// next wait begins.
func (m *member) endWait(rest remainder) {
	m.waits = false
	m.rest <- rest
}

// next waits until the member's connection is free, and returns the picture to send
// next, held for the caller. If there is no new one it returns nil, and from then on the
// member waits for the batch. It looks for the newest picture under the lock, so that
// none is missed: the batch offers a later one only after next has set waits.
func (b *batch) next(m *member) *streaming.Frame {
	m.viewer.settle(m.viewer.ctx)
	b.mu.Lock()
	defer b.mu.Unlock()
	if frame := b.source.Newest(); frame != nil {
		if m.wants(frame) {
			return frame
		}
		frame.Release()
	}
	m.waits = true
	return nil
}
