package reach

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// maxUnsent limits the bytes of a connection that wait in the kernel to be sent for the
// first time. Without it megabytes of old pictures queue there for a viewer on a slow
// link, which then sees pictures that are seconds old. It does not limit what queues in
// the network itself; steadyConn.settle in package web does.
const maxUnsent = 64 << 10

// boundUnsent sets TCP_NOTSENT_LOWAT (tcp(7)), which accepted connections inherit.
func boundUnsent(_, _ string, conn syscall.RawConn) error {
	var failed error
	err := conn.Control(func(fd uintptr) {
		failed = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, maxUnsent)
	})
	if err != nil {
		return err
	}
	return failed
}
