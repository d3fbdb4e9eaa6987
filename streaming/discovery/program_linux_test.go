package discovery

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	// patience is how long a test waits for what should happen within a second.
	patience = 30 * time.Second
	// replyTime is how long one question may take; waitFor asks again.
	replyTime = 10 * time.Second
	// ending is how long a program may take to end once its standard input is closed. It waits for its own
	// goroutines with patience.
	ending = 2 * patience
)

// group makes a command that is killed with all that it has started when ctx ends. Wait returns within a second of
// the command's own end, also if a process that got away holds its output open.
func group(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	return cmd
}

// text grows while a program writes it.
type text struct {
	mu    sync.Mutex
	soFar strings.Builder
}

func (t *text) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.soFar.Write(p)
}

func (t *text) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.soFar.String()
}

// output runs a command for at most limit and returns what it wrote.
func output(limit time.Duration, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	out, err := group(ctx, args...).CombinedOutput()
	if ctx.Err() != nil {
		err = fmt.Errorf("waited %v for %s: %w", limit, args[0], ctx.Err())
	}
	return string(out), err
}

// process is a program that a test talks with over its standard input and output.
type process struct {
	cmd     *exec.Cmd
	stdin   io.WriteCloser
	stdout  io.Reader
	stderr  text
	reading sync.WaitGroup // goroutines that read stdout
	kill    context.CancelFunc
}

// startProcess runs a program that ends when its standard input is closed: by end, or by the kernel when the test dies.
func startProcess(t *testing.T, program func(context.Context) *exec.Cmd) *process {
	t.Helper()
	ctx, kill := context.WithCancel(context.Background())
	p := &process{cmd: program(ctx), kill: kill}
	p.cmd.Stderr = &p.stderr
	var err error
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if p.stdout, err = p.cmd.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.end(); kill() })
	return p
}

// within calls f, which waits for the program, and kills the program after limit, so that f returns.
func (p *process) within(limit time.Duration, what string, f func() error) error {
	late := time.AfterFunc(limit, p.kill)
	err := f()
	if !late.Stop() {
		return fmt.Errorf("waited %v for %s: %w", limit, what, err)
	}
	return err
}

// end closes standard input and waits for the program's end.
func (p *process) end() error {
	p.stdin.Close()
	return p.within(ending, "the program to end", p.wait)
}

func (p *process) wait() error {
	p.reading.Wait()
	return p.cmd.Wait()
}

// asRole is this test binary on the machine, as another program; see TestMain.
func (m *machine) asRole(t *testing.T, role string, env ...string) func(context.Context) *exec.Cmd {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return func(ctx context.Context) *exec.Cmd {
		cmd := m.command(ctx, binary)
		cmd.Env = append(append(os.Environ(), roleVariable+"="+role), env...)
		return cmd
	}
}

// A process that outlives the command keeps the command's output open: nothing waits for it.
func TestOutputDoesNotWaitForGrandchildren(t *testing.T) {
	if testing.Short() {
		t.Skip("waits for seconds: not in the short tests")
	}
	for _, c := range []struct {
		name, script string
		err          error
		lives        bool // the process that got away is not killed
	}{
		{"command hangs", `sleep 1000 & echo $! >pid; wait`, context.DeadlineExceeded, false},
		{"command is gone", `sleep 1000 & echo $! >pid`, exec.ErrWaitDelay, true},
		{"out of the group", `setsid sh -c 'echo $$ >pid; exec sleep 1000' & wait`, context.DeadlineExceeded, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			done := make(chan error, 1)
			go func() {
				out, err := output(2*time.Second, "sh", "-c", "cd "+dir+"; echo said; "+c.script)
				if out != "said\n" {
					t.Errorf("output is %q", out)
				}
				done <- err
			}()
			select {
			case err := <-done:
				if !errors.Is(err, c.err) {
					t.Errorf("%v, want %v", err, c.err)
				}
			case <-time.After(patience):
				t.Error("waits for a grandchild")
			}
			pid := readPID(t, filepath.Join(dir, "pid"))
			if c.lives {
				if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
					t.Errorf("the grandchild did not outlive the command: %v", err)
				}
			}
			waitFor(t, "end of the grandchild", func() error {
				if runs(pid) {
					return errors.New("it runs")
				}
				return nil
			})
		})
	}
}

func readPID(t *testing.T, path string) (pid int) {
	t.Helper()
	waitFor(t, "number of a process", func() error {
		text, err := os.ReadFile(path)
		if err == nil {
			pid, err = strconv.Atoi(strings.TrimSpace(string(text)))
		}
		return err
	})
	return pid
}

// runs tells whether a process runs; one that waits to be reaped does not.
func runs(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.Contains(string(stat), ") Z ")
}
