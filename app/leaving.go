package main

import "time"

// Quit is called by the window.
func (p *program) Quit() { p.quitOnce() }

// leavePatience is how long leaving waits for a camera or a viewer that does not let go.
const leavePatience = 10 * time.Second

// closeWithin closes, and reports whether that has come to its end in time. It may
// be called only as the process ends, which ends the rest.
func (p *program) closeWithin(patience time.Duration) bool { return inTime(patience, p.close) }

// inTime runs do on another goroutine, and reports whether it has ended in time. If not, it goes on.
func inTime(patience time.Duration, do func()) bool {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		do()
	}()
	select {
	case <-ended:
		return true
	case <-time.After(patience):
		return false
	}
}
