package main

import (
	"context"
	"errors"
	"iter"
	"log/slog"

	"fanlight/drivers"
	"fanlight/streaming"
)

// pickCamera returns the camera that the user chose ($CAMERA or --camera), else
// the last one used if it is there, else the first real one, else a stand-in.
func pickCamera(ctx context.Context, chosen, last string, log *slog.Logger) (drivers.Camera, error) {
	if chosen != "" {
		return drivers.Find(ctx, chosen)
	}
	if last != "" {
		camera, err := drivers.Find(ctx, last)
		if err == nil {
			return camera, nil
		}
		log.Warn("the last camera used is not there; taking another", "camera", last)
	}
	cameras, err := drivers.List(ctx)
	if err != nil {
		log.Warn("some cameras cannot be listed", "err", err)
	}
	if len(cameras) == 0 {
		return drivers.Camera{}, errors.New("there is no camera at all; plug one in")
	}
	return cameras[0], nil
}

// source makes a driver's camera the source of a feed.
func source(camera drivers.Camera, asked drivers.Mode) streaming.Source {
	return streaming.Source{
		ID:    camera.ID,
		Name:  camera.Name,
		Asked: shown(asked),
		Frames: func(ctx context.Context, granted func(streaming.Mode)) iter.Seq2[streaming.Picture, error] {
			return func(yield func(streaming.Picture, error) bool) {
				want := drivers.Want{Mode: asked, Granted: func(m drivers.Mode) { granted(shown(m)) }}
				for picture, err := range camera.Frames(ctx, want) {
					if !yield(streaming.Picture(picture), err) {
						return
					}
				}
			}
		},
	}
}

// shown is a driver's mode as a feed shows it.
func shown(m drivers.Mode) streaming.Mode {
	return streaming.Mode{Width: m.Width, Height: m.Height, FPS: m.FPS}
}
