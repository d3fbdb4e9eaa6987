package visible

import (
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

func TestLockSignal(t *testing.T) {
	for name, test := range map[string]struct {
		signal     dbus.Signal
		active, ok bool
	}{
		"GNOME locks":       {dbus.Signal{Name: "org.gnome.ScreenSaver.ActiveChanged", Body: []any{true}}, true, true},
		"KDE unlocks":       {dbus.Signal{Name: "org.freedesktop.ScreenSaver.ActiveChanged", Body: []any{false}}, false, true},
		"of something else": {dbus.Signal{Name: "org.example.Player.ActiveChanged", Body: []any{true}}, false, false},
		"no value":          {dbus.Signal{Name: "org.gnome.ScreenSaver.ActiveChanged"}, false, false},
		"another type":      {dbus.Signal{Name: "org.gnome.ScreenSaver.ActiveChanged", Body: []any{"yes"}}, false, false},
	} {
		if active, ok := lockSignal(&test.signal); active != test.active || ok != test.ok {
			t.Errorf("%s: %v, %v", name, active, ok)
		}
	}
}

func TestLockScreenHidesTheWindow(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", serve(t, "dbus-daemon", "--session", "--nofork", "--print-address=3"))
	desktop, err := sessionBus(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer desktop.Close()
	w := watch(t, 0)
	w.want(t, "at first", true)
	lock := func(active bool) {
		if err := desktop.Emit("/org/gnome/ScreenSaver", "org.gnome.ScreenSaver.ActiveChanged", active); err != nil {
			t.Fatal(err)
		}
	}
	for len(w) == 0 { // until the bus knows who wants the signal
		lock(true)
		time.Sleep(10 * time.Millisecond)
	}
	w.want(t, "locked", false)
	lock(false)
	w.want(t, "unlocked", true)
}
