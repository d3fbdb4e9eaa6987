package stills

import (
	"bytes"
	"context"
	"image/jpeg"
	"time"

	"fanlight/drivers/camera"
	"fanlight/drivers/jpegs"
	"fanlight/drivers/polled"
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
	if ctx.Err() != nil {
		return
	}
	tick, err := polled.NewTicker(ctx, time.Duration(float64(time.Second)/mode.FPS))
	if err != nil {
		yield(camera.Picture{}, err)
		return
	}
	defer tick.Close()
	loop(pictures, tick, yield)
}

// ticker is a [polled.Ticker].
type ticker interface{ Wait() bool }

// loop yields a picture a tick until there are no more ticks.
func loop(pictures [][]byte, tick ticker, yield func(camera.Picture, error) bool) {
	walked := make([]camera.Picture, len(pictures))
	for i := 0; ; i = (i + 1) % len(pictures) {
		if walked[i].JPEG == nil {
			walked[i] = walk(pictures[i])
		}
		if !yield(walked[i], nil) || !tick.Wait() {
			return
		}
	}
}

// walk walks a picture once for all times that it is shown. One that is not whole
// stays as it is, for the consumer to say what is wrong with it.
func walk(picture []byte) camera.Picture {
	whole, info, err := jpegs.Mend(picture)
	if err != nil {
		return camera.Picture{JPEG: picture}
	}
	return camera.Picture{JPEG: whole, Info: info}
}
