package drivers

import (
	"bytes"
	"context"
	"fmt"
	"image/jpeg"
	"time"
)

// repeat yields the pictures in order, over and over, at mode's rate, the first
// one at once. A consumer that is slower than the rate gets fewer pictures a
// second, never a burst afterwards.
func repeat(ctx context.Context, pictures [][]byte, mode Mode, want Want, yield func(Picture, error) bool) {
	if want.Granted != nil {
		if first, err := jpeg.DecodeConfig(bytes.NewReader(pictures[0])); err == nil {
			mode.Width, mode.Height = first.Width, first.Height
		}
		want.Granted(mode)
	}
	tick := time.NewTicker(time.Duration(float64(time.Second) / mode.FPS))
	defer tick.Stop()
	for i := 0; ctx.Err() == nil; i = (i + 1) % len(pictures) {
		if !yield(Picture{JPEG: pictures[i]}, nil) {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

func noArgument(driver string) error {
	return fmt.Errorf("the %s driver takes nothing behind a colon; say just %q", driver, driver)
}
