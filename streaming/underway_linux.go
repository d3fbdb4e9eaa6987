package streaming

import (
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// underWay looks at what a connection's peer has not acknowledged yet. It is for
// one goroutine at a time, and costs one system call while there is nothing.
type underWay struct {
	bytes int           // unacknowledged, sent or not
	queue time.Duration // how long they will stand in queues, on top of the way itself

	raw  syscall.RawConn // nil where it cannot be known
	read func(fd uintptr)
}

func newUnderWay(conn net.Conn) *underWay {
	u := &underWay{}
	if tcp, ok := conn.(syscall.Conn); ok {
		u.raw, _ = tcp.SyscallConn()
	}
	u.read = u.readFrom
	return u
}

func (u *underWay) look() {
	u.bytes, u.queue = 0, 0
	if u.raw != nil {
		u.raw.Control(u.read)
	}
}

// readFrom reckons with the rate at which the link last delivered, and takes off
// the round trip that any byte has to make, queue or not: a far viewer on a fast
// link has much under way and nothing in a queue. See tcp(7) for SIOCOUTQ, and
// tcp_get_info in Linux's net/ipv4/tcp.c for TCP_INFO.
func (u *underWay) readFrom(fd uintptr) {
	u.bytes, _ = unix.IoctlGetInt(int(fd), unix.SIOCOUTQ)
	if u.bytes <= 0 {
		return
	}
	info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
	if err != nil {
		return
	}
	rate := max(float64(info.Delivery_rate), 1) // bytes a second
	takes := time.Duration(float64(u.bytes) / rate * float64(time.Second))
	u.queue = max(0, takes-time.Duration(info.Min_rtt)*time.Microsecond)
}
