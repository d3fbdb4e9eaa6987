package main

import (
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

// watcher is the desktop's end of the tray: it takes icons, and shows none.
type watcher struct{ came chan string }

// RegisterStatusNotifierItem is called by programs that put an icon into the tray.
func (w watcher) RegisterStatusNotifierItem(sender dbus.Sender, _ string) *dbus.Error {
	w.came <- string(sender)
	return nil
}

// addTray gives the seat's desktop a tray.
func (s *seat) addTray(t *testing.T) watcher {
	t.Helper()
	const name, path = "org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher"
	w := watcher{came: make(chan string, 1)}
	if err := s.bus.Export(w, path, name); err != nil {
		t.Fatal(err)
	}
	if _, err := prop.Export(s.bus, path, prop.Map{name: {"IsStatusNotifierHostRegistered": {Value: true}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.bus.RequestName(name, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	return w
}

// trayMenu is the menu of a program's icon, as desktops see it.
type trayMenu struct{ dbus.BusObject }

// item returns the number of an entry.
func (m trayMenu) item(label string) (number int32, found bool) {
	var layout struct {
		ID       int32
		Props    map[string]dbus.Variant
		Children []dbus.Variant
	}
	var revision uint32
	if m.Call("com.canonical.dbusmenu.GetLayout", 0, int32(0), int32(-1), []string{}).Store(&revision, &layout) != nil {
		return 0, false
	}
	for _, child := range layout.Children {
		var entry struct {
			ID       int32
			Props    map[string]dbus.Variant
			Children []dbus.Variant
		}
		if dbus.Store([]any{child.Value()}, &entry) == nil && entry.Props["label"].Value() == label {
			return entry.ID, true
		}
	}
	return 0, false
}

func (m trayMenu) click(t *testing.T, label string) {
	t.Helper()
	waitFor(t, "the entry "+label, func() bool {
		number, found := m.item(label)
		return found && m.Call("com.canonical.dbusmenu.Event", 0, number, "clicked", dbus.MakeVariant(""), uint32(0)).Err == nil
	})
}

func (m trayMenu) shows(t *testing.T, label string) {
	t.Helper()
	waitFor(t, "the entry "+label, func() bool {
		_, found := m.item(label)
		return found
	})
}

func TestTrayCommandsTheProgram(t *testing.T) {
	s := newSeat(t)
	tray := s.addTray(t)
	// Fyne's tray reads the number of its menu's version while it counts it up, which is not
	// ours to mend.
	s.env = append(s.env, "GORACE=exitcode=0")
	d := s.first(t, "--camera", "emulated")
	var program string
	select {
	case program = <-tray.came:
	case <-time.After(patience):
		t.Fatal("no icon came")
	}
	menu := trayMenu{s.bus.Object(program, "/StatusNotifierItem/menu")}
	menu.shows(t, "Not sharing")
	menu.click(t, "Share on the network")
	link := d.link(t)
	menu.shows(t, "No viewers")
	join(t, link, "VLC/3.0.18 LibVLC/3.0.18")
	menu.shows(t, "1 viewer")

	// It stays in the tray without sharing too.
	waitFor(t, "the window to be gone", func() bool {
		s.xdotool("key", "alt+F4", "sleep", "0.5", "key", "Return", "sleep", "0.5")
		return s.windows() == 0
	})
	menu.click(t, "Share on the network")
	menu.shows(t, "Not sharing")
	menu.click(t, "Open Fanlight")
	s.waitForWindows(t, 1)
	menu.click(t, "Quit")
	d.endsClean(t)
}
