package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"fanlight/streaming/reach/reachtest"

	"github.com/godbus/dbus/v5"
)

// activated is how the tests' bus starts the program, with flags that only tests need.
const activated = " --no-discovery --camera emulated --listen 127.0.0.1:"

// data makes a folder with the package's D-Bus service, for the program that is tested.
func (s *seat) data(t *testing.T) string {
	t.Helper()
	service, err := os.ReadFile("../assets/package/" + appID + ".service")
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s.port = reachtest.Port(t)
	run := regexp.MustCompile(`(?m)^Exec=/usr/bin/fanlight(.*)$`).
		ReplaceAllString(string(service), fmt.Sprintf("Exec=%s$1%s%d", program, activated, s.port))
	data := t.TempDir()
	services := filepath.Join(data, "dbus-1", "services")
	if err := os.MkdirAll(services, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(services, appID+".service"), []byte(run), 0o600); err != nil {
		t.Fatal(err)
	}
	return data
}

// desktopEntry is the package's.
func desktopEntry(t *testing.T) string {
	t.Helper()
	entry, err := os.ReadFile("../assets/package/" + appID + ".desktop")
	if err != nil {
		t.Fatal(err)
	}
	return string(entry)
}

// TestDesktopStartsTheProgramByTheBus does what a desktop does with the package's entry:
// each action has its name, and the program is started for it if it does not run.
func TestDesktopStartsTheProgramByTheBus(t *testing.T) {
	s := newSeat(t)
	entry := desktopEntry(t)
	if !strings.Contains(entry, "\nDBusActivatable=true\n") {
		t.Error("the entry says nothing of the bus")
	}
	actions := regexp.MustCompile(`(?m)^\[Desktop Action (.*)\]$`).FindAllStringSubmatch(entry, -1)
	var names []string
	for _, action := range actions {
		names = append(names, action[1])
	}
	if !slices.Equal(names, []string{"share", "stop-sharing"}) {
		t.Fatalf("the entry has the actions %q", names)
	}
	application := s.bus.Object(appID, "/io/github/fanlight/Fanlight")
	call := func(method string, args ...any) {
		t.Helper()
		if err := application.Call("org.freedesktop.Application."+method, 0, args...).Err; err != nil {
			t.Fatalf("%s: %v", method, err)
		}
	}
	platform := map[string]dbus.Variant{}
	call("Activate", platform)
	s.waitForWindows(t, 1)
	var pid uint32
	if err := s.bus.BusObject().Call("org.freedesktop.DBus.GetConnectionUnixProcessID", 0, appID).Store(&pid); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(int(pid), syscall.SIGTERM)
		waitFor(t, "the program's end", func() bool { return ended(int(pid)) })
	})
	link := fmt.Sprintf("http://127.0.0.1:%d/", s.port)
	shares := func() bool {
		_, err := statusAt(link)
		return err == nil
	}
	if shares() {
		t.Error("shares before it is told to")
	}
	call("ActivateAction", names[0], []dbus.Variant{}, platform)
	waitFor(t, "sharing to begin", shares)
	call("ActivateAction", names[1], []dbus.Variant{}, platform)
	waitFor(t, "sharing to end", func() bool { return !shares() })
	if s.windows() != 1 {
		t.Errorf("%d windows", s.windows())
	}
}

// A bus without a display starts nothing that shares.
func TestInTheBackgroundWithoutADisplayNothingIsShared(t *testing.T) {
	t.Setenv("DISPLAY", "")
	t.Setenv("WAYLAND_DISPLAY", "")
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	var stdout, stderr strings.Builder
	code := run(t.Context(), []string{"--background", "--camera", "emulated", "--listen", "127.0.0.1:0"}, &stdout, &stderr, windowing{})
	if code != exitFailed || stdout.Len() > 0 || !strings.Contains(stderr.String(), "--background needs one for the window") {
		t.Errorf("ended with %d: %s%s", code, &stdout, &stderr)
	}
}

// ended reports whether a process has ended: it may wait to be reaped by the bus.
func ended(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || strings.Contains(string(stat), ") Z ")
}
