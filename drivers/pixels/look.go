package pixels

import (
	"fmt"

	"fanlight/drivers/lettering"
)

// Look is how pictures are changed on their way. The zero Look leaves them alone.
type Look struct {
	// Rotate is in degrees clockwise: 0, 90, 180 or 270.
	Rotate int
	// Mirror swaps left and right, after rotating.
	Mirror bool
	// Text is burnt in at the bottom left, on one line: white space of any kind
	// becomes single spaces, and what cannot be seen is left out. Letters that no font
	// of the machine has show as a box.
	Text string
	// Clock burns in the time of capture at the bottom right, in local time.
	Clock bool
}

// Plain reports whether the Look changes nothing.
func (l Look) Plain() bool {
	return l.Rotate == 0 && !l.Mirror && !l.Clock && lettering.OneLine(l.Text) == ""
}

// Validate returns an error for the user where no picture can be made to look so.
func (l Look) Validate() error {
	switch l.Rotate {
	case 0, 90, 180, 270:
		return nil
	default:
		return fmt.Errorf("a picture cannot be rotated by %d degrees: choose 0, 90, 180 or 270", l.Rotate)
	}
}
