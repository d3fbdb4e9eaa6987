package streaming

import (
	"context"
	"iter"
	"time"

	"fanlight/drivers/jpegs"
)

// Picture is a JPEG picture that a camera yields. Its JPEG is valid until yield returns.
type Picture = jpegs.Picture

// Mode is a picture size in pixels and a rate in fps; zero values are unknown or left to
// the camera.
type Mode struct {
	Width, Height int
	FPS           float64
}

// Source is a camera as a [Feed] uses it.
type Source struct {
	ID string
	// Name is shown to viewers.
	Name string
	// Mark is a random word that identifies this program. A picture that has it already
	// is a failure: two programs watch each other. Empty means that pictures are not marked.
	Mark string
	// Asked is what the user wants of the camera, for [Status]. Its rate is a limit
	// whatever the camera does: pictures above it are skipped, evenly.
	Asked Mode
	// Patience is how long the camera may take to its first picture; zero means ten seconds.
	Patience time.Duration
	// Frames opens the camera and yields pictures until the loop is left, ctx
	// ends, or the camera fails. A failure is yielded once, last, as a sentence for the
	// user; it wraps [ErrUnplugged] if the camera is unplugged. Frames calls granted at
	// most once, before the first picture, with the mode that the camera agreed to. The
	// loop ends within a second after ctx.
	Frames func(ctx context.Context, granted func(Mode)) iter.Seq2[Picture, error]
	// Turn returns the picture as it is to be shown, such as rotated, or nil to leave it
	// as it is. It is called once for each picture, from the loop over Frames. It must
	// not keep the picture; its result is copied before the next call. An error drops the
	// picture. A nil Turn leaves all pictures as they are.
	Turn func(Picture) ([]byte, error)
}
