package visible

import (
	"context"
	"strings"

	"github.com/godbus/dbus/v5"
)

// followLock reports the lock screen until ctx ends. GNOME, KDE, MATE, Cinnamon and Xfce
// each signal it as ActiveChanged of an interface of their own, named ….ScreenSaver.
// A screen that is locked already is not noticed.
func followLock(ctx context.Context, tell report) {
	bus, err := sessionBus(ctx)
	if err != nil {
		return // a session without a bus has none of these lock screens
	}
	defer bus.Close()
	signals := make(chan *dbus.Signal, 8)
	bus.Signal(signals)
	if bus.AddMatchSignalContext(ctx, dbus.WithMatchMember("ActiveChanged")) != nil {
		return
	}
	for {
		select {
		case signal, ok := <-signals:
			if !ok { // the bus has gone
				tell(func(f *facts) { f.locked = false })
				return
			}
			if active, ok := lockSignal(signal); ok {
				tell(func(f *facts) { f.locked = active })
			}
		case <-ctx.Done():
			return
		}
	}
}

// sessionBus connects to the user's session bus, and starts none.
func sessionBus(ctx context.Context) (*dbus.Conn, error) {
	bus, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	if err = bus.Auth(nil); err == nil {
		err = bus.Hello()
	}
	if err != nil {
		bus.Close()
		return nil, err
	}
	return bus, nil
}

// lockSignal reads whether the lock screen is shown from a signal that tells it.
func lockSignal(s *dbus.Signal) (active, ok bool) {
	if !strings.HasSuffix(s.Name, ".ScreenSaver.ActiveChanged") || len(s.Body) != 1 {
		return false, false
	}
	active, ok = s.Body[0].(bool)
	return active, ok
}
