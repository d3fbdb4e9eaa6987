package main

import "time"

// Quit is called by the window.
func (p *program) Quit() { p.quitOnce() }

// leavePatience is how long leaving waits for a camera or a viewer that does not let go.
const leavePatience = 10 * time.Second

// closeWithin closes, and reports whether that has come to its end in time. It may
// be called only as the process ends, which ends the rest.
func (p *program) closeWithin(patience time.Duration) bool {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		p.close()
	}()
	select {
	case <-closed:
		return true
	case <-time.After(patience):
		return false
	}
}
