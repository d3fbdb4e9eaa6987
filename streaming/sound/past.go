package sound

import "time"

// Between returns the packets from one moment to another that are kept. It turns no
// microphone on.
func (s *Sound) Between(from, to time.Time) []*Packet {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := &s.kept
	k.expire(time.Now())
	n := int(k.lastSeq - k.before(from))
	packets := k.packets[len(k.packets)-n:]
	for i, p := range packets {
		if !p.Taken.Before(to) {
			packets = packets[:i]
			break
		}
	}
	return append([]*Packet(nil), packets...)
}
