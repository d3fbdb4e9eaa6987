package session

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// portalPatience is for the desktop to open a dialog, whose program may have to start.
const portalPatience = 10 * time.Second

// busPatience is for the session bus to answer.
const busPatience = 2 * time.Second

// bus connects to the session bus, if there is one: none is started.
func bus(ctx context.Context) (*dbus.Conn, error) {
	conn, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	if err := conn.Auth(nil); err != nil {
		conn.Close()
		return nil, err
	}
	if err := conn.Hello(); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// HasBus reports whether there is a session bus.
func HasBus(ctx context.Context) bool {
	conn, err := bus(ctx)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// HasTray reports whether the desktop shows the icons of programs that run in the
// background.
func HasTray(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, busPatience)
	defer cancel()
	conn, err := bus(ctx)
	if err != nil {
		return false
	}
	defer conn.Close()
	const watcher = "org.kde.StatusNotifierWatcher"
	var shown dbus.Variant
	err = conn.Object(watcher, "/StatusNotifierWatcher").
		CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", dbus.FlagNoAutoStart, watcher, "IsStatusNotifierHostRegistered").
		Store(&shown)
	registered, ok := shown.Value().(bool)
	return err == nil && ok && registered
}

// OnBus has the desktop start and command the program over the session bus under its ID,
// until ctx ends, as the Desktop Entry Specification says (D-Bus activation). Calls are
// passed on as requests. Where there is no bus, or another display's Fanlight has the
// name, it returns at once.
func OnBus(ctx context.Context, id string, do func(Request) Reply) error {
	conn, err := bus(ctx)
	if err != nil {
		return nil
	}
	defer conn.Close()
	path := dbus.ObjectPath("/" + strings.ReplaceAll(id, ".", "/"))
	if err := conn.Export(application{do}, path, "org.freedesktop.Application"); err != nil {
		return fmt.Errorf("the desktop cannot command the program: %w", err)
	}
	got, err := conn.RequestName(id, dbus.NameFlagDoNotQueue)
	if err != nil {
		return fmt.Errorf("the desktop cannot command the program: %w", err)
	}
	if got == dbus.RequestNameReplyPrimaryOwner {
		<-ctx.Done()
	}
	return nil
}

// application is the object on the bus; its methods are the specification's.
type application struct{ do func(Request) Reply }

// platform is what the desktop tells with a call, such as which launcher was clicked.
type platform = map[string]dbus.Variant

// Activate opens the window.
func (a application) Activate(platform) *dbus.Error { return a.ask(Request{}) }

// Open shows the first of the addresses.
func (a application) Open(addresses []string, _ platform) *dbus.Error {
	if len(addresses) == 0 {
		return a.ask(Request{})
	}
	scheme, _, _ := strings.Cut(addresses[0], ":")
	switch scheme {
	case "http", "https", "rtsp": // nobody is to run a command by it
		return a.ask(Request{Camera: addresses[0]})
	default:
		return dbus.NewError("org.freedesktop.DBus.Error.InvalidArgs", []any{"Fanlight opens http:, https: and rtsp: addresses"})
	}
}

// ActivateAction is called for the actions of the desktop entry.
func (a application) ActivateAction(name string, _ []dbus.Variant, _ platform) *dbus.Error {
	switch name {
	case "share":
		return a.ask(Request{Share: true})
	case "stop-sharing":
		return a.ask(Request{StopSharing: true})
	default:
		return dbus.NewError("org.freedesktop.DBus.Error.InvalidArgs", []any{"there is no action " + name})
	}
}

func (a application) ask(r Request) *dbus.Error {
	if reply := a.do(r); reply.Refused != "" {
		return dbus.NewError("org.freedesktop.DBus.Error.Failed", []any{reply.Refused})
	}
	return nil
}
