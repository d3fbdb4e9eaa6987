package network

import (
	"bytes"
	"context"
	"image/jpeg"
	"io"
	"net/http"
	"time"

	"fanlight/drivers/camera"
)

// snapshotFPS is how often a camera that serves only single pictures is asked for
// one, in fps, where the user chose no rate.
const snapshotFPS = 1

// snapshots requests single pictures at the rate that is wanted. A slow consumer gets
// fewer, never a burst.
func (s *session) snapshots(ctx context.Context, answer *http.Response, watch *watch, want camera.Want, yield func(camera.Picture, error) bool) error {
	fps := want.FPS
	if fps <= 0 {
		fps = snapshotFPS
	}
	tick := time.NewTicker(time.Duration(float64(time.Second) / fps))
	defer tick.Stop()
	granted := want.Granted
	var buffer bytes.Buffer
	for {
		picture, err := snapshot(answer, watch, &buffer)
		if err != nil {
			return err
		}
		if granted != nil {
			if config, err := jpeg.DecodeConfig(bytes.NewReader(picture.JPEG)); err == nil {
				granted(camera.Mode{Width: config.Width, Height: config.Height, FPS: fps})
				granted = nil
			}
		}
		watch.stop()
		if !yield(picture, nil) {
			return errLeft
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		watch.restart()
		if answer, err = s.get(ctx, s.home); err != nil {
			return err
		}
	}
}

// snapshot reads the only picture of an answer.
func snapshot(answer *http.Response, watch *watch, buffer *bytes.Buffer) (camera.Picture, error) {
	defer answer.Body.Close()
	if kind := mediaType(answer); kind != "image/jpeg" {
		return camera.Picture{}, &wrongTypeError{kind}
	}
	buffer.Reset()
	if _, err := buffer.ReadFrom(io.LimitReader(watch.reader(answer.Body), maxPart+1)); err != nil {
		return camera.Picture{}, err
	}
	if buffer.Len() > maxPart {
		return camera.Picture{}, errPartTooLarge
	}
	return camera.Picture{
		JPEG:    buffer.Bytes(),
		Taken:   takenAt(answer.Header.Get("X-Timestamp"), time.Now()),
		Through: marksIn(answer.Header.Get("X-Through")),
	}, nil
}
