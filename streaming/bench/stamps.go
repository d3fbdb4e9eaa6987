//go:build linux

package main

import "time"

// stamps follow each picture until the last viewer has it.
type stamps struct {
	crowd int
	seen  map[int64]int   // by how many viewers, by when the picture was taken
	last  []time.Duration // until the last viewer had a picture, of those that all had
}

// arrived notes that a viewer has a picture's last byte.
func (s *stamps) arrived(takenMicros int64) {
	s.seen[takenMicros]++
	if s.seen[takenMicros] == s.crowd {
		s.last = append(s.last, time.Since(time.UnixMicro(takenMicros)))
		delete(s.seen, takenMicros)
	}
}
