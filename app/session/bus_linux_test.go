package session

import (
	"bufio"
	"context"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

const id = "io.github.fanlight.Fanlight"

// startBus starts a session bus of the test's own.
func startBus(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs a session bus: not in the short tests")
	}
	address := "unix:path=" + filepath.Join(t.TempDir(), "bus")
	daemon := processtest.Command(t, 5*time.Minute, "dbus-daemon", "--session", "--nofork", "--print-address=1", "--address="+address)
	out, err := daemon.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := daemon.Start(); err != nil {
		t.Fatalf("%v; `make test` installs it", err)
	}
	t.Cleanup(func() {
		_ = daemon.Process.Signal(syscall.SIGTERM)
		_ = daemon.Wait()
	})
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
}

// onBus is on the bus until the test ends, and passes on what is asked for.
func onBus(t *testing.T) (asked chan Request) {
	t.Helper()
	asked = make(chan Request, 1)
	ctx, cancel := context.WithCancel(t.Context())
	var serving sync.WaitGroup
	serving.Go(func() {
		err := OnBus(ctx, id, func(r Request) Reply {
			asked <- r
			if r.Camera == "http://refused/" {
				return Reply{Refused: "not this one"}
			}
			return Reply{Done: "done"}
		})
		if err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		cancel()
		serving.Wait()
	})
	return asked
}

func connect(t *testing.T) *dbus.Conn {
	t.Helper()
	conn, err := bus(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// until waits for what comes soon on any machine.
func until(t *testing.T, what string, reached func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !reached(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain for " + what)
		}
	}
}

func hasOwner(t *testing.T, conn *dbus.Conn, name string) bool {
	t.Helper()
	var has bool
	if err := conn.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, name).Store(&has); err != nil {
		t.Fatal(err)
	}
	return has
}

func TestDesktopCommandsTheProgram(t *testing.T) {
	startBus(t)
	asked, conn := onBus(t), connect(t)
	until(t, "the name", func() bool { return hasOwner(t, conn, id) })
	object := conn.Object(id, "/io/github/fanlight/Fanlight")
	platform := map[string]dbus.Variant{"desktop-startup-id": dbus.MakeVariant("x")}
	for name, c := range map[string]struct {
		method  string
		args    []any
		want    Request
		refused string
	}{
		"activate":       {"Activate", []any{platform}, Request{}, ""},
		"open":           {"Open", []any{[]string{"http://lamp.local:8080/", "http://b/"}, platform}, Request{Camera: "http://lamp.local:8080/"}, ""},
		"open nothing":   {"Open", []any{[]string{}, platform}, Request{}, ""},
		"open refused":   {"Open", []any{[]string{"http://refused/"}, platform}, Request{Camera: "http://refused/"}, "not this one"},
		"share":          {"ActivateAction", []any{"share", []dbus.Variant{}, platform}, Request{Share: true}, ""},
		"stop":           {"ActivateAction", []any{"stop-sharing", []dbus.Variant{}, platform}, Request{StopSharing: true}, ""},
		"other action":   {"ActivateAction", []any{"explode", []dbus.Variant{}, platform}, Request{}, "there is no action explode"},
		"run a command":  {"Open", []any{[]string{"command:reboot"}, platform}, Request{}, "Fanlight opens http:"},
		"without scheme": {"Open", []any{[]string{"v4l2"}, platform}, Request{}, "Fanlight opens http:"},
	} {
		t.Run(name, func(t *testing.T) {
			err := object.Call("org.freedesktop.Application."+c.method, 0, c.args...).Err
			if (err != nil) != (c.refused != "") || err != nil && !strings.HasPrefix(err.Error(), c.refused) {
				t.Errorf("answers %v, want %q", err, c.refused)
			}
			select {
			case got := <-asked:
				if !reflect.DeepEqual(got, c.want) {
					t.Errorf("asked for %+v, want %+v", got, c.want)
				}
			default:
				if c.refused == "" {
					t.Error("nothing was asked for")
				}
			}
		})
	}
}

func TestNameOfAnotherDisplaysFanlightIsLeft(t *testing.T) {
	startBus(t)
	conn := connect(t)
	if got, err := conn.RequestName(id, dbus.NameFlagDoNotQueue); err != nil || got != dbus.RequestNameReplyPrimaryOwner {
		t.Fatal(got, err)
	}
	if err := OnBus(t.Context(), id, nil); err != nil { // it returns
		t.Error(err)
	}
}

func TestWithoutABus(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
	if err := OnBus(t.Context(), id, nil); err != nil { // it returns
		t.Error(err)
	}
	if HasBus(t.Context()) || HasTray(t.Context()) {
		t.Error("a bus or a tray is found")
	}
}

func TestTray(t *testing.T) {
	startBus(t)
	if HasTray(t.Context()) || !HasBus(t.Context()) {
		t.Error("a tray is found on a bus without one, or no bus")
	}
	const watcher = "org.kde.StatusNotifierWatcher"
	conn := connect(t)
	shown, err := prop.Export(conn, "/StatusNotifierWatcher", prop.Map{watcher: {"IsStatusNotifierHostRegistered": {Value: false, Emit: prop.EmitTrue}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.RequestName(watcher, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	if HasTray(t.Context()) {
		t.Error("a tray is found, though nobody shows it")
	}
	shown.SetMust(watcher, "IsStatusNotifierHostRegistered", true)
	if !HasTray(t.Context()) {
		t.Error("no tray is found")
	}
}
