package matroska

import "time"

// mostTimes is how many times longer than usual a time between two pictures counts at most:
// one in which the camera was lost says little of its rate. Pictures that come in bursts do
// not reach it, and to a camera that gets slower it adapts.
const mostTimes = 10

// spacing measures how far apart pictures usually are. The zero spacing is that of 30 fps.
type spacing struct {
	times int
	sum   time.Duration
}

func (s *spacing) add(apart time.Duration) {
	if s.times > 0 {
		apart = min(apart, mostTimes*s.usual())
	}
	s.times++
	s.sum += apart
}

func (s *spacing) usual() time.Duration {
	if s.sum == 0 {
		return usualDuration
	}
	return s.sum / time.Duration(s.times)
}
