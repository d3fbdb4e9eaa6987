package matroska

import (
	"io"
	"slices"
	"sync"
	"time"
)

const (
	// mostPoints bounds the index in memory: 16 MB, for twelve days of clusters of a second.
	mostPoints = 1 << 20
	// mostRubbish is how far behind a damage the next cluster is looked for, in bytes.
	mostRubbish = 32 << 20
	// mostCached is how many clusters are kept: those where viewers are.
	mostCached = 8
)

// Reader reads a Matroska file with Motion JPEG that any program has written, or is writing
// just now: its place in memory is a list of where clusters begin, taken from the file's index
// or, where there is none, from the heads of its clusters. Pictures are read only when they
// are asked for. A file that is damaged or cut has the pictures up to there, and those behind
// the next cluster that is found. Methods may be called from any goroutine.
//
// Package ebml of ebml-go reads each block into memory, and all of them to get to the last;
// hence the small walker in walk.go.
type Reader struct {
	file    io.ReaderAt
	head    Head
	scale   time.Duration // of a unit of time
	track   track         // of the pictures
	sound   track         // of no kind if there is none
	segment element
	cues    element // the file's index; of no identifier if there is none
	first   int64   // where the first cluster begins; zero if there is none yet

	mu     sync.Mutex
	source source
	points []point
	ended  bool       // there is nothing behind the last point but a damage
	cached []*cluster // the one that was used last comes first
	gaps   gaps
}

// point is where a cluster begins: all of them, or one every few seconds.
type point struct {
	time time.Duration
	at   int64
}

// NewReader reads the head and the index of a file. An error says in words what it lacks.
func NewReader(file io.ReaderAt) (*Reader, error) {
	r := &Reader{file: file, source: source{file: file}, scale: time.Millisecond}
	defer r.begin()()
	if err := r.readHead(); err != nil {
		return nil, err
	}
	r.readCues()
	if err := r.extend(); err != nil {
		return nil, err
	}
	return r, nil
}

// begin begins a call, and returns the function that ends it.
func (r *Reader) begin() (end func()) {
	r.mu.Lock()
	r.source.left = mostElements
	return r.mu.Unlock
}

// Head returns what the file says of its pictures.
func (r *Reader) Head() Head { return r.head }

// readCues takes the points from the file's index, if it tells nothing that cannot be.
func (r *Reader) readCues() {
	if r.cues.id != idCues {
		return
	}
	var found []point
	r.source.children(r.cues, func(e element) bool {
		if e.id == idCue {
			if p, ok := r.readCue(e); ok {
				found = append(found, p)
			}
		}
		return true
	})
	found = slices.CompactFunc(found, func(a, b point) bool { return a.at == b.at })
	inOrder := slices.IsSortedFunc(found, func(a, b point) int {
		if a.time < b.time && a.at < b.at {
			return -1
		}
		return 1
	})
	if len(found) == 0 || !inOrder || !r.isCluster(found[0].at) || !r.isCluster(found[len(found)-1].at) {
		return
	}
	if r.first > 0 && r.first < found[0].at { // the index begins late
		found = slices.Insert(found, 0, point{at: r.first})
	}
	r.points = found
}

func (r *Reader) readCue(cue element) (p point, ok bool) {
	var at time.Duration
	var err error
	r.source.children(cue, func(e element) bool {
		switch e.id {
		case idCueTime:
			at, err = r.ticks(r.source.uint(e))
		case idCueTrack:
			if position, is := r.readCueTrack(e); is {
				p.at, ok = position, true
			}
		}
		return true
	})
	p.time = at
	return p, ok && err == nil
}

// readCueTrack returns where the cluster begins, if the place is one of pictures.
func (r *Reader) readCueTrack(places element) (at int64, ok bool) {
	var number, position uint64
	r.source.children(places, func(e element) bool {
		switch e.id {
		case idCueNumber:
			number = r.source.uint(e)
		case idCueCluster:
			position = r.source.uint(e)
		}
		return true
	})
	return r.segment.data + int64(position), number == r.track.number && position < uint64(r.segment.end-r.segment.data)
}

// isCluster reports whether a cluster begins at an offset.
func (r *Reader) isCluster(at int64) bool {
	e, err := r.source.element(at, r.segment.end)
	return err == nil && e.id == idCluster
}
