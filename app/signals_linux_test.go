package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"
)

// served is the program in a process of its own, serving.
type served struct {
	*exec.Cmd
	link  string
	ended chan error
}

// serve starts the program without a window. The command may run it through another one.
func serve(t *testing.T, command ...string) *served {
	t.Helper()
	if testing.Short() {
		t.Skip("runs processes: not in the short tests")
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command = append(command, program, "--headless", "--listen", "127.0.0.1:0", "--no-discovery")
	s := &served{Cmd: processtest.Command(t, 2*patience, command[0], command[1:]...), ended: make(chan error, 1)}
	s.Env = append(os.Environ(), asProgram+"=1", "CAMERA=emulated", "XDG_CONFIG_HOME="+t.TempDir())
	return s
}

func (s *served) start(t *testing.T) {
	t.Helper()
	out, err := s.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	waited := make(chan struct{})
	t.Cleanup(func() {
		_ = s.Process.Kill() // it may have ended
		<-waited
	})
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	go func() {
		defer close(waited)
		_, _ = io.Copy(io.Discard, lines)
		s.ended <- s.Wait()
	}()
	_, link, found := strings.Cut(strings.TrimSpace(line), " at ")
	if err != nil || !found {
		t.Fatalf("the first line is %q, %v", line, err)
	}
	s.link = link
}

func (s *served) answers(t *testing.T) {
	t.Helper()
	answer, err := client.Get(s.link + "healthz")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
}

// endsWith sends a signal, after which the program must end in order.
func (s *served) endsWith(t *testing.T, signal syscall.Signal) {
	t.Helper()
	if err := s.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-s.ended:
		if err != nil {
			t.Errorf("%v: ended with %v", signal, err)
		}
	case <-time.After(patience):
		t.Fatalf("does not end on %v", signal)
	}
}

func TestReaderOfTheLogMayGoAway(t *testing.T) {
	s := serve(t)
	reader, log, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	reader.Close()
	s.Stderr = log
	s.start(t) // it has logged by then
	log.Close()
	s.answers(t)
	s.endsWith(t, syscall.SIGTERM)
}

func TestClosedTerminalEndsItInOrder(t *testing.T) {
	// The program must not inherit that the signal is ignored, as it is below nohup.
	hangUps := make(chan os.Signal, 1)
	signal.Notify(hangUps, syscall.SIGHUP)
	defer signal.Stop(hangUps)
	s := serve(t)
	s.start(t)
	s.endsWith(t, syscall.SIGHUP)
}

func TestNohupKeepsItRunning(t *testing.T) {
	s := serve(t, "nohup")
	s.start(t)
	if err := s.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	for range 10 { // the signal is not answered: it must not end in this time
		s.answers(t)
		time.Sleep(20 * time.Millisecond)
	}
	s.endsWith(t, syscall.SIGTERM)
}

// In a container the program is process 1, to which the kernel gives all orphans.
func TestProcessOneLeavesNoZombies(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root: the test makes a namespace of processes")
	}
	s := serve(t)
	orphaned := filepath.Join(t.TempDir(), "orphaned")
	// The camera's program leaves an orphan that ends at once.
	s.Env = append(s.Env, fmt.Sprintf("CAMERA=command:sh -c 'sh -c \"sleep 0.1 & echo > %s\"; sleep 60'", orphaned))
	s.SysProcAttr.Cloneflags = syscall.CLONE_NEWPID
	s.start(t)
	go func() {
		if answer, err := client.Get(s.link + "snapshot.jpg"); err == nil { // turns the camera on, and gets no picture
			answer.Body.Close()
		}
	}()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(orphaned); err == nil {
			break
		} else if !errors.Is(err, os.ErrNotExist) || time.Now().After(deadline) {
			t.Fatalf("the camera's program did not run: %v", err)
		}
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		orphans := children(t, s.Process.Pid)
		if len(orphans) == 1 { // the program itself
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("process 1 has the children %q", orphans)
		}
	}
	s.endsWith(t, syscall.SIGTERM)
}

// children lists the children of a process: their names and their states, Z for a zombie.
func children(t *testing.T, parent int) (all []string) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, stat := range stats {
		content, err := os.ReadFile(stat)
		if err != nil {
			continue // it has ended meanwhile
		}
		var pid, ppid int
		var name, state string
		if _, err := fmt.Sscan(string(content), &pid, &name, &state, &ppid); err == nil && ppid == parent {
			all = append(all, name+" "+state)
		}
	}
	return all
}
