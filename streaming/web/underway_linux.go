package web

import (
	"net"
	"syscall"
	"unsafe"

	"fanlight/streaming/underway"
)

// underWay measures how many of the bytes written to a connection the peer has not
// acknowledged, and writes more without blocking. It is for one goroutine at a time.
//
// Its writev calls do not block, so they are made without telling Go's scheduler
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

// lookAt sets left and free.
func (u *underWay) lookAt(fd uintptr) { u.left, u.free = underway.Look(fd) }

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
