//go:build linux

package main

import "time"

// stamps measures how long each picture takes to reach the last viewer.
type stamps struct {
	crowd int
	seen  map[int64]int   // the number of viewers that have a picture, by its time in µs since 1970
	last  []time.Duration // for each picture that all viewers have
}

// arrived records that a viewer has a picture's last byte.
func (s *stamps) arrived(takenMicros int64) {
	s.seen[takenMicros]++
	if s.seen[takenMicros] == s.crowd {
		s.last = append(s.last, time.Since(time.UnixMicro(takenMicros)))
		delete(s.seen, takenMicros)
	}
}
