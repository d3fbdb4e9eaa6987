package kit

import "time"

// settle is the time that the program has to apply a change made by the user.
const settle = 2 * time.Second

// Hold keeps on screen what the user has just set. A value that the program sent before
// it applied the change would make the widget jump back and forth.
type Hold struct{ until time.Time }

// Begin is called for a change made by the user.
func (h *Hold) Begin() { h.until = time.Now().Add(settle) }

// End ends the hold early.
func (h *Hold) End() { h.until = time.Time{} }

// Holds reports whether values from the program are to be ignored.
func (h *Hold) Holds() bool { return time.Now().Before(h.until) }
