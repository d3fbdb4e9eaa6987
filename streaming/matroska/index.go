package matroska

import (
	"slices"
	"time"

	"github.com/at-wat/ebml-go/webm"
)

// index is where the seconds of a recording begin. Its cues are made only once, since it
// is written every second.
type index struct {
	cues [][]byte // of each cluster, as elements
	size int      // of all, in bytes
}

const (
	cuesHead = 4 + 8 // identifier and size of the index
	voidHead = 1 + 8
)

// add adds a cluster. A position counts from the segment's data. If the room is too small,
// every second cue goes.
func (x *index) add(at time.Duration, position int64) error {
	made, err := marshal(struct {
		CuePoint []webm.CuePoint `ebml:"CuePoint"`
	}{[]webm.CuePoint{{CueTime: uint64(at.Milliseconds()),
		CueTrackPositions: []webm.CueTrackPosition{{CueTrack: videoTrack, CueClusterPosition: uint64(position)}}}}})
	if err != nil {
		return err
	}
	if cuesHead+x.size+len(made)+voidHead > reserve {
		x.thin()
	}
	x.cues = append(x.cues, made)
	x.size += len(made)
	return nil
}

func (x *index) thin() {
	fewer := make([][]byte, 0, len(x.cues)/2+1)
	x.size = 0
	for n := 0; n < len(x.cues); n += 2 {
		fewer = append(fewer, x.cues[n])
		x.size += len(x.cues[n])
	}
	x.cues = fewer
}

// bytes is the index, and the head of a void that takes the rest of the room for it.
func (x *index) bytes() []byte {
	all := slices.Concat(cuesID, size8(int64(x.size)))
	all = append(all, slices.Concat(x.cues...)...)
	rest := reserve - len(all) - voidHead
	return append(append(all, voidID), size8(int64(rest))...)
}
