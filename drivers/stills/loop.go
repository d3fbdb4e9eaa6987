package stills

import (
	"context"
	"time"

	"fanlight/drivers/camera"
	"fanlight/drivers/jpegs"
	"fanlight/drivers/polled"
)

// Loop yields the pictures in order, over and over, at mode's rate, the first one at
// once. A consumer that is slower than the rate gets fewer pictures, and never a burst
// afterwards. The mode granted has the size of the first picture.
func Loop(ctx context.Context, pictures [][]byte, mode camera.Mode, want camera.Want, yield func(camera.Picture, error) bool) {
	run(ctx, inTurn(pictures), mode, want, yield)
}

// inTurn returns a function that returns the pictures in order, over and over.
func inTurn(pictures [][]byte) func() (camera.Picture, error) {
	walked := make([]camera.Picture, len(pictures))
	i := -1
	return func() (camera.Picture, error) {
		if i = (i + 1) % len(pictures); walked[i].JPEG == nil {
			walked[i] = walk(pictures[i])
		}
		return walked[i], nil
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

// run yields what next returns, at mode's rate, until that is an error. The mode granted
// has the size of the first picture.
func run(ctx context.Context, next func() (camera.Picture, error), mode camera.Mode, want camera.Want, yield func(camera.Picture, error) bool) {
	if ctx.Err() != nil {
		return
	}
	tick, err := polled.NewTicker(ctx, time.Duration(float64(time.Second)/mode.FPS))
	if err != nil {
		yield(camera.Picture{}, err)
		return
	}
	defer tick.Close()
	loop(func() (camera.Picture, error) {
		picture, err := next()
		if err == nil && want.Granted != nil {
			mode.Width, mode.Height = picture.Info.Width, picture.Info.Height
			want.Granted(mode)
			want.Granted = nil
		}
		return picture, err
	}, tick, func(picture camera.Picture, err error) bool {
		return ctx.Err() == nil && yield(picture, err)
	})
}

// ticker is a [polled.Ticker].
type ticker interface{ Wait() bool }

// loop yields a picture a tick until there are no more ticks, or next returns an error.
func loop(next func() (camera.Picture, error), tick ticker, yield func(camera.Picture, error) bool) {
	for {
		picture, err := next()
		if !yield(picture, err) || err != nil || !tick.Wait() {
			return
		}
	}
}
