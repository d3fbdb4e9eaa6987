package reachtest

import (
	"net"
	"os"
	"runtime"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// inNetwork runs do in a network namespace with ten ports to give.
func inNetwork(t *testing.T, do func()) {
	t.Helper()
	done := make(chan error, 1)
	go func() {
		var err error
		defer func() { done <- err }()
		runtime.LockOSThread() // the thread ends with the goroutine
		err = unix.Unshare(unix.CLONE_NEWNET)
		if err == nil {
			err = os.WriteFile("/proc/sys/net/ipv4/ip_local_port_range", []byte("40000 40009"), 0)
		}
		if err == nil {
			do()
		}
	}()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func TestPortIsFree(t *testing.T) {
	own := Port(t)
	at := "127.0.0.1:" + strconv.Itoa(own)
	if conn, err := net.Dial("tcp", at); err == nil {
		conn.Close()
		t.Error("somebody listens")
	}
	for range 2 { // it can be had again and again
		listener, err := net.Listen("tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		listener.Close()
	}
}

// TestPortIsNobodyElses has the kernel give all ports that it has.
func TestPortIsNobodyElses(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root: the test makes a network namespace")
	}
	inNetwork(t, func() {
		held := Port(t)
		for range 9 {
			listener, err := net.Listen("tcp", ":0")
			if err != nil {
				t.Errorf("a port that is free is not given: %v", err)
				return
			}
			defer listener.Close()
		}
		if listener, err := net.Listen("tcp", ":0"); err == nil {
			listener.Close()
			t.Error("the port is given to somebody else")
		}
		listener, err := net.Listen("tcp", ":"+strconv.Itoa(held))
		if err != nil {
			t.Error(err)
			return
		}
		listener.Close()
	})
}
