package main

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"

	"github.com/godbus/dbus/v5"
)

// seat is a screen with a window manager and a session bus, and the programs of one user.
type seat struct {
	display string
	env     []string
	bus     *dbus.Conn // the test's own
	port    int        // on which the bus starts the program
}

func newSeat(t *testing.T) *seat {
	t.Helper()
	s := &seat{display: screen(t)}
	s.env = environment(t, s.display)
	need(t, "openbox")
	need(t, "dbus-daemon")
	address := "unix:path=" + filepath.Join(t.TempDir(), "bus")
	daemon := processtest.Command(t, 5*patience, "dbus-daemon", "--session", "--nofork", "--print-address=1", "--address="+address)
	daemon.Env = append(s.env, "DBUS_SESSION_BUS_ADDRESS="+address, "XDG_DATA_HOME="+s.data(t))
	ready, err := daemon.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.env = append(s.env, "DBUS_SESSION_BUS_ADDRESS="+address)
	manager := processtest.Command(t, 5*patience, "openbox")
	manager.Env = s.env
	for _, program := range []*exec.Cmd{daemon, manager} {
		if err := program.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = program.Process.Signal(syscall.SIGTERM)
			_ = program.Wait()
		})
	}
	if _, err := bufio.NewReader(ready).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the window manager", func() bool { return s.xdotool("get_num_desktops") != "" })
	if s.bus, err = dbus.Connect(address); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.bus.Close() })
	return s
}

// first starts the program, and waits for its window.
func (s *seat) first(t *testing.T, args ...string) *desktop {
	t.Helper()
	d := startIn(t, s.display, s.env, append([]string{"--no-discovery", "--listen", "127.0.0.1:0"}, args...)...)
	s.waitForWindows(t, 1)
	return d
}

// again starts the program once more, which must end by itself.
func (s *seat) again(t *testing.T, args ...string) (said string) {
	t.Helper()
	second := processtest.Command(t, patience, "/proc/self/exe", args...)
	second.Env = s.env
	out, err := second.CombinedOutput()
	if err != nil {
		t.Fatalf("%q ended with %v: %s", args, err, out)
	}
	return string(out)
}

// xdotool returns what it says; failing is an answer too: there is no such window.
func (s *seat) xdotool(args ...string) string {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	command := exec.CommandContext(ctx, "xdotool", args...)
	command.Env = s.env
	out, _ := command.Output()
	return strings.TrimSpace(string(out))
}

// windows counts those in sight.
func (s *seat) windows() int {
	return len(strings.Fields(s.xdotool("search", "--onlyvisible", "--name", "^Fanlight$")))
}

func (s *seat) waitForWindows(t *testing.T, count int) {
	t.Helper()
	waitFor(t, "the windows in sight", func() bool { return s.windows() == count })
}

// close has the window manager close the window that has the focus, until something
// comes of it: a window that is busy drawing may lose a key.
func (s *seat) close(t *testing.T, what string, reached func() bool) {
	t.Helper()
	var pressed time.Time
	waitFor(t, what, func() bool {
		if reached() {
			return true
		}
		if time.Since(pressed) > time.Second {
			pressed = time.Now()
			s.xdotool("key", "alt+F4")
		}
		return false
	})
}

// waitFor waits for what comes soon on any machine.
func waitFor(t *testing.T, what string, reached func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !reached(); time.Sleep(30 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain for " + what)
		}
	}
}

func statusAt(link string) (s status, err error) {
	answer, err := client.Get(link + "api/status")
	if err != nil {
		return s, err
	}
	defer answer.Body.Close()
	return s, json.NewDecoder(answer.Body).Decode(&s)
}

func (d *desktop) hasEnded() bool {
	select {
	case <-d.ended:
		return true
	default:
		return false
	}
}

// endsClean waits for the end.
func (d *desktop) endsClean(t *testing.T) {
	t.Helper()
	waitFor(t, "the program's end", d.hasEnded)
	if d.err != nil {
		t.Errorf("ended with %v", d.err)
	}
}

func TestSecondStartHandsOver(t *testing.T) {
	s := newSeat(t)
	d := s.first(t, "--camera", folder(t))
	if said := s.again(t, "--share"); said != "Fanlight is running already: it shares, its window is in front.\n" {
		t.Errorf("says %q", said)
	}
	link := d.link(t)
	s.again(t, "--camera", "emulated")
	waitFor(t, "the other camera", func() bool {
		now, err := statusAt(link)
		return err == nil && now.Camera.ID == "emulated"
	})

	window := s.xdotool("search", "--onlyvisible", "--name", "^Fanlight$")
	waitFor(t, "the window to be minimised", func() bool { // it may have been on its way to the front
		s.xdotool("windowminimize", window)
		return s.xdotool("getactivewindow") != window
	})
	s.again(t)
	waitFor(t, "the window to be in front", func() bool { return s.xdotool("getactivewindow") == window })

	if said := s.again(t, "--stop-sharing"); said != "Fanlight is running already: it has stopped sharing.\n" {
		t.Errorf("says %q", said)
	}
	waitFor(t, "sharing to end", func() bool {
		_, err := statusAt(link)
		return err != nil
	})
	application := s.bus.Object(appID, "/io/github/fanlight/Fanlight")
	const action = "org.freedesktop.Application.ActivateAction"
	if err := application.Call(action, 0, "share", []dbus.Variant{}, map[string]dbus.Variant{}).Err; err != nil {
		t.Error(err)
	}
	d.link(t)

	other := startIn(t, s.display, s.env, "--no-discovery", "--listen", "127.0.0.2:0", "--share") // a program of its own
	s.waitForWindows(t, 2)
	if link := other.link(t); !strings.HasPrefix(link, "http://127.0.0.2:") {
		t.Errorf("shares at %s", link)
	}
	d.process.Process.Signal(syscall.SIGTERM)
	d.endsClean(t)
	if said := s.again(t, "--stop-sharing"); said != "Fanlight is not running, so it shares nothing.\n" {
		t.Errorf("says %q", said)
	}
}

func TestGoingOnInTheBackground(t *testing.T) {
	s := newSeat(t)
	d := s.first(t, "--camera", folder(t), "--share", "--idle", "100ms")
	link := d.link(t)
	waitFor(t, "the preview", func() bool {
		now, err := statusAt(link)
		return err == nil && now.State == "live"
	})
	// Closing it opens the question, whose focus is on going on.
	waitFor(t, "the window to be gone", func() bool {
		s.xdotool("key", "alt+F4", "sleep", "0.5", "key", "Return", "sleep", "0.5")
		return s.windows() == 0
	})
	waitFor(t, "the camera to be off", func() bool {
		now, err := statusAt(link)
		return err == nil && now.State == "off"
	})
	s.again(t)
	s.waitForWindows(t, 1)
	waitFor(t, "the preview", func() bool {
		now, err := statusAt(link)
		return err == nil && now.State == "live"
	})
	s.close(t, "the window to be gone without a question", func() bool { return s.windows() == 0 })
	if _, err := statusAt(link); err != nil {
		t.Fatalf("does not share in the background: %v", err)
	}
	s.again(t, "--stop-sharing") // nothing is left to run for
	d.endsClean(t)
}

func TestClosingEndsItWhereNothingIsShared(t *testing.T) {
	s := newSeat(t)
	d := s.first(t, "--camera", "emulated")
	s.close(t, "the end", d.hasEnded)
	d.endsClean(t)
}

func TestStartInTheBackground(t *testing.T) {
	s := newSeat(t)
	d := startIn(t, s.display, s.env, "--background", "--share", "--camera", "emulated", "--no-discovery", "--listen", "127.0.0.1:0")
	link := d.link(t)
	s.again(t, "--background") // as a session does that restores programs and starts them too
	if n := s.windows(); n != 0 {
		t.Errorf("%d windows in sight", n)
	}
	if now, err := statusAt(link); err != nil || now.State != "off" {
		t.Errorf("%+v, %v", now, err)
	}
	s.again(t)
	s.waitForWindows(t, 1)
	d.process.Process.Signal(syscall.SIGTERM)
	d.endsClean(t)

	unshared := startIn(t, s.display, s.env, "--background", "--camera", "emulated", "--no-discovery")
	s.waitForWindows(t, 1)
	unshared.process.Process.Signal(syscall.SIGTERM)
	unshared.endsClean(t)
}

// Fyne may wait for ever at its end, or panic: the program must leave in spite of it.
func TestLeaving(t *testing.T) {
	s := newSeat(t)
	for round := range 12 {
		d := startIn(t, s.display, s.env, "--share", "--camera", "emulated", "--no-discovery", "--listen", "127.0.0.1:0")
		link := d.link(t)
		if round%2 == 0 {
			time.Sleep(time.Duration(round) * 20 * time.Millisecond) // each at another point of its start
			d.process.Process.Signal(syscall.SIGTERM)
		} else {
			s.waitForWindows(t, 1)
			s.again(t, "--stop-sharing")
			s.close(t, "the end", d.hasEnded)
		}
		d.endsClean(t)
		if _, err := client.Get(link); err == nil {
			t.Errorf("round %d: still shares", round)
		}
	}
}

// Settings of the program are kept.
func TestProgramSettingsAreKept(t *testing.T) {
	p := windowless(t, options{})
	t.Setenv("XDG_CONFIG_HOME", filepath.Dir(filepath.Dir(p.settings.path)))
	p.SetAutostart(true)
	p.SetShareAtStart(true)
	p.SetNotify(false)
	p.SetOnClose(2)
	done := make(chan struct{})
	p.jobs.add(func() { close(done) })
	<-done
	now := p.state()
	if g := now.General; now.Problem != "" || !g.Autostart || !g.ShareAtStart || g.Notify || g.OnClose != 2 || !p.sharesAtStart() {
		t.Errorf("%+v, %q", g, now.Problem)
	}
	kept, err := readSettings(p.settings.path)
	if err != nil || !kept.ShareAtStart || !kept.Quiet || kept.OnClose != "quit" {
		t.Errorf("kept %+v, %v", kept, err)
	}
	if _, err := os.Stat(filepath.Join(os.Getenv("XDG_CONFIG_HOME"), "autostart", appID+".desktop")); err != nil {
		t.Error(err)
	}
}
