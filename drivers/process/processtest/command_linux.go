package processtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// patience is how long killed processes may take to end.
const patience = 30 * time.Second

// Command returns a program that is killed, with all that it has started, when the limit has
// passed and when the test ends, after the clean-ups that are registered later. Wait returns
// soon after its end, also if a program that it has started holds its output open.
func Command(t testing.TB, limit time.Duration, name string, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), limit)
	c := exec.CommandContext(ctx, name, args...)
	c.WaitDelay = 5 * time.Second
	EndWith(t, c)
	t.Cleanup(cancel)
	return c
}

// EndWith puts a command that is not started yet into a process group of its own, and kills
// the group with the test. The test's folders are removed afterwards, whenever they are made.
// A caller who needs more of SysProcAttr sets its fields.
func EndWith(t testing.TB, c *exec.Cmd) {
	t.Helper()
	t.TempDir() // the first one registers the removal of all, and clean-ups run in reverse
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if c.Cancel != nil { // made by CommandContext
		c.Cancel = func() error { return kill(c.Process.Pid) }
	}
	t.Cleanup(func() {
		if c.Process == nil {
			return
		}
		group := c.Process.Pid
		if err := kill(group); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Errorf("ending %s: %v", c.Path, err)
		}
		for deadline := time.Now().Add(patience); running(group); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Errorf("%s, or what it has started, does not end", c.Path)
				return
			}
		}
	})
}

// kill kills a process group.
func kill(group int) error {
	err := syscall.Kill(-group, syscall.SIGKILL)
	if errors.Is(err, syscall.ESRCH) {
		return os.ErrProcessDone
	}
	return err
}

// running reports whether a process of the group runs. A zombie, which waits for its parent,
// writes to no file.
func running(group int) bool {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended meanwhile
		}
		var state string
		var parent, its int
		after := stat[bytes.LastIndexByte(stat, ')')+1:] // its name, which may have anything in it
		if n, _ := fmt.Sscan(string(after), &state, &parent, &its); n == 3 && its == group && state != "Z" && state != "X" {
			return true
		}
	}
	return false
}
