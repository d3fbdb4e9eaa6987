package stills

import (
	"bytes"
	"context"
	"image/jpeg"
	"time"

	"fanlight/drivers/camera"
)

// Loop yields the pictures in order, over and over, at mode's rate, the first one at
// once. A consumer that is slower than the rate gets fewer pictures, and never a burst
// afterwards. The mode granted has the size of the first picture.
func Loop(ctx context.Context, pictures [][]byte, mode camera.Mode, want camera.Want, yield func(camera.Picture, error) bool) {
	if want.Granted != nil {
		if first, err := jpeg.DecodeConfig(bytes.NewReader(pictures[0])); err == nil {
			mode.Width, mode.Height = first.Width, first.Height
		}
		want.Granted(mode)
	}
	tick := time.NewTicker(time.Duration(float64(time.Second) / mode.FPS))
	defer tick.Stop()
	for i := 0; ctx.Err() == nil; i = (i + 1) % len(pictures) {
		if !yield(camera.Picture{JPEG: pictures[i]}, nil) {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}
