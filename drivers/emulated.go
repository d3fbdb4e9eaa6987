package drivers

import (
	"context"
	"iter"

	"fanlight/assets"
)

func init() { Register("emulated", listEmulated) }

// emulatedFPS is the rate of the stand-in camera of "Flask Video Streaming
// Revisited": three pictures, one a second.
const emulatedFPS = 1

func listEmulated(_ context.Context, argument string) ([]Camera, error) {
	if argument != "" {
		return nil, noArgument("emulated")
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
		repeat(ctx, pictures[:], Mode{FPS: emulatedFPS}, want, yield)
	}
}
