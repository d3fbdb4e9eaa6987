package sound

import (
	"math"
	"time"
)

// State is what a microphone does.
type State int

// The states of a microphone.
const (
	None State = iota // no microphone is chosen
	Off               // nobody listens
	Starting
	Live
	Lost
	Paused // by [Sound.Pause]: it is closed, however many listen
)

func (s State) String() string {
	return [...]string{"none", "off", "starting", "live", "lost", "paused"}[s]
}

// Status is how a [Sound] stands.
type Status struct {
	ID, Name string // of the microphone
	State    State
	Reason   string // a sentence, while it is lost
	Muted    bool
	Level    float64 // of the last packets, from 0 to 1, where 1 is 0 dBFS and 0 is -60 dBFS or less
	Packets  uint64
}

// Status returns the current status.
func (s *Sound) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

// resetStatus is called with mu held.
func (s *Sound) resetStatus() {
	s.status = Status{ID: s.source.ID, Name: s.source.Name, State: Off, Muted: s.muted, Packets: s.status.Packets}
	switch {
	case s.source.Packets == nil:
		s.status.State = None
	case s.paused:
		s.status.State = Paused
	}
}

// lowest is the level in dBFS that counts as silence, and fall how fast a meter falls, in its
// length a second: a peak can be seen.
const (
	lowest = -60
	fall   = 1.5
)

// level returns the meter's reading behind a packet: its peak, or less than the last reading
// by what the meter has fallen since.
func level(before float64, samples []int16) float64 {
	peak := 0
	for _, v := range samples {
		peak = max(peak, int(v), -int(v))
	}
	now := 0.0
	if peak > 0 {
		now = max(0, 1-20*math.Log10(float64(peak)/math.MaxInt16)/lowest)
	}
	return min(1, max(now, before-fall*PacketLength.Seconds(), 0))
}

const (
	// A microphone that fails is opened again after a pause, which doubles from the first to
	// the last of these.
	firstPause = 250 * time.Millisecond
	lastPause  = 5 * time.Second
	// patience is how long a microphone may deliver nothing.
	patience = 3 * time.Second
)
