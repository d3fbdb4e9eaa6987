package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"fanlight/app/session"
	"fanlight/drivers/jpegs"
	"fanlight/streaming"
)

// takeSnapshot takes one picture into the file of --snapshot, and returns the exit status.
func (o options) takeSnapshot(ctx context.Context, log *slog.Logger, stdout, stderr io.Writer) int {
	to := openOutput(o.Snapshot, stdout)
	part, err := to.newPart()
	if err != nil {
		return fail(stderr, exitFailed, err)
	}
	defer os.Remove(part) // unless it has its name by then
	code, err := o.snapshotInto(ctx, part, log)
	if err != nil {
		return fail(stderr, code, err)
	}
	if err := to.take(part); err != nil {
		return fail(stderr, exitFailed, err)
	}
	return exitClean
}

// snapshotInto writes a picture into a file, which is there. The user's Fanlight with a window
// takes it if that has the camera, since most cameras open only once.
func (o options) snapshotInto(ctx context.Context, path string, log *slog.Logger) (code int, err error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return exitFailed, err
	}
	o.Snapshot = absolute
	one, reply, err := session.Enter(ctx, display(), func() (session.Request, error) { return o.request(ctx) })
	switch {
	case one != nil:
		one.Close() // none is running
	case errors.As(err, new(wrongRequest)):
		return exitUsage, err
	case err != nil:
		log.Warn("opening the camera beside what may be another Fanlight", "err", err)
	case reply.Done != "":
		return exitClean, nil
	case reply.Refused != "":
		return exitFailed, errors.New(reply.Refused)
	}
	settings := loadSettings(log)
	camera, err := pickCamera(ctx, o.Camera, settings.get().Camera, log)
	if err != nil {
		return exitUsage, err
	}
	p := newProgram(o, settings, camera, nil, log)
	defer p.closeWithin(leavePatience)
	if err := p.writeSnapshot(ctx, path, snapshotPatience+camera.Patience); err != nil {
		return exitFailed, err
	}
	return exitClean, nil
}

// snapshotFor does what a second start with --snapshot asks for, unless it means another
// camera, or another view of it.
func (p *program) snapshotFor(r session.Request) session.Reply {
	if len(r.Others) > 0 || r.Camera != "" && r.Camera != choice(p.camera()) {
		return session.Reply{Apart: true}
	}
	if err := p.writeSnapshot(p.ctx, r.Snapshot, snapshotPatience); err != nil {
		return session.Reply{Refused: err.Error()}
	}
	return session.Reply{Done: "Fanlight is running already: it has taken the picture."}
}

// writeSnapshot waits for a picture, and writes it into a file, which is there.
func (p *program) writeSnapshot(ctx context.Context, path string, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if p.feed.Status().State != streaming.Paused {
		if frame := p.feed.Settled(ctx); frame != nil {
			defer frame.Release()
			if err := os.WriteFile(path, withOrigin(p.feed.Status().CameraName, frame), 0o600); err != nil {
				return unsaved(filepath.Dir(path), err)
			}
			return nil
		}
	}
	reason := p.feed.Status().Reason
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return errors.New("no picture was taken: it was interrupted")
	case reason == "":
		reason = fmt.Sprintf("the camera has delivered none within %v; try again", patience)
	}
	return fmt.Errorf("no picture was taken: %s. If another Fanlight has the camera, take it from there: --camera http://127.0.0.1:8080/", reason)
}

// withOrigin returns a camera's picture with Exif.
func withOrigin(camera string, f *streaming.Frame) []byte {
	return jpegs.WithOrigin(f.JPEG, jpegs.Origin{Camera: camera, Software: "Fanlight " + version, Taken: f.Taken.Local()})
}

// checkSnapshot refuses what --snapshot does not go with.
func (o *options) checkSnapshot() error {
	if !o.has("snapshot") {
		return nil
	}
	if o.Snapshot == "" {
		return errors.New("--snapshot needs a file to write, or - for standard output")
	}
	for _, other := range []string{"headless", "share", "stop-sharing", "background", "record", "describe", "listen"} {
		if slices.Contains(o.given, other) {
			return fmt.Errorf("--snapshot takes one picture and ends: leave out --%s", other)
		}
	}
	return nil
}
