package drivers

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"fanlight/drivers/jpegs"
	"fanlight/drivers/newest"
)

// program is a child process that writes JPEG pictures to its standard output,
// one behind the other; it is what the drivers command, pi and opencv have in
// common. How to use it:
//
//	p := program{words: []string{"ffmpeg", "-i", "x", "-f", "mjpeg", "-"}, advice: "check the command"}
//	err := p.frames(ctx, want, yield)
//
// frames starts the program, yields its pictures until the loop is left, ctx ends
// or the program fails, and returns only once the program is gone, with its
// failure as a sentence for the user; nil where the loop was left or ctx ended.
// It yields no error itself.
type program struct {
	// words are the program, looked up in PATH unless it has a slash, and its
	// arguments. No shell sees them.
	words []string
	// env is added to this process's own environment: "NAME=value".
	env []string
	// advice ends the sentence of a failure: what to do about it.
	advice string
	// warmUp is how long pictures are thrown away, from the first one on.
	warmUp time.Duration
	// header, unless nil, reads the first line of standard output, which stands
	// before the pictures and ends with a newline that it does not get. The mode
	// goes to [Want.Granted] before the first picture; an error is the failure. It
	// is called from another goroutine than frames, before the first yield.
	header func(line []byte) (Mode, error)
	// explain, unless nil, may know what the program's last lines on standard error
	// mean: the failure as a sentence. nil leaves it to the usual one.
	explain func(lines []string) error
}

const (
	// After SIGTERM a program and its children have this long to end by themselves,
	// then they are killed.
	killGrace = 500 * time.Millisecond
	// A program that has closed its output has this long to end, so that its exit
	// status is known.
	exitGrace = 3 * time.Second
	// pipeGrace is how long pipes are read on after the program's end, which a
	// child of it may hold open.
	pipeGrace = 200 * time.Millisecond
	// maxProgramPicture bounds a picture: 64 megapixels at a high quality fit.
	maxProgramPicture = 32 << 20
	// maxHeader bounds the header line.
	maxHeader = 4 << 10
)

// frames is explained at [program].
func (p program) frames(ctx context.Context, want Want, yield func(Picture, error) bool) error {
	if ctx.Err() != nil {
		return nil
	}
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

// name is what people call the program.
func (p program) name() string { return filepath.Base(p.words[0]) }

// find returns the program's path.
func (p program) find() (string, error) {
	path, err := exec.LookPath(p.words[0])
	switch {
	case errors.Is(err, exec.ErrNotFound) || errors.Is(err, os.ErrNotExist):
		return "", fmt.Errorf("there is no program %s: install it, or write its whole path: %w", p.words[0], err)
	case err != nil:
		return "", fmt.Errorf("cannot run %s: make it a program that you may execute: %w", p.words[0], err)
	}
	return path, nil
}

// child is a program that runs.
type child struct {
	program
	cmd    *exec.Cmd
	exited chan struct{} // closed once the process is gone and waited for
	stdout *os.File
	stderr *lastLines
	box    *newest.Box

	read chan struct{} // closed once standard output is read to its end
	// These are the reading goroutine's until read is closed; mode also may be
	// read once there is a picture.
	mode     Mode
	bytes    int64
	pictures int
	fault    error // why it stopped reading; nil at the end of the output
}

// start starts the program and reads what it writes. The caller stops it.
func (p program) start(want Want) (*child, error) {
	path, err := p.find()
	if err != nil {
		return nil, err
	}
	stdout, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("making a pipe for %s (close other programs): %w", p.name(), err)
	}
	c := &child{
		program: p,
		cmd:     exec.Command(path, p.words[1:]...),
		exited:  make(chan struct{}),
		stdout:  stdout,
		stderr:  &lastLines{},
		box:     newest.NewBox(),
		read:    make(chan struct{}),
	}
	if want.Log != nil {
		c.stderr.log = want.Log.With("program", p.name())
	}
	c.cmd.Env = append(os.Environ(), p.env...)
	c.cmd.Stdout, c.cmd.Stderr = w, c.stderr
	c.cmd.WaitDelay = pipeGrace
	setApart(c.cmd)

	started := make(chan error)
	go c.run(started)
	err = <-started
	w.Close()
	if err != nil {
		stdout.Close()
		<-c.exited
		return nil, fmt.Errorf("cannot run %s: make it a program that you may execute: %w", p.words[0], err)
	}
	go c.receive()
	return c, nil
}

// run starts the process and waits for its end, on one thread: Linux takes the
// end of the thread that started a child for the end of its parent.
func (c *child) run(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(c.exited)
	err := c.cmd.Start()
	started <- err
	if err == nil {
		_ = c.cmd.Wait() // its error is what ProcessState says, or that a pipe stayed open
	}
}

// receive reads the pictures all the time, however slow the consumer is, so that
// the program never waits and its pictures are never old.
func (c *child) receive() {
	defer close(c.read)
	output, err := c.pastHeader()
	if err != nil {
		c.fault = err
		return
	}
	var warm time.Time
	for picture, err := range jpegs.Split(output, maxProgramPicture) {
		switch {
		case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, os.ErrClosed):
			return // ended in the middle of a picture, or after the program's own end
		case err != nil:
			c.fault = err
			return
		}
		now := time.Now()
		if c.pictures++; c.pictures == 1 {
			warm = now.Add(c.warmUp)
		}
		if !now.Before(warm) {
			c.box.Put(Picture{JPEG: picture, Taken: now})
		}
	}
}

// pastHeader returns what follows the header line.
func (c *child) pastHeader() (io.Reader, error) {
	if c.header == nil {
		return (*countedOutput)(c), nil
	}
	output := bufio.NewReaderSize((*countedOutput)(c), maxHeader)
	line, err := output.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, errors.New("it writes no header line")
	case err != nil: // it ended; what it said on standard error tells why
		return output, nil
	}
	c.mode, err = c.header(line[:len(line)-1])
	return output, err
}

// countedOutput is the child's standard output, its bytes counted.
type countedOutput child

func (c *countedOutput) Read(p []byte) (int, error) {
	n, err := c.stdout.Read(p)
	c.bytes += int64(n)
	return n, err
}

// deliver yields the newest picture, over and over, until the loop is left or ctx
// ends, or until the output ends: then it returns false.
func (c *child) deliver(ctx context.Context, want Want, yield func(Picture, error) bool) (left bool) {
	exited, granted := c.exited, c.header == nil || want.Granted == nil
	for ended := false; !ended; {
		select {
		case <-c.box.Ready:
		case <-c.read:
			ended = true // there may be a last picture
		case <-exited:
			exited = nil
			_ = c.stdout.SetReadDeadline(time.Now().Add(pipeGrace)) // where there are none, the output's end is waited for
			continue
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			return true
		}
		picture, ok := c.box.Take()
		if !ok {
			continue
		}
		if !granted {
			granted = true
			want.Granted(c.mode)
		}
		if !yield(picture, nil) {
			return true
		}
	}
	return false
}

// why says why the output ended, or nothing once ctx has.
func (c *child) why(ctx context.Context) error {
	if c.fault != nil {
		return fmt.Errorf("%s: %w: %s", c.name(), c.fault, c.advice)
	}
	select {
	case <-c.exited:
	case <-ctx.Done():
		return nil
	case <-time.After(exitGrace):
		return fmt.Errorf("%s has closed its output after %s: %s", c.name(), c.amount(), c.advice)
	}
	lines := c.stderr.all()
	if c.explain != nil {
		if err := c.explain(lines); err != nil {
			return err
		}
	}
	switch {
	case !c.cmd.ProcessState.Success() && len(lines) > 0:
		return fmt.Errorf("%s ended (%s): %s: %s", c.name(), c.cmd.ProcessState, lines[len(lines)-1], c.advice)
	case !c.cmd.ProcessState.Success():
		return fmt.Errorf("%s ended (%s) and said nothing: %s", c.name(), c.cmd.ProcessState, c.advice)
	case c.pictures > 0:
		return fmt.Errorf("%s has ended by itself after %s; it is started again", c.name(), c.amount())
	default:
		return fmt.Errorf("%s ended after %s; it must write JPEG pictures to its standard output: %s", c.name(), c.amount(), c.advice)
	}
}

// amount is how much the child has written.
func (c *child) amount() string {
	switch {
	case c.pictures == 1:
		return "1 picture"
	case c.pictures > 0:
		return fmt.Sprintf("%d pictures", c.pictures)
	case c.bytes > 0:
		return fmt.Sprintf("%d bytes without a JPEG picture in them", c.bytes)
	default:
		return "writing nothing"
	}
}

// stop ends the program with its children, and waits for them: well within a
// second, as a camera's loop has to end.
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
	<-c.read
}

func (c *child) gone() bool {
	select {
	case <-c.exited:
		return !alive(c.cmd)
	default:
		return false
	}
}
