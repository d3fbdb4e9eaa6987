package avahi

import (
	"context"
	"iter"
	"reflect"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	// running is the daemon's state once its host name is established
	// (AVAHI_SERVER_RUNNING), and failed one that it does not leave.
	running, failed = 2, 4
	// busPause is the time between two tries to connect to a bus that is not there.
	busPause = 10 * time.Second
	// lookEvery is how often the daemon is looked at if no signal comes: one that hangs sends
	// none.
	lookEvery = 10 * time.Second
)

// Daemon is avahi-daemon as it runs.
type Daemon struct {
	// Host is this machine's name as the daemon publishes it, "lamp.local".
	Host string

	// Rules are its configuration.
	Rules Rules

	owner string // on the bus: another one after each start
}

// Watch yields the daemon as it is now, or nil if none runs that could publish, and again
// each time that it has come, gone, started anew, hung or taken another host name, until
// ctx ends or the loop is left.
func Watch(ctx context.Context) iter.Seq[*Daemon] {
	return func(yield func(*Daemon) bool) {
		var last *Daemon
		told := false
		tell := func(d *Daemon) bool {
			if told && reflect.DeepEqual(d, last) {
				return true
			}
			last, told = d, true
			return yield(d)
		}
		for {
			if c, err := dial(ctx); err == nil {
				if !c.watch(ctx, tell) {
					return
				}
			}
			if ctx.Err() != nil || !tell(nil) {
				return
			}
			select {
			case <-time.After(busPause):
			case <-ctx.Done():
				return
			}
		}
	}
}

// watch tells of the daemon until the bus is gone. It returns false if it was told to stop.
func (c *client) watch(ctx context.Context, tell func(*Daemon) bool) bool {
	defer c.close()
	err := c.conn.AddMatchSignalContext(ctx, dbus.WithMatchSender("org.freedesktop.DBus"),
		dbus.WithMatchMember("NameOwnerChanged"), dbus.WithMatchArg(0, busName))
	if err == nil {
		err = c.conn.AddMatchSignalContext(ctx, dbus.WithMatchSender(busName), dbus.WithMatchObjectPath("/"),
			dbus.WithMatchInterface(server), dbus.WithMatchMember("StateChanged"))
	}
	if err != nil {
		return true
	}
	for {
		if d, settled := c.look(ctx); settled && !tell(d) {
			return false
		}
		select {
		case _, ok := <-c.signals: // what it says does not matter: look reads it anew
			if !ok {
				return true
			}
		case <-c.ended():
			return true
		case <-time.After(lookEvery):
		case <-ctx.Done():
			return false
		}
	}
}

// look returns the daemon as it is now, or nil. It is not settled while the daemon is
// claiming its host name; a signal follows.
func (c *client) look(ctx context.Context) (d *Daemon, settled bool) {
	if c.owner = c.findOwner(ctx); c.owner == "" {
		return nil, true
	}
	var state int32
	if c.call(ctx, "/", server+".GetState", nil, &state) != nil || state == failed {
		return nil, true
	}
	if state != running {
		return nil, false
	}
	d = &Daemon{owner: c.owner}
	if c.call(ctx, "/", server+".GetHostNameFqdn", nil, &d.Host) != nil {
		return nil, true
	}
	d.Rules = CurrentRules()
	if d.Rules.closed {
		return nil, true
	}
	return d, true
}
