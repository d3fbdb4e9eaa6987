package web

import (
	"net"
	"syscall"
	"time"
	"unsafe"

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
// peer, and adds to them. It is for one goroutine at a time.
//
// Its system calls never wait, so they are made without telling Go's scheduler
// (syscall.RawSyscall): it would take one of a picture's length for one that waits,
// and have another thread go on with this one's work.
type underWay struct {
	raw  syscall.RawConn                        // nil where nothing can be known
	call struct{ look, write func(fd uintptr) } // made once, for a look costs nothing then

	left int
	free bool

	rest    [3]syscall.Iovec // to be written
	written int
	looking bool // before
}

// known tells whether there is more to say of the connection than that it is free.
func (u *underWay) known() bool { return u.raw != nil }

func newUnderWay(conn net.Conn) *underWay {
	u := &underWay{}
	if socket, ok := conn.(syscall.Conn); ok {
		u.raw, _ = socket.SyscallConn()
	}
	u.call.look, u.call.write = u.lookAt, u.writeTo
	return u
}

// look returns how many bytes the peer has not acknowledged, and whether more can
// be written without standing in a queue behind them.
func (u *underWay) look() (left int, free bool) {
	u.left, u.free = 0, true
	if u.raw != nil {
		u.raw.Control(u.call.look)
	}
	return u.left, u.free
}

// lookAt makes do with one system call where the peer has got everything. A far
// viewer on a fast link never has; what is under way to it stands in no queue if
// all is sent and round trips take no longer than at best. See tcp(7).
func (u *underWay) lookAt(fd uintptr) {
	var left int32
	_, _, errno := syscall.RawSyscall(syscall.SYS_IOCTL, fd, unix.SIOCOUTQ, uintptr(unsafe.Pointer(&left)))
	if errno != 0 || left <= lastBytes {
		return
	}
	u.left = int(left)
	info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
	if err != nil {
		return
	}
	queue := time.Duration(info.Rtt-min(info.Rtt, info.Min_rtt)) * time.Microsecond
	u.free = info.Notsent_bytes == 0 && queue <= shortQueue
}

// offer writes what the kernel takes of p at once, nothing if it would stand in a
// queue, if it is to look at that. It is for connections of which more is known.
func (u *underWay) offer(p part, look bool) (written int, free bool) {
	for i, piece := range p.pieces() {
		u.rest[i] = syscall.Iovec{Base: unsafe.SliceData(piece)}
		u.rest[i].SetLen(len(piece))
	}
	u.written, u.looking, u.left, u.free = 0, look, 0, true
	u.raw.Control(u.call.write) // its error comes again in the write that waits
	u.rest = [3]syscall.Iovec{} // the picture must not outlive its time here
	return u.written, u.free
}

// writeTo is writev(2): the part's pieces go out as one.
func (u *underWay) writeTo(fd uintptr) {
	if u.looking {
		if u.lookAt(fd); !u.free {
			return
		}
	}
	for rest := u.rest[:]; len(rest) > 0; {
		n, _, errno := syscall.RawSyscall(syscall.SYS_WRITEV, fd, uintptr(unsafe.Pointer(&rest[0])), uintptr(len(rest)))
		if errno == syscall.EINTR {
			continue
		}
		if errno != 0 || n == 0 {
			return
		}
		u.written += int(n)
		rest = behind(rest, int(n))
	}
}

// behind returns what is left behind the first n bytes.
func behind(rest []syscall.Iovec, n int) []syscall.Iovec {
	for len(rest) > 0 && n >= int(rest[0].Len) {
		n -= int(rest[0].Len)
		rest = rest[1:]
	}
	if len(rest) > 0 {
		rest[0].Base = (*byte)(unsafe.Add(unsafe.Pointer(rest[0].Base), n))
		rest[0].SetLen(int(rest[0].Len) - n)
	}
	return rest
}
