package web

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"fanlight/streaming"
)

const (
	// batchSize is how many viewers one goroutine writes to. A thousand are done in
	// 20 ms (make bench), and batches that run at the same time cost more than one
	// after another; with more viewers than that they share the machine's cores.
	batchSize = 1024
	// fewViewers are written to by the goroutine that publishes the picture. It is
	// delayed by 25 µs a viewer, and spares waking another goroutine, which costs as
	// much as sending a picture does.
	fewViewers = 64
)

// source is where a batch has its pictures from: a [streaming.Feed], or a
// [variant] that is being made.
type source interface {
	Attend(take func(*streaming.Frame)) (stop func())
	Newest() *streaming.Frame // held for the caller
}

// batches write each picture of a source to its viewers, a batch of them in one
// go. A goroutine for each viewer costs its wake-up for every picture, which made
// a third more with a thousand of them. A viewer that cannot take the picture at
// once is left to its own goroutine until it is done, and so delays nobody. Only
// Linux takes a picture without a wait, and only what need not be encrypted: other
// viewers have their own goroutines throughout (see send). Methods may be called
// from any goroutine.
type batches struct {
	source source
	most   int // viewers in each

	mu  sync.Mutex
	all []*batch
}

// batch is some viewers that one goroutine writes to while they wait: the one that
// publishes while they are few, else the batch's own.
type batch struct {
	source source
	end    func() // waits until nobody writes any more

	size  atomic.Int32          // changed under batches.mu
	queue chan *streaming.Frame // of one: the newest picture for the batch's own goroutine

	mu      sync.Mutex
	members []*member
}

// member is a viewer in a batch. While it waits only the batch writes to its
// connection, and at all other times only its own goroutine.
type member struct {
	viewer *viewer
	rest   chan remainder // of one: ends the wait

	// Guarded by batch.mu.
	waits bool // for the batch to write
	progress
}

// remainder is what the batch could not write of a picture; the zero remainder is
// nothing. The frame is held for it.
type remainder struct {
	part  part
	frame *streaming.Frame
}

// progress says which pictures are for a viewer.
type progress struct {
	pace streaming.Pace
	had  uint64 // the number of the last picture that was sent, or left out for the pace
}

// wants reports whether a picture is newer than those before, and not too soon for
// the pace. It counts as had then.
func (p *progress) wants(frame *streaming.Frame) bool {
	if frame.Seq <= p.had {
		return false
	}
	p.had = frame.Seq
	return p.pace.Takes(frame.Taken)
}

// carry writes pictures to a viewer until it leaves. Its response must have been
// flushed, for what is written goes straight to the connection.
func (bs *batches) carry(v *viewer, pace streaming.Pace) {
	m := &member{viewer: v, progress: progress{pace: pace}, rest: make(chan remainder, 1)}
	b := bs.join(m)
	defer bs.leave(b, m)
	for {
		for frame := b.next(m); frame != nil; frame = b.next(m) {
			if !v.writeAll(remainder{v.part(newPart(frame)), frame}) {
				return
			}
		}
		select {
		case rest := <-m.rest:
			if rest.frame != nil && !v.writeAll(rest) {
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

// leave ends a batch that nobody is left in.
func (bs *batches) leave(b *batch, m *member) {
	b.mu.Lock()
	b.members = slices.DeleteFunc(b.members, func(other *member) bool { return other == m })
	m.waits = false
	b.mu.Unlock()

	select { // what it left unread
	case rest := <-m.rest:
		if rest.frame != nil {
			rest.frame.Release()
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

// run writes the pictures that take leaves to it.
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

// take is called with every picture by the goroutine that publishes it. One that
// waits in the queue gives way to a newer one.
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
	b.queue <- frame // nobody else puts one in
}

// write offers a picture to all who wait for one.
func (b *batch) write(frame *streaming.Frame) {
	normal, ahead := newPart(frame)
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.members {
		if m.waits {
			m.offer(frame, m.viewer.part(normal, ahead))
		}
	}
}

// offer writes what the viewer can take at once of a picture, and ends its wait if
// that is not all. It is called with batch.mu held.
func (m *member) offer(frame *streaming.Frame, part part) {
	before := m.progress
	if !m.wants(frame) {
		return
	}
	written, free := m.viewer.conn.offer(part)
	m.viewer.bytes.Add(uint64(written))
	switch {
	case !free:
		m.progress = before // it may have this one yet, or a newer one, once its link is free
		m.endWait(remainder{})
	case written < part.size():
		frame.Hold()
		m.endWait(remainder{part.after(written), frame})
	default:
		m.viewer.pictures.Add(1)
	}
}

// endWait hands the viewer back to its own goroutine, with the rest of a picture
// that was begun, if any. It never waits: there is room for one, and one wait has one end.
func (m *member) endWait(rest remainder) {
	m.waits = false
	m.rest <- rest
}

// next returns the picture that a member can be sent at once by its own goroutine,
// held for it; nil if it has to wait for the batch. What is newest is known only
// under the lock: a picture that comes behind it finds the member waiting.
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
