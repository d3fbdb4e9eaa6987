package streaming

import (
	"context"
	"iter"

	"fanlight/drivers/jpegs"
)

// Picture is one JPEG that a camera yields. JPEG is borrowed until the yield returns.
type Picture = jpegs.Picture

// Mode is a picture size in pixels and a rate in pictures a second; zero values
// are unknown or left to the camera.
type Mode struct {
	Width, Height int
	FPS           float64
}

// Source is a camera as a [Feed] uses it.
type Source struct {
	ID, Name string
	// Mark is this program's, a random word: a picture that came through it before is
	// a failure, since two programs watch each other. Empty: nothing is marked.
	Mark string
	// Asked is what the user wants of the camera, for show beside what was granted.
	// Its rate is held whatever the camera does: pictures above it are skipped,
	// evenly, and none is invented.
	Asked Mode
	// Frames opens the camera and yields pictures until the loop is left, ctx
	// ends, or the camera fails, which it yields once, last, as a sentence for the
	// user. It calls granted at most once, before the first picture, with the
	// mode that the camera agreed to. An ended ctx ends the loop within a second.
	// A failure that wraps [ErrUnplugged] is a camera to wait for.
	Frames func(ctx context.Context, granted func(Mode)) iter.Seq2[Picture, error]
	// Turn returns the picture as it is to be shown, rotated for one, or nil to leave
	// it as it is. It is called once a picture, whoever watches, from the loop over
	// Frames. The picture is borrowed; an error drops it. A nil Turn leaves all
	// pictures as they are.
	Turn func(Picture) ([]byte, error)
}
