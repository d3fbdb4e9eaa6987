package main

import (
	"bufio"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"

	"github.com/godbus/dbus/v5"
)

// fileManager is the desktop's, on a session bus of its own.
type fileManager struct {
	bus   string // its address
	shown chan string
}

// ShowItems is called over the bus.
func (m *fileManager) ShowItems(files []string, _ string) *dbus.Error {
	m.shown <- strings.Join(files, " ")
	return nil
}

// startFileManager starts the bus, and answers on it.
func startFileManager(t *testing.T) *fileManager {
	t.Helper()
	need(t, "dbus-daemon")
	daemon := processtest.Command(t, 5*patience, "dbus-daemon", "--session", "--nofork", "--print-address=1")
	stdout, err := daemon.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		daemon.Process.Signal(syscall.SIGTERM)
		daemon.Wait()
	})
	address, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address = strings.TrimSpace(address)
	bus, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { bus.Close() })
	m := &fileManager{bus: address, shown: make(chan string, 8)}
	if err := bus.Export(m, "/org/freedesktop/FileManager1", "org.freedesktop.FileManager1"); err != nil {
		t.Fatal(err)
	}
	if _, err := bus.RequestName("org.freedesktop.FileManager1", dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	return m
}

// insist does something again and again until it has come about: a window that is busy
// drawing may lose a key or a click.
func insist(t *testing.T, what string, do func(), done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		do()
		for again := time.Now().Add(5 * time.Second); time.Now().Before(again); time.Sleep(50 * time.Millisecond) {
			if done() {
				return
			}
		}
	}
	t.Fatalf("waited in vain: %s", what)
}

// TestWindowSavesPausesAndFillsTheScreen works the window by real keys and clicks.
func TestWindowSavesPausesAndFillsTheScreen(t *testing.T) {
	files := startFileManager(t)
	home := t.TempDir()
	t.Setenv("HOME", home)
	display := screen(t)
	env := append(environment(t, display), "DBUS_SESSION_BUS_ADDRESS="+files.bus)
	d := startIn(t, display, env, "--camera", folder(t), "--listen", "127.0.0.1:0", "--share")
	d.do(t, "search", "--sync", "--onlyvisible", "--name", "^Fanlight$")
	link := d.link(t)
	state := func() string {
		answer, err := client.Get(link + "api/status")
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		var s status
		if err := json.NewDecoder(answer.Body).Decode(&s); err != nil {
			t.Fatal(err)
		}
		return s.State
	}
	insist(t, "a live picture", func() {}, func() bool { return state() == "live" })

	var saved []string
	const snapshotButton, showButton = "348 577", "506 331" // once the link and the toast are drawn
	insist(t, "a snapshot by its button", func() { d.click(t, snapshotButton) }, func() bool {
		saved, _ = filepath.Glob(filepath.Join(home, "Pictures", "Fanlight", "*.jpg"))
		return len(saved) > 0
	})
	if picture, err := os.ReadFile(saved[0]); err != nil || !isOriginalWithExif(picture) {
		t.Errorf("%s is not as the camera delivered it, with Exif: %v", saved[0], err)
	}
	var shown string
	insist(t, "the file manager", func() { d.click(t, showButton) }, func() bool {
		select {
		case shown = <-files.shown:
			return true
		default:
			return false
		}
	})
	if want := (&url.URL{Scheme: "file", Path: saved[0]}).String(); shown != want {
		t.Errorf("the file manager is to show %q, want %q", shown, want)
	}

	insist(t, "a pause", func() { d.do(t, "key", "space") }, func() bool { return state() == "paused" })
	insist(t, "the end of the pause", func() { d.do(t, "key", "space") }, func() bool { return state() == "live" })

	small := d.size(t)
	insist(t, "full screen", func() { d.do(t, "key", "F11") }, func() bool { return d.size(t) == "1024x768" })
	insist(t, "the end of full screen", func() { d.do(t, "key", "Escape") }, func() bool { return d.size(t) == small })
}

func (d *desktop) click(t *testing.T, at string) {
	t.Helper()
	x, y, _ := strings.Cut(at, " ")
	d.do(t, "mousemove", x, y, "click", "1")
}

// size is that of the window, WIDTHxHEIGHT.
func (d *desktop) size(t *testing.T) string {
	t.Helper()
	command := processtest.Command(t, patience, "xdotool", "search", "--onlyvisible", "--name", "^Fanlight$", "getwindowgeometry")
	command.Env = append(os.Environ(), "DISPLAY="+d.display)
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %v", command, err)
	}
	_, size, _ := strings.Cut(string(out), "Geometry: ")
	size, _, _ = strings.Cut(size, "\n")
	return size
}
