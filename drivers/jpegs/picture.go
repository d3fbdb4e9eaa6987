package jpegs

import "time"

// DefaultQuality is that of the JPEG pictures that Fanlight encodes itself, where
// nobody said otherwise, on libjpeg's scale from 1 to 100.
const DefaultQuality = 80

// Picture is one JPEG on its way from a camera to its viewers.
type Picture struct {
	// JPEG is borrowed: whoever hands a Picture on says how long it is valid.
	JPEG []byte
	// Taken is when the camera captured the picture; zero means just now.
	Taken time.Time
	// Through has the marks of the Fanlights that passed the picture on, words with a
	// space between; empty for a camera's own.
	Through string
	// Info is what the markers say, of a picture that [Split] has found whole. It is
	// zero for one that nobody has walked yet, or that lacks tables: [Mend] sees to it.
	Info Info
}
