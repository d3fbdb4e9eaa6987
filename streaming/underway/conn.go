package underway

import (
	"net"
	"syscall"
)

// IsFree reports whether bytes written to a connection now would not queue behind others; see [Look].
// What is no TCP connection is free.
func IsFree(conn net.Conn) bool {
	free := true
	if tcp, ok := conn.(*net.TCPConn); ok {
		var raw syscall.RawConn
		if raw, _ = tcp.SyscallConn(); raw != nil {
			raw.Control(func(fd uintptr) { _, free = Look(fd) })
		}
	}
	return free
}
