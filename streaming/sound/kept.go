package sound

import "time"

const (
	// mostKept is how many packets are kept as Opus: ten minutes, some 5 MB.
	mostKept = 10 * 60 * Rate / PacketSamples
	// mostSamples is how many of the newest have their samples, too: two seconds.
	mostSamples = 2 * Rate / PacketSamples
	// mostAge is how long a packet is kept at most, as pictures are: the microphone may be off
	// for days.
	mostAge = time.Hour
)

// kept is the last packets, in order. Its owner's mutex guards it.
type kept struct {
	packets []*Packet
	lastSeq uint64
	grown   chan struct{} // closed once there is a newer packet
}

func newKept() kept { return kept{grown: make(chan struct{})} }

// add adds a packet, which gets its number.
func (k *kept) add(p *Packet) {
	k.lastSeq++
	p.Seq = k.lastSeq
	if n := len(k.packets) - mostSamples; n >= 0 { // packets are immutable: others may be reading it
		old := *k.packets[n]
		old.Samples = nil
		k.packets[n] = &old
	}
	if len(k.packets) >= mostKept {
		k.packets[0] = nil
		k.packets = k.packets[1:]
	}
	k.packets = append(k.packets, p)
	close(k.grown)
	k.grown = make(chan struct{})
}

// after returns some of the packets behind the one of a number, in order: at most two seconds,
// so that nobody copies them all at once.
func (k *kept) after(seq uint64) []*Packet {
	if len(k.packets) == 0 {
		return nil
	}
	first := 0
	if oldest := k.packets[0].Seq; seq >= oldest {
		first = min(int(seq-oldest)+1, len(k.packets))
	}
	last := min(first+mostSamples, len(k.packets))
	return append([]*Packet(nil), k.packets[first:last]...)
}

// before returns the number of the last packet that was taken before a moment; if there is
// none, the one in front of all. Looking from the newest finds the time since the clock was
// last put back.
func (k *kept) before(moment time.Time) uint64 {
	n := len(k.packets)
	for n > 0 && !k.packets[n-1].Taken.Before(moment) {
		n--
	}
	return k.lastSeq - uint64(len(k.packets)-n)
}

// expire drops the packets that are too old to be heard.
func (k *kept) expire(now time.Time) {
	for len(k.packets) > 0 && now.Sub(k.packets[0].Taken) > mostAge {
		k.packets[0] = nil
		k.packets = k.packets[1:]
	}
}

// forget drops all packets. Their numbers go on.
func (k *kept) forget() { k.packets = nil }
