package underway

import (
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

// Look returns how many bytes the peer of a TCP socket has not acknowledged, if those are more than
// an idle connection has, and whether the connection is free: whether bytes written now would not
// queue behind them. An error counts as free: the next write reports it.
//
// One system call is enough if the peer has acknowledged everything. A distant viewer on a fast
// link never has; it counts as free if everything is sent and the round-trip time is near its
// minimum. See tcp(7). The calls do not block, so that the first is made without telling Go's
// scheduler (syscall.RawSyscall).
func Look(fd uintptr) (left int, free bool) {
	var bytes int32
	_, _, errno := syscall.RawSyscall(syscall.SYS_IOCTL, fd, unix.SIOCOUTQ, uintptr(unsafe.Pointer(&bytes)))
	if errno != 0 || bytes <= lastBytes {
		return 0, true
	}
	info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
	if err != nil {
		return int(bytes), true
	}
	queue := time.Duration(info.Rtt-min(info.Rtt, info.Min_rtt)) * time.Microsecond
	return int(bytes), info.Notsent_bytes == 0 && queue <= shortQueue
}
