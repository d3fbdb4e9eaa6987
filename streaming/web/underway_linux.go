package web

import (
	"net"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	// lastBytes is how many bytes may be unacknowledged on an idle connection: a receiver
	// need acknowledge only every second packet at once (RFC 1122, section 4.2.3.2).
	// A link of 1 Mbit/s transmits them in less than a thirtieth of a second.
	lastBytes = 2 * 1460
	// shortQueue is by how much the smoothed round-trip time may exceed the shortest one
	// before the path counts as queueing.
	shortQueue = 10 * time.Millisecond
)

// underWay measures how many of the bytes written to a connection the peer has not
// acknowledged, and writes more without blocking. It is for one goroutine at a time.
//
// Its ioctl and writev calls do not block, so they are made without telling Go's scheduler
// (syscall.RawSyscall), which would take one that copies a whole picture for one that
// blocks, and start another thread. The memory that they are given is kept alive by the
// pointers in rest.
type underWay struct {
	raw  syscall.RawConn                        // nil if the connection has no descriptor
	call struct{ look, write func(fd uintptr) } // made once, so that a call allocates nothing

	left int
	free bool

	rest    [3]syscall.Iovec // to be written
	written int
	looking bool // before writing
}

// known reports whether the connection can be measured and written to.
func (u *underWay) known() bool { return u.raw != nil }

func newUnderWay(conn net.Conn) *underWay {
	u := &underWay{}
	if socket, ok := conn.(syscall.Conn); ok {
		u.raw, _ = socket.SyscallConn()
	}
	u.call.look, u.call.write = u.lookAt, u.writeTo
	return u
}

// look returns how many bytes the peer has not acknowledged, and whether the connection
// is free: whether bytes written now would not queue behind them.
func (u *underWay) look() (left int, free bool) {
	u.left, u.free = 0, true
	if u.raw != nil {
		u.raw.Control(u.call.look)
	}
	return u.left, u.free
}

// lookAt sets left and free. One system call is enough if the peer has acknowledged
// everything. A distant viewer on a fast link never has; it counts as free if everything
// is sent and the round-trip time is near its minimum. See tcp(7). An error counts as
// free: the next write reports it.
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

// offer writes as much of p as the kernel takes without blocking, and returns the number
// of bytes. With look it first checks whether the connection is free, and writes nothing
// if not. The connection must be known.
func (u *underWay) offer(p part, look bool) (written int, free bool) {
	for i, piece := range p.pieces() {
		u.rest[i] = syscall.Iovec{Base: unsafe.SliceData(piece)}
		u.rest[i].SetLen(len(piece))
	}
	u.written, u.looking, u.left, u.free = 0, look, 0, true
	u.raw.Control(u.call.write) // its error comes again in the blocking write
	u.rest = [3]syscall.Iovec{} // the frame is not held beyond the call
	return u.written, u.free
}

// writeTo writes the part's pieces with writev(2).
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

// behind removes the first n bytes, and returns the rest.
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
