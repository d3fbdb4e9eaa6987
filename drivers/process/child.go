package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"runtime"
	"time"

	"fanlight/drivers/camera"
	"fanlight/drivers/caught"
	"fanlight/drivers/jpegs"
	"fanlight/drivers/newest"
	"fanlight/drivers/polled"
)

const (
	// killGrace is how long a program and its children have to end after SIGTERM
	// before they are killed.
	killGrace = 500 * time.Millisecond
	// exitGrace is how long a program that has closed its output has to end, so
	// that its exit status is known.
	exitGrace = 3 * time.Second
	// pipeGrace is how long pipes are read after the program's end: a child of it
	// may hold them open.
	pipeGrace = 200 * time.Millisecond
	// A consumer that takes longer than slow for a picture is read ahead of from then on.
	// The pipe holds what comes meanwhile.
	slow = 200 * time.Millisecond
	// A picture that comes sooner than soon after the consumer asked for it was waiting
	// in the pipe. After mostWaiting of them in a row the consumer counts as slow too.
	soon        = time.Millisecond
	mostWaiting = 10
	// maxPicture limits a picture, in bytes: 64 megapixels at a high quality fit.
	maxPicture = 32 << 20
)

// child is a running program.
type child struct {
	Program
	cmd    *exec.Cmd
	exited <-chan error // closed once the process is gone and waited for
	stdout *os.File
	stderr *lastLines

	// For the goroutine that reads only.
	output  io.Reader // standard output
	mode    camera.Mode
	bytes   int64
	judge   judge // of standard output, unless there is a header
	arrived int   // pictures
	fault   error // why it stopped reading; nil at the end of the output
}

// start starts the program. The caller calls stop.
func (p Program) start(want camera.Want) (*child, error) {
	path, err := p.Find()
	if err != nil {
		return nil, err
	}
	stdout, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("making a pipe for %s (close other programs): %w", p.Name(), err)
	}
	c := &child{
		Program: p,
		cmd:     exec.Command(path, p.Words[1:]...),
		stdout:  stdout,
		stderr:  &lastLines{},
		output:  polled.NewReader(stdout),
	}
	if want.Log != nil {
		c.stderr.log = want.Log.With("program", p.Name())
	}
	c.cmd.Env = append(os.Environ(), p.Env...)
	c.cmd.Stdout, c.cmd.Stderr = w, c.stderr
	c.cmd.WaitDelay = pipeGrace
	setApart(c.cmd)

	enlarge(stdout)

	started := make(chan struct{})
	c.exited = caught.Go(func() error { return c.run(started) })
	select {
	case <-started:
	case err = <-c.exited: // nil if it was too quick to be seen running
	}
	w.Close()
	if err != nil {
		stdout.Close()
		return nil, fmt.Errorf("cannot run %s: make it a program that you may execute: %w", p.Words[0], err)
	}
	return c, nil
}

// run starts the process, closes started, and waits for the process's end. It does so on
// one thread, because Linux sends a child's Pdeathsig at the end of the thread that
// started it. Its error is why the process did not start.
func (c *child) run(started chan<- struct{}) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := c.cmd.Start(); err != nil {
		return err
	}
	close(started)
	_ = c.cmd.Wait()                                        // its error is in ProcessState, or says that a pipe stayed open
	_ = c.stdout.SetReadDeadline(time.Now().Add(pipeGrace)) // without deadlines, reads go on to the output's end
	return nil
}

// pictures yields the program's pictures until its output ends, or until an error, which
// it stores in fault. A loop continues where the one before was left.
func (c *child) pictures(output io.Reader) iter.Seq2[camera.Picture, error] {
	var warm time.Time
	split := jpegs.Split(output, maxPicture)
	return func(yield func(camera.Picture, error) bool) {
		for picture, err := range split {
			switch {
			case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, os.ErrDeadlineExceeded):
				return // ended in the middle of a picture, or after the program's own end
			case err != nil:
				c.fault = err
				return
			}
			now := time.Now()
			if c.arrived++; c.arrived == 1 {
				warm = now.Add(c.WarmUp)
			}
			if now.Before(warm) {
				continue
			}
			picture.Taken = c.taken(picture.JPEG, now)
			if !yield(picture, nil) {
				return
			}
		}
	}
}

// taken returns when a picture that arrived now was taken. It ignores a time in the
// future, from before the clock was set.
func (c *child) taken(picture []byte, now time.Time) time.Time {
	if c.Taken == nil {
		return now
	}
	if taken := c.Taken(picture); !taken.IsZero() && taken.Before(now) {
		return taken
	}
	return now
}

// deliver yields pictures until the loop is left or ctx ends, or until the output ends:
// then it returns false. It yields a picture from the goroutine that has read it, which
// saves waking another one. Once the consumer has been slow, a goroutine of its own reads
// ahead for the rest of the program's life, so that the program does not block and its
// pictures are not old.
func (c *child) deliver(ctx context.Context, want camera.Want, yield func(camera.Picture, error) bool) (left bool) {
	defer c.interruptWith(ctx)()
	output, err := c.pastHeader()
	if err != nil {
		c.fault = err
		return false
	}
	granted := c.Header == nil || want.Granted == nil
	hand := func(picture camera.Picture) bool {
		if !granted {
			granted = true
			want.Granted(c.mode)
		}
		left = ctx.Err() != nil || !yield(picture, nil)
		return !left
	}
	pictures := c.pictures(output)
	if slow := handDirectly(pictures, hand); slow && !left {
		for picture, err := range newest.Of(pictures, c.interrupt) {
			if err != nil {
				c.fault = err
			} else if !hand(picture) {
				break
			}
		}
	}
	return left || ctx.Err() != nil
}

// handDirectly hands on pictures until hand returns false, or the consumer is slow:
// then it returns true. A consumer is slow that takes longer than slow for a picture, or
// cannot keep up with the program, so that pictures wait for it in the pipe.
func handDirectly(pictures iter.Seq2[camera.Picture, error], hand func(camera.Picture) bool) bool {
	waiting, asked := 0, time.Now()
	for picture := range pictures {
		began := time.Now()
		if waiting++; began.Sub(asked) >= soon {
			waiting = 0
		}
		if !hand(picture) {
			return false
		}
		asked = time.Now()
		if asked.Sub(began) > slow || waiting == mostWaiting {
			return true
		}
	}
	return false
}

// interruptWith calls interrupt when ctx ends. The caller calls stop, which waits for a
// running call.
func (c *child) interruptWith(ctx context.Context) (stop func()) {
	done := make(chan struct{})
	forget := context.AfterFunc(ctx, func() {
		defer close(done)
		c.interrupt()
	})
	return func() {
		if !forget() {
			<-done
		}
	}
}

// interrupt ends a running read of standard output, and makes later ones fail. Where the
// system has no deadlines for pipes it kills the program, which ends its output.
func (c *child) interrupt() {
	if c.stdout.SetReadDeadline(time.Unix(0, 1)) != nil {
		kill(c.cmd)
	}
}

// why returns why the output ended, as a sentence for the user; nil once ctx has ended.
func (c *child) why(ctx context.Context) error {
	if other := new(foreign); errors.As(c.fault, &other) {
		return fmt.Errorf("%s %w", c.Name(), other)
	} else if c.fault != nil {
		return fmt.Errorf("%s: %w: %s", c.Name(), c.fault, c.Advice)
	}
	select {
	case err := <-c.exited:
		if err != nil {
			return err
		}
	case <-ctx.Done():
		return nil
	case <-time.After(exitGrace):
		return fmt.Errorf("%s has closed its output after %s: %s", c.Name(), c.amount(), c.Advice)
	}
	lines, fault := c.stderr.all()
	if fault != nil {
		return fault
	}
	if c.Explain != nil {
		if err := c.Explain(lines); err != nil {
			return err
		}
	}
	switch {
	case !c.cmd.ProcessState.Success() && len(lines) > 0:
		return fmt.Errorf("%s ended (%s): %s: %s", c.Name(), c.cmd.ProcessState, lines[len(lines)-1], c.Advice)
	case c.arrived == 0 && c.judge.kind() != nil:
		return fmt.Errorf("%s %w", c.Name(), c.judge.kind())
	case !c.cmd.ProcessState.Success():
		return fmt.Errorf("%s ended (%s) and said nothing: %s", c.Name(), c.cmd.ProcessState, c.Advice)
	case c.arrived > 0 && c.Again:
		return errAgain
	case c.arrived > 0:
		return fmt.Errorf("%s has ended by itself after %s; it is started again", c.Name(), c.amount())
	default:
		return fmt.Errorf("%s ended after %s; it must write JPEG pictures to its standard output: %s", c.Name(), c.amount(), c.Advice)
	}
}

// amount returns in words how much the child has written.
func (c *child) amount() string {
	switch {
	case c.arrived == 1:
		return "1 picture"
	case c.arrived > 0:
		return fmt.Sprintf("%d pictures", c.arrived)
	case c.bytes > 0:
		return fmt.Sprintf("%d bytes without a JPEG picture in them", c.bytes)
	default:
		return "writing nothing"
	}
}

// stop ends the program with its children, and waits for them. It takes at most killGrace
// and a little, because a camera's loop must end within a second.
func (c *child) stop() {
	terminate(c.cmd)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(killGrace); !c.gone() && time.Now().Before(deadline); {
		<-tick.C
	}
	kill(c.cmd)
	<-c.exited
	c.stdout.Close()
}

func (c *child) gone() bool {
	select {
	case <-c.exited:
		return !alive(c.cmd)
	default:
		return false
	}
}
