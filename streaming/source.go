package streaming

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/jpeg"
	"iter"
	"time"
)

// Picture is one JPEG that a camera yields. JPEG is borrowed until the yield
// returns; Taken is when it was captured, zero for just now.
type Picture struct {
	JPEG  []byte
	Taken time.Time
}

// Mode is a picture size in pixels and a rate in pictures a second; zero values
// are unknown or left to the camera.
type Mode struct {
	Width, Height int
	FPS           float64
}

// Source is a camera as a [Feed] uses it.
type Source struct {
	ID, Name string
	// Asked is what the user wants of the camera, for show beside what was granted.
	Asked Mode
	// Frames opens the camera and yields pictures until the loop is left, ctx
	// ends, or the camera fails, which it yields once, last, as a sentence for the
	// user. It calls granted at most once, before the first picture, with the
	// mode that the camera agreed to. An ended ctx ends the loop within a second.
	Frames func(ctx context.Context, granted func(Mode)) iter.Seq2[Picture, error]
}

var errCutShort = errors.New("the picture is cut short")

// checkJPEG returns the picture's size in pixels. It distrusts the camera: a
// picture that is no JPEG or lacks its end is an error.
func checkJPEG(picture []byte) (width, height int, err error) {
	config, err := jpeg.DecodeConfig(bytes.NewReader(picture))
	if err != nil {
		return 0, 0, fmt.Errorf("not a JPEG picture of %d bytes: %w", len(picture), err)
	}
	// Cameras pad the buffer behind the end-of-image marker with zeros.
	if !bytes.HasSuffix(bytes.TrimRight(picture, "\x00"), []byte{0xFF, 0xD9}) {
		return 0, 0, errCutShort
	}
	return config.Width, config.Height, nil
}
