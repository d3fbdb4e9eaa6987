package main

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"log/slog"
	"strings"

	"fanlight/drivers"
	"fanlight/streaming"
)

// pickCamera returns the camera that the user chose ($CAMERA or --camera), else the last
// one used if it is found, else the first in the list, where real cameras are before the
// emulated one.
func pickCamera(ctx context.Context, chosen, last string, log *slog.Logger) (drivers.Camera, error) {
	if chosen != "" {
		return find(ctx, chosen)
	}
	if last != "" {
		camera, err := drivers.Find(ctx, last)
		if err == nil {
			return camera, nil
		}
		log.Warn("last used camera not found; using another one", "err", err)
	}
	cameras, err := drivers.List(ctx)
	if err != nil {
		log.Warn("some cameras cannot be listed", "err", err)
	}
	if len(cameras) == 0 {
		return drivers.Camera{}, errors.New("no camera found; plug one in")
	}
	return cameras[0], nil
}

// findCamera finds a camera by what the user typed in the window.
func findCamera(ctx context.Context, choice string) (drivers.Camera, error) {
	ctx, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	return find(ctx, strings.TrimSpace(choice))
}

// choice returns the text that finds the camera again. It may contain a password.
func choice(c drivers.Camera) string { return cmp.Or(c.Choice, c.ID) }

// nameForViewers returns what others are told of a camera: no address and no command.
func nameForViewers(c drivers.Camera) string { return cmp.Or(c.Kind, c.Name) }

// source returns a driver's camera as the source of a feed, with the user's tuning and the
// lens applied. Mark is [streaming.Source].Mark.
func source(camera drivers.Camera, tuned tuning, through *lens, mark string, log *slog.Logger) streaming.Source {
	through.set(tuned.Look, tuned.Quality)
	return streaming.Source{
		ID:       camera.ID,
		Name:     nameForViewers(camera),
		Mark:     mark,
		Asked:    shown(tuned.Mode),
		Turn:     through.turn,
		Patience: camera.Patience,
		Frames: func(ctx context.Context, granted func(streaming.Mode)) iter.Seq2[streaming.Picture, error] {
			return func(yield func(streaming.Picture, error) bool) {
				defer through.close()
				want := drivers.Want{
					Mode:     tuned.Mode,
					Quality:  tuned.Quality,
					Controls: tuned.Controls,
					Log:      log.With("camera", camera.ID),
					Granted:  func(m drivers.Mode) { granted(shown(m)) },
					Encoded:  through.encoded,
				}
				for picture, err := range camera.Frames(ctx, want) {
					if errors.Is(err, drivers.ErrUnplugged) {
						err = absent{err}
					}
					if !yield(picture, err) {
						return
					}
				}
			}
		},
	}
}

// shown converts a driver's mode to a feed's.
func shown(m drivers.Mode) streaming.Mode {
	return streaming.Mode{Width: m.Width, Height: m.Height, FPS: m.FPS}
}

// absent tells a feed that a driver's error means an unplugged camera.
type absent struct{ error }

func (a absent) Unwrap() error        { return a.error }
func (a absent) Is(target error) bool { return target == streaming.ErrUnplugged }
