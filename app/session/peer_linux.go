package session

import (
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// sameUser reports whether the other end of a socket is a process of this user. The
// socket's folder is the user's own, unless $XDG_RUNTIME_DIR was set by somebody careless.
func sameUser(conn net.Conn) bool {
	raw, err := conn.(syscall.Conn).SyscallConn()
	if err != nil {
		return false
	}
	var peer *unix.Ucred
	var gotten error
	if raw.Control(func(fd uintptr) { peer, gotten = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED) }) != nil {
		return false
	}
	return gotten == nil && int(peer.Uid) == os.Getuid()
}
