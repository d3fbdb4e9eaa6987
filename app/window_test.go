package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"
)

// asProgram makes this test binary the program; see TestMain.
const asProgram = "FANLIGHT_TEST_AS_PROGRAM"

// screen is an X display of its own, without a window manager.
func screen(t *testing.T) (display string) {
	t.Helper()
	need(t, "Xvfb")
	need(t, "xdotool")
	number, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	server := processtest.Command(t, 5*patience, "Xvfb", "-displayfd", "3", "-screen", "0", "1024x768x24", "-nolisten", "tcp", "-noreset")
	server.ExtraFiles = []*os.File{write}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Signal(syscall.SIGTERM)
		late := time.AfterFunc(patience, func() { server.Process.Kill() })
		server.Wait()
		if !late.Stop() {
			t.Errorf("waited %v for Xvfb to end", patience)
		}
	})
	write.Close()
	number.SetReadDeadline(time.Now().Add(patience))
	line, err := bufio.NewReader(number).ReadString('\n')
	number.Close()
	if err != nil {
		t.Fatalf("Xvfb gave no display: %v", err)
	}
	return ":" + strings.TrimSpace(line)
}

// desktop is the program with its window on a screen.
type desktop struct {
	display string
	process *exec.Cmd
	links   chan string   // each link, as it is logged
	ended   chan struct{} // closed when it has ended, with err

	mu  sync.Mutex
	log strings.Builder
	err error
}

// environment is that of a desktop without a session bus.
func environment(t *testing.T, display string) []string {
	t.Helper()
	runtime, err := os.MkdirTemp("", "fl") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(runtime) })
	return append(os.Environ(), asProgram+"=1", "DISPLAY="+display, "WAYLAND_DISPLAY=", "LIBGL_ALWAYS_SOFTWARE=1", "LC_ALL=C",
		"XDG_CONFIG_HOME="+t.TempDir(), "XDG_RUNTIME_DIR="+runtime, "DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere")
}

func startDesktop(t *testing.T, args ...string) *desktop {
	t.Helper()
	display := screen(t)
	return startIn(t, display, environment(t, display), args...)
}

func startIn(t *testing.T, display string, env []string, args ...string) *desktop {
	t.Helper()
	d := &desktop{display: display, links: make(chan string, 8), ended: make(chan struct{})}
	ctx, kill := context.WithCancel(context.Background())
	d.process = exec.CommandContext(ctx, "/proc/self/exe", args...)
	d.process.WaitDelay = 5 * time.Second // whatever it has started holds standard error open no longer
	d.process.Env = env
	d.process.Stderr = &lines{said: d.note}
	d.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	d.process.Cancel = func() error { return syscall.Kill(-d.process.Process.Pid, syscall.SIGKILL) } // what it has started too
	if err := d.process.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		d.err = d.process.Wait()
		close(d.ended)
	}()
	t.Cleanup(func() {
		kill()
		<-d.ended
		if t.Failed() {
			d.mu.Lock()
			defer d.mu.Unlock()
			t.Log(d.log.String())
		}
	})
	return d
}

// note keeps a line of the program's log.
func (d *desktop) note(line string) {
	d.mu.Lock()
	fmt.Fprintln(&d.log, line)
	d.mu.Unlock()
	if _, link, ok := strings.Cut(line, "msg=sharing link="); ok {
		d.links <- link
	}
}

// lines is a writer that hands on whole lines. Waiting for a command that writes to it
// is bounded by its WaitDelay, whoever else holds the pipe.
type lines struct {
	said func(line string)
	rest string
}

func (l *lines) Write(p []byte) (int, error) {
	l.rest += string(p)
	for {
		line, rest, whole := strings.Cut(l.rest, "\n")
		if !whole {
			return len(p), nil
		}
		l.said(line)
		l.rest = rest
	}
}

// do sends the window keys or clicks, as xdotool's arguments.
func (d *desktop) do(t *testing.T, args ...string) {
	t.Helper()
	tool := processtest.Command(t, patience, "xdotool", args...)
	tool.Env = append(os.Environ(), "DISPLAY="+d.display)
	if out, err := tool.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v: %s", args, err, out)
	}
}

func (d *desktop) link(t *testing.T) string {
	t.Helper()
	select {
	case link := <-d.links:
		return link
	case <-time.After(patience):
		t.Fatal("sharing did not begin")
		return ""
	}
}

// flipByKey presses the space bar, on the switch that has the focus, until sharing
// begins: a window that is busy drawing may lose a key.
func (d *desktop) flipByKey(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		d.do(t, "key", "space")
		select {
		case <-d.links:
			return
		case <-time.After(5 * time.Second):
		}
	}
	t.Fatal("the space bar did not begin sharing")
}

func TestWindowShowsTheCameraAndSharesIt(t *testing.T) {
	d := startDesktop(t, "--camera", folder(t), "--listen", "127.0.0.1:0", "--share")
	d.do(t, "search", "--sync", "--onlyvisible", "--name", "^Fanlight$")
	link := d.link(t)
	var s status
	for deadline := time.Now().Add(patience); s.State != "live" || s.Pictures < 10; time.Sleep(50 * time.Millisecond) {
		answer, err := client.Get(link + "api/status")
		if err != nil {
			t.Fatal(err)
		}
		if err := json.NewDecoder(answer.Body).Decode(&s); err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if time.Now().After(deadline) {
			t.Fatalf("the preview does not turn the camera on: %+v", s)
		}
	}
	if s.Viewers != 0 {
		t.Errorf("the preview counts as a viewer: %+v", s)
	}

	// The switch stands at this place of the window once the link is drawn, which
	// may take a moment, and at another one once sharing has ended.
	var clicked time.Time
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		if time.Since(clicked) > 3*time.Second {
			clicked = time.Now()
			d.do(t, "mousemove", "56", "477", "click", "1")
		}
		answer, err := client.Get(link + "healthz")
		if err != nil {
			break
		}
		answer.Body.Close()
		if time.Now().After(deadline) {
			t.Fatal("the switch did not end sharing")
		}
	}
	d.flipByKey(t)

	d.process.Process.Signal(syscall.SIGTERM)
	select {
	case <-d.ended:
		if d.err != nil {
			t.Errorf("ended with %v", d.err)
		}
	case <-time.After(patience):
		t.Error("does not end on SIGTERM")
	}
}
