package reach

import (
	"context"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestPort80WithoutTheRightToIt drops the capability of one thread, in a new network
// namespace, where ports below 1024 need it by default.
func TestPort80WithoutTheRightToIt(t *testing.T) {
	said := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // the thread ends with the goroutine
		if os.Geteuid() == 0 {
			if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
				t.Errorf("a network of its own: %v", err)
			}
		}
		if err := unix.Prctl(unix.PR_CAPBSET_DROP, unix.CAP_NET_BIND_SERVICE, 0, 0, 0); err != nil && os.Geteuid() == 0 {
			t.Errorf("dropping the right: %v", err)
		}
		header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
		var rights [2]unix.CapUserData
		if err := unix.Capget(&header, &rights[0]); err != nil {
			t.Errorf("reading the rights: %v", err)
		}
		rights[0].Effective &^= 1 << unix.CAP_NET_BIND_SERVICE
		if err := unix.Capset(&header, &rights[0]); err != nil {
			t.Errorf("dropping the right: %v", err)
		}
		listener, err := Listen(context.Background(), ":80")
		if err == nil {
			listener.Close()
		}
		said <- err
	}()
	err := <-said
	if err == nil || !strings.Contains(err.Error(), "only the administrator may use port 80; choose one above 1023 with --listen :8080") {
		t.Errorf("%v", err)
	}
}

func TestConnectionsAreProbed(t *testing.T) {
	listener, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	raw, err := conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	raw.Control(func(fd uintptr) {
		for option, want := range map[int]int{unix.TCP_KEEPIDLE: 15, unix.TCP_KEEPINTVL: 5, unix.TCP_KEEPCNT: 3} {
			if got, err := unix.GetsockoptInt(int(fd), unix.IPPROTO_TCP, option); err != nil || got != want {
				t.Errorf("option %d is %d, %v; want %d", option, got, err, want)
			}
		}
		if on, err := unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_KEEPALIVE); err != nil || on == 0 {
			t.Errorf("probing is %d, %v", on, err)
		}
	})
}
