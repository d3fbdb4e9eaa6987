package streaming

import (
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// lastBytes may be unacknowledged without anything being in a queue: a receiver
	// need acknowledge only every second packet at once (RFC 1122, section 4.2.3.2).
	// A link of 1 Mbit/s passes them on in less than a thirtieth of a second.
	lastBytes = 2 * 1460
	// shortQueue is how much longer than at best a round trip takes, on average,
	// where no queue is that a picture would have to stand in.
	shortQueue = 10 * time.Millisecond
)

// underWay tells what of the bytes written to a connection is on its way to the
// peer. It is for one goroutine at a time.
type underWay struct {
	raw  syscall.RawConn // nil where nothing can be known
	read func(fd uintptr)

	left int
	free bool
}

func newUnderWay(conn net.Conn) *underWay {
	u := &underWay{}
	if socket, ok := conn.(syscall.Conn); ok {
		u.raw, _ = socket.SyscallConn()
	}
	u.read = u.readFrom
	return u
}

// look returns how many bytes the peer has not acknowledged, and whether more can
// be written without standing in a queue behind them.
func (u *underWay) look() (left int, free bool) {
	u.left, u.free = 0, true
	if u.raw != nil {
		u.raw.Control(u.read)
	}
	return u.left, u.free
}

// readFrom makes do with one system call where the peer has got everything. A far
// viewer on a fast link never has; what is under way to it stands in no queue if
// all is sent and round trips take no longer than at best. See tcp(7).
func (u *underWay) readFrom(fd uintptr) {
	var err error
	if u.left, err = unix.IoctlGetInt(int(fd), unix.SIOCOUTQ); err != nil || u.left <= lastBytes {
		return
	}
	info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
	if err != nil {
		return
	}
	queue := time.Duration(info.Rtt-min(info.Rtt, info.Min_rtt)) * time.Microsecond
	u.free = info.Notsent_bytes == 0 && queue <= shortQueue
}
