package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/filename"
	"fanlight/streaming/replay"
	"fanlight/ui"
)

// snapshotPatience is how long a snapshot waits for a picture.
const snapshotPatience = 10 * time.Second

// Snapshot is called by the window.
func (p *program) Snapshot(of ui.Play) {
	p.working.Go(func() {
		save := p.saveSnapshot
		if !of.Live() {
			save = func(context.Context) (string, error) { return p.savePast(of.Recording, of.From) }
		}
		path, err := save(p.ctx)
		if p.ctx.Err() != nil {
			return
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		p.saved = ui.Saved{Number: p.saved.Number + 1, Path: path}
		if err != nil {
			p.log.Warn("snapshot not saved", "err", err)
			p.saved.Problem = err.Error()
		}
	})
}

// saveSnapshot saves the newest picture as the camera delivered it, and returns the
// file's path.
func (p *program) saveSnapshot(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, snapshotPatience)
	defer cancel()
	for frame := range p.feed.Frames(ctx) {
		if frame.Card != nil && p.feed.Status().State == streaming.Starting {
			continue // the picture is on its way
		}
		if frame.Card != nil {
			break
		}
		return p.saveNamed(p.feed.Status().CameraName, frame)
	}
	return "", errors.New("there is no picture to save: the camera does not deliver any")
}

// savePast saves the picture that was taken at a moment, of a recording, or of what is kept in memory.
func (p *program) savePast(recording string, taken time.Time) (string, error) {
	var past replay.Past = p.history.Shown()
	camera := p.feed.Status().CameraName
	if recording != "" {
		opened, err := p.library.Open(recording)
		if err != nil {
			return "", err
		}
		defer opened.Close()
		past, camera = opened, opened.Camera
	}
	frame, err := past.At(taken)
	if err != nil {
		return "", err
	}
	if frame == nil {
		return "", errPictureGone
	}
	defer frame.Release()
	if !frame.Taken.Equal(taken) {
		return "", errPictureGone
	}
	return p.saveNamed(camera, frame)
}

var errPictureGone = errors.New("this picture is not kept any more, so it cannot be saved")

// saveNamed saves a camera's picture under its name and time.
func (p *program) saveNamed(camera string, f *streaming.Frame) (string, error) {
	return savePicture(p.picturesDir(), filename.Picture(camera, f.Taken), withOrigin(camera, f))
}

// savePicture writes a new file in a folder, which is made if need be. A file that is
// there is left alone: the new one is numbered.
func savePicture(dir, name string, picture []byte) (path string, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("the picture could not be saved; check the disk and the permissions of %s: %w", dir, err)
	}
	path = filepath.Join(dir, name)
	file, err := createNew(path)
	for n := 2; errors.Is(err, fs.ErrExist); n++ {
		ext := filepath.Ext(name)
		path = filepath.Join(dir, fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(name, ext), n, ext))
		file, err = createNew(path)
	}
	if err == nil {
		_, err = file.Write(picture)
		if err = errors.Join(err, file.Close()); err != nil {
			os.Remove(path)
		}
	}
	if err != nil {
		return "", fmt.Errorf("the picture could not be saved; check the disk and the permissions of %s: %w", dir, err)
	}
	return path, nil
}

func createNew(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
}

// picturesDir is where snapshots are saved: as set in the window, else the usual folder.
func (p *program) picturesDir() string {
	return cmp.Or(p.settings.get().Pictures, usualPictures())
}

// Pause is called by the window. Who may not see may not hear.
func (p *program) Pause(on bool) {
	p.sound.Pause(on)
	if on {
		p.feed.Pause()
	} else {
		p.feed.Resume()
	}
}

// MirrorPreview is called by the window.
func (p *program) MirrorPreview(on bool) {
	chosen := p.camera()
	p.jobs.add(func() { p.remember(chosen, func(t *tuning) { t.MirrorPreview = on }) })
}
