package process

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"fanlight/drivers/camera"
)

// stillFPS is how often a program that writes one picture and ends is started, in fps,
// where the user chose no rate.
const stillFPS = 1

// errAgain ends a run of a program that is to be started again.
var errAgain = errors.New("it ended well")

// Program is a child process that writes JPEG pictures to its standard output, one
// after the other:
//
//	p := process.Program{Words: []string{"ffmpeg", "-i", "x", "-f", "mjpeg", "-"}, Advice: "check the command"}
//	for picture, err := range p.Frames(ctx, want) {
type Program struct {
	// Words are the program, looked up in PATH unless it has a slash, and its
	// arguments. They do not pass through a shell.
	Words []string
	// Env is added to this process's environment: "NAME=value".
	Env []string
	// Advice ends the sentence of a failure: it says what to do.
	Advice string
	// WarmUp is how long pictures are discarded, from the first one on.
	WarmUp time.Duration
	// Again starts a program again that ends well after a picture or more, such as one
	// that takes a single picture: when it ends, but no sooner than after a period of the
	// rate that is wanted, or of stillFPS. Other programs have failed then.
	Again bool
	// Header, unless nil, reads the first line of standard output, which precedes
	// the pictures and ends with a newline that it does not get. The mode goes to
	// [camera.Want.Granted] before the first picture; an error is the failure.
	Header func(line []byte) (camera.Mode, error)
	// Taken, unless nil, reads the time at which a picture was taken out of the
	// picture itself. Where it is zero or nil, that is when the picture arrived.
	Taken func(jpeg []byte) time.Time
	// Explain, unless nil, returns the failure as a sentence, from the program's last lines
	// on standard error; nil means the usual sentence.
	Explain func(lines []string) error
}

// Frames starts the program and yields its pictures until the loop is left, ctx ends or
// the program fails; the failure is yielded once, last, as a sentence for the user. The
// program has ended when the loop has. It can be a [camera.Camera]'s Frames.
func (p Program) Frames(ctx context.Context, want camera.Want) iter.Seq2[camera.Picture, error] {
	return func(yield func(camera.Picture, error) bool) {
		if err := p.run(ctx, want, yield); err != nil && ctx.Err() == nil {
			yield(camera.Picture{}, err)
		}
	}
}

// run returns the failure, or nil if the loop was left or ctx ended.
func (p Program) run(ctx context.Context, want camera.Want, yield func(camera.Picture, error) bool) error {
	period := time.Duration(float64(time.Second) / cmp.Or(want.FPS, stillFPS))
	for ctx.Err() == nil {
		began := time.Now()
		if err := p.runOnce(ctx, want, yield); err != errAgain {
			return err
		}
		select {
		case <-time.After(time.Until(began.Add(period))):
		case <-ctx.Done():
		}
	}
	return nil
}

// runOnce returns errAgain besides what run returns.
func (p Program) runOnce(ctx context.Context, want camera.Want, yield func(camera.Picture, error) bool) error {
	c, err := p.start(want)
	if err != nil {
		return err
	}
	defer c.stop()
	if c.deliver(ctx, want, yield) {
		return nil
	}
	return c.why(ctx)
}

// Name returns the program's name without its directory.
func (p Program) Name() string { return filepath.Base(p.Words[0]) }

// Find returns the program's path.
func (p Program) Find() (string, error) {
	path, err := exec.LookPath(p.Words[0])
	switch {
	case errors.Is(err, exec.ErrNotFound) || errors.Is(err, os.ErrNotExist):
		return "", fmt.Errorf("there is no program %s: install it, or write its whole path: %w", p.Words[0], err)
	case err != nil:
		return "", fmt.Errorf("cannot run %s: make it a program that you may execute: %w", p.Words[0], err)
	}
	return path, nil
}
