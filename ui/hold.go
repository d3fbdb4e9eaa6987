package ui

import "time"

// settle is how long the program has to answer a change of the user's with a
// State that knows of it.
const settle = 2 * time.Second

// hold keeps what the user has just set on screen. A State that was on its way
// meanwhile does not know of it yet, and would make it jump back and forth.
type hold struct{ until time.Time }

func (h *hold) begin()      { h.until = time.Now().Add(settle) }
func (h *hold) end()        { h.until = time.Time{} }
func (h *hold) holds() bool { return time.Now().Before(h.until) }
