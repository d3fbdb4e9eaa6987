package avahi

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	busName  = "org.freedesktop.Avahi"
	server   = busName + ".Server"
	group    = busName + ".EntryGroup"
	recorder = busName + ".RecordBrowser"

	// anyInterface and anyProtocol stand for all (AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC).
	anyInterface, anyProtocol = int32(-1), int32(-1)

	// replyTime is how long the daemon may take to answer a call. It answers at once
	// unless it hangs. freeTime is the same for what the end of the connection does as well.
	replyTime = 5 * time.Second
	freeTime  = time.Second
)

var errNotRunning = errors.New("avahi-daemon is not running")

// client is a connection with the daemon. What the daemon keeps for it, it drops when
// the connection ends. It is for one goroutine.
type client struct {
	conn    *dbus.Conn
	stop    context.CancelFunc
	owner   string // the daemon's own name on the bus
	signals chan *dbus.Signal
}

// dial connects to the system bus. The connection ends with ctx.
func dial(ctx context.Context) (*client, error) {
	ctx, stop := context.WithCancel(ctx)
	late := time.AfterFunc(replyTime, stop) // a bus that hangs accepts connections, and says nothing
	// Signals arrive in their order, however many there are; see signal.
	conn, err := dbus.ConnectSystemBus(dbus.WithContext(ctx), dbus.WithSignalHandler(dbus.NewSequentialSignalHandler()))
	if err != nil {
		late.Stop()
		stop()
		return nil, fmt.Errorf("no system bus: %w", err)
	}
	late.Stop()
	c := &client{conn: conn, stop: stop, signals: make(chan *dbus.Signal)}
	conn.Signal(c.signals)
	return c, nil
}

// dialDaemon connects to the system bus, where the daemon must be running. It does not
// start the daemon.
func dialDaemon(ctx context.Context) (*client, error) {
	c, err := dial(ctx)
	if err != nil {
		return nil, err
	}
	if c.owner = c.findOwner(ctx); c.owner == "" {
		c.close()
		return nil, errNotRunning
	}
	return c, nil
}

// findOwner returns the daemon's name on the bus, which is another one after each start;
// empty while it does not run.
func (c *client) findOwner(ctx context.Context) (owner string) {
	ctx, cancel := context.WithTimeout(ctx, replyTime)
	defer cancel()
	if c.conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.GetNameOwner", 0, busName).Store(&owner) != nil {
		return ""
	}
	return owner
}

// call calls a method of one of the daemon's objects, and stores its results.
func (c *client) call(ctx context.Context, path dbus.ObjectPath, method string, arguments []any, results ...any) error {
	ctx, cancel := context.WithTimeout(ctx, replyTime)
	defer cancel()
	err := c.conn.Object(busName, path).CallWithContext(ctx, method, dbus.FlagNoAutoStart, arguments...).Store(results...)
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.New("avahi-daemon does not answer")
	}
	return err
}

// fromDaemon reports whether the daemon sent a signal: any program may send one.
func (c *client) fromDaemon(s *dbus.Signal) bool { return s.Sender == c.owner }

// ended is closed once the bus is gone. The channel of signals need not be then, if that was
// early.
func (c *client) ended() <-chan struct{} { return c.conn.Context().Done() }

// free ends one of the daemon's objects.
func (c *client) free(ctx context.Context, path dbus.ObjectPath, method string) {
	ctx, cancel := context.WithTimeout(ctx, freeTime)
	defer cancel()
	_ = c.call(ctx, path, method, nil) // else it ends with the connection
}

// close ends the connection, and all that the daemon keeps for it.
func (c *client) close() {
	c.conn.Close()
	c.stop()
}
