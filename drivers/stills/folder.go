package stills

import (
	"context"
	"path/filepath"
	"time"

	"fanlight/drivers/camera"
	"fanlight/drivers/caught"
)

const (
	// lookEvery is how often a folder is looked at for what has changed.
	lookEvery = time.Second
	// lookGrace is how long a picture waits for a look; a longer one goes on beside the
	// pictures.
	lookGrace = 50 * time.Millisecond
	// leaveGrace is how long a look may take to end with the camera. A disk of the
	// network that is not there makes it wait for ever, and is left behind.
	leaveGrace = 500 * time.Millisecond
)

// Check returns an error if the folder has no picture that can be shown.
func Check(ctx context.Context, dir string) error {
	checked := caught.Go(func() error {
		found, err := names(dir)
		if err != nil {
			return err
		}
		fault := errNoPictures(dir)
		for n, name := range found {
			path := filepath.Join(dir, name)
			_, err := stat(path)
			if err == nil {
				_, err = read(path)
			}
			if err == nil || ctx.Err() != nil {
				return ctx.Err()
			}
			if n == 0 {
				fault = err
			}
		}
		return fault
	})
	select {
	case err := <-checked:
		return err
	case <-ctx.Done():
		return leave(checked, ctx.Err())
	}
}

// leave waits for a goroutine as long as leaveGrace, and returns the error.
func leave(ended <-chan error, err error) error {
	select {
	case <-ended:
	case <-time.After(leaveGrace):
	}
	return err
}

// Folder yields the folder's pictures, its files named .jpg or .jpeg, in name order, over
// and over, at mode's rate. What comes into the folder, changes or goes meanwhile is
// noticed within two seconds. Files that cannot be shown are passed over, and named in the
// log; it is a failure if no picture is left.
func Folder(ctx context.Context, dir string, mode camera.Mode, want camera.Want, yield func(camera.Picture, error) bool) {
	if ctx.Err() != nil {
		return
	}
	looking, stop := context.WithCancel(ctx)
	defer stop()
	f := &folder{ctx: looking, shelf: shelf{dir: dir, log: want.Log}}
	f.begin()
	select {
	case f.fault = <-f.ended:
		f.ended, f.pictures = nil, f.shelf.shown
	case <-ctx.Done():
	}
	defer func() {
		stop()
		if f.ended != nil {
			_ = leave(f.ended, nil)
		}
	}()
	run(ctx, f.next, mode, want, yield)
}

// folder is a folder whose pictures are shown.
type folder struct {
	ctx      context.Context
	shelf    shelf   // for the look that is under way
	pictures []shown // that the last one found
	fault    error   // of that
	now      shown

	began time.Time    // the last look
	ended <-chan error // receives when it ends; nil once it has
}

func (f *folder) begin() {
	f.began = time.Now()
	f.ended = caught.Go(func() error { return f.shelf.look(f.ctx) })
}

// next returns the next picture in name order.
func (f *folder) next() (camera.Picture, error) {
	grace := time.Duration(0)
	if f.ended == nil && time.Since(f.began) >= lookEvery {
		f.begin()
		grace = lookGrace
	}
	if f.ended != nil {
		select {
		case f.fault = <-f.ended:
			f.ended, f.pictures = nil, f.shelf.shown
		case <-time.After(grace):
		}
	}
	if f.fault != nil {
		return camera.Picture{}, f.fault
	}
	f.now = after(f.pictures, f.now.name)
	return f.now.picture, nil
}
