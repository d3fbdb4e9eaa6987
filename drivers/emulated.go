package drivers

import (
	"context"
	"errors"
	"iter"

	"fanlight/assets"
	"fanlight/drivers/stills"
)

func init() { Register("emulated", listEmulated) }

// emulatedFPS is the rate of the stand-in camera of "Flask Video Streaming
// Revisited", which shows three pictures at 1 fps.
const emulatedFPS = 1

func listEmulated(_ context.Context, argument string) ([]Camera, error) {
	if argument != "" {
		return nil, errors.New(`the emulated driver takes nothing behind a colon; say just "emulated"`)
	}
	return []Camera{{
		ID:      "emulated",
		Name:    "Emulated camera",
		Virtual: true,
		Frames:  emulatedFrames,
	}}, nil
}

func emulatedFrames(ctx context.Context, want Want) iter.Seq2[Picture, error] {
	return func(yield func(Picture, error) bool) {
		pictures := assets.Emulated()
		stills.Loop(ctx, pictures[:], Mode{FPS: emulatedFPS}, want, yield)
	}
}
