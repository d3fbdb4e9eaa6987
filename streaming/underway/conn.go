package underway

import "net"

// IsFree reports whether bytes written to a connection now would not queue behind others; see [Look].
// What is no TCP connection is free.
func IsFree(conn net.Conn) bool {
	free := true
	if tcp, ok := conn.(*net.TCPConn); ok {
		if raw, err := tcp.SyscallConn(); err == nil {
			raw.Control(func(fd uintptr) { _, free = Look(fd) })
		}
	}
	return free
}
