package kit

import "time"

// settle is how long the program has to answer a change of the user's with a
// State that knows of it.
const settle = 2 * time.Second

// Hold keeps what the user has just set on screen. A State that was on its way
// meanwhile does not know of it yet, and would make it jump back and forth.
type Hold struct{ until time.Time }

func (h *Hold) Begin()      { h.until = time.Now().Add(settle) }
func (h *Hold) End()        { h.until = time.Time{} }
func (h *Hold) Holds() bool { return time.Now().Before(h.until) }
