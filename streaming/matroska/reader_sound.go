package matroska

import (
	"slices"
	"time"
)

// mostEarly is how far in front of a picture the sound that was captured with it may be.
const mostEarly = time.Second

// Packet is the place of a packet of sound in a file. Its time is that of the first sample that
// a decoder returns for it.
type Packet = Picture

// Stretch is the sound of some seconds, in the order of the file: what was captured at the same
// time as a picture may be behind it by a little.
type Stretch struct {
	// At is about when it begins. Packets may be none: there is no sound then.
	At      time.Duration
	Packets []Packet

	cluster int64 // where its cluster is in the file
	end     int64 // up to where its packets reach
}

// HasSound reports whether the file has a track of Opus.
func (r *Reader) HasSound() bool { return r.sound.kind == soundKind }

// SoundAt returns the stretch in which a time is, or one in front of it; nil if there is none
// yet.
func (r *Reader) SoundAt(t time.Duration) (*Stretch, error) {
	p, err := r.At(t - mostEarly)
	if p == nil || err != nil {
		return nil, err
	}
	defer r.begin()()
	c, err := r.clusterOf(p.Offset)
	if c == nil || err != nil {
		return nil, err
	}
	return c.stretch(0), nil
}

// SoundAfter returns the stretch behind one; nil if there is none, or none yet.
func (r *Reader) SoundAfter(s *Stretch) (*Stretch, error) {
	defer r.begin()()
	r.source.forget()
	c, err := r.nextLoaded(s.cluster)
	if c == nil || err != nil {
		return nil, err
	}
	if c.cut {
		if c, err = r.reload(c); c == nil || err != nil {
			return nil, err
		}
	}
	if more := c.stretch(s.end); len(more.Packets) > 0 {
		return more, nil
	}
	if c.cut {
		return nil, nil
	}
	if c, err = r.nextLoaded(c.next); c == nil || err != nil {
		return nil, err
	}
	return c.stretch(0), nil
}

// stretch returns the packets of a cluster that are behind an offset.
func (c *cluster) stretch(behind int64) *Stretch {
	first := slices.IndexFunc(c.packets, func(p Packet) bool { return p.Offset >= behind })
	if first < 0 {
		first = len(c.packets)
	}
	s := &Stretch{At: c.time, Packets: slices.Clone(c.packets[first:]), cluster: c.at, end: behind}
	if n := len(s.Packets); n > 0 {
		s.end = s.Packets[n-1].Offset + 1
	}
	return s
}

// ReadPacket reads a packet of sound.
func (r *Reader) ReadPacket(p *Packet) ([]byte, error) { return r.read(p, r.sound) }
