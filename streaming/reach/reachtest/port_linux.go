package reachtest

import (
	"errors"
	"testing"

	"golang.org/x/sys/unix"
)

// Port returns a TCP port on which nobody listens, and which the kernel gives to nobody until
// the test ends. Who asks for it by its number may listen on it, at any address, with
// SO_REUSEADDR, which nearly all servers set, Go's too.
//
// A socket that is bound to the port and does not listen holds it.
func Port(t testing.TB) int {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET6, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = unix.Close(fd) })
	if err := errors.Join(
		unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1),
		unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 0),
		unix.Bind(fd, &unix.SockaddrInet6{}),
	); err != nil {
		t.Fatal(err)
	}
	address, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	return address.(*unix.SockaddrInet6).Port
}
