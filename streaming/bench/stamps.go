//go:build linux

package main

import "time"

// lastCrowd is the crowd whose last viewer is timed.
const lastCrowd = 100

// stamps follow each picture until the last viewer has it.
type stamps struct {
	crowd int
	seen  map[int64]*arrival // by when it was taken
	last  []time.Duration
}

type arrival struct{ viewers int }

// arrived notes that a viewer has a picture's last byte.
func (s *stamps) arrived(takenMicros int64) {
	a := s.seen[takenMicros]
	if a == nil {
		a = &arrival{}
		s.seen[takenMicros] = a
	}
	if a.viewers++; a.viewers == s.crowd {
		s.last = append(s.last, time.Since(time.UnixMicro(takenMicros)))
		delete(s.seen, takenMicros)
	}
}
