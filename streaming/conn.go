package streaming

import (
	"errors"
	"net"
	"os"
	"time"
)

// writePatience is how long a viewer may take nothing at all before it is let go.
const writePatience = 10 * time.Second

// steadyListener gives its connections a write deadline that starts anew with
// every progress: a slow viewer stays, a stuck one goes. net/http's WriteTimeout
// is for a whole answer, and an answer here lasts as long as somebody watches.
type steadyListener struct{ net.Listener }

func (l steadyListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return steadyConn{conn}, nil
}

type steadyConn struct{ net.Conn }

func (c steadyConn) Write(p []byte) (written int, err error) {
	for {
		if err := c.SetWriteDeadline(time.Now().Add(writePatience)); err != nil {
			return written, err
		}
		n, err := c.Conn.Write(p[written:])
		written += n
		if n == 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			return written, err
		}
	}
}
