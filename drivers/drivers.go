// Package drivers holds the cameras: one file is one driver.
//
// A driver is only a generator of JPEG pictures. Its file registers a [Lister]
// under the driver's name from init; nothing else in the program changes when a
// driver is added. The promises that every driver keeps are checked by the
// conformance kit in package drivertest.
package drivers

import (
	"context"
	"iter"
	"time"
)

// Picture is one JPEG as the camera delivered it.
type Picture struct {
	// JPEG is borrowed: it is valid only until yield returns.
	JPEG []byte
	// Taken is when the camera captured the picture; zero means just now.
	Taken time.Time
}

// Mode is a picture size in pixels and a rate in pictures a second. A zero
// value of either leaves the choice to the camera.
type Mode struct {
	Width, Height int
	FPS           float64
}

// Want is what a program asks of a camera as it opens it.
type Want struct {
	Mode
	// Granted, unless nil, is called once before the first picture with the mode
	// that the camera agreed to, by drivers that negotiate one. It must not block.
	Granted func(Mode)
}

// Camera is a picture source that the user can pick. A Camera is a description
// and holds nothing open; it may be copied and used by several goroutines.
type Camera struct {
	// ID is stable across replug and restart and starts with the driver's name:
	// "v4l2:usb-046d_HD_Pro_Webcam_C920_2B5C-video-index0". It is also what the
	// user may type: the driver's name, a colon, and the driver's argument.
	ID string
	// Name is what the picker shows: "HD Pro Webcam C920".
	Name string
	// Virtual marks a stand-in, which is chosen by itself only where nothing real is there.
	Virtual bool

	// Frames opens the camera and yields pictures until the loop is left, ctx
	// ends or the camera fails. A failure, unplugging included, is yielded once,
	// last, with an empty Picture; its text is a sentence for the user, with what
	// to do next. An ended ctx is no failure: the loop just ends, within a
	// second. Leaving the loop closes the camera before Frames returns. The
	// sequence can be ranged over again, one loop at a time.
	Frames func(ctx context.Context, want Want) iter.Seq2[Picture, error]
}

// Lister finds one driver's cameras. With an empty argument it returns those
// that are there now, and opens none of them: no light goes on. With an
// argument (what follows "DRIVER:" in the user's choice) it returns the cameras
// that the argument names, or an error that says what is wrong with it.
type Lister func(ctx context.Context, argument string) ([]Camera, error)
