package reach

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
	"time"
)

const (
	// DefaultListen is the default address to listen on: every interface, the port of
	// mjpg-streamer and uStreamer.
	DefaultListen = ":8080"
	// nextPorts is how many ports after a taken one are tried.
	nextPorts = 20
)

// probing detects within half a minute that a viewer's machine has vanished without
// closing its connection, even while there is nothing to send.
var probing = net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}

// CheckListen returns an error, a sentence for the user, if [Listen] would not understand
// an address.
func CheckListen(address string) error {
	_, port, err := net.SplitHostPort(address)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Errorf("%q is no address to listen on: write :8080, or 192.168.1.5:8080 for one network only", address)
	}
	return nil
}

// Listen listens on an address such as ":8080". Its errors are sentences for the user, and
// wrap the system's. The caller closes the listener.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	if err := CheckListen(address); err != nil {
		return nil, err
	}
	config := net.ListenConfig{Control: boundUnsent, KeepAliveConfig: probing}
	listener, err := config.Listen(ctx, "tcp", address)
	host, port, _ := net.SplitHostPort(address)
	switch {
	case err == nil:
		return listener, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("port %s is taken by another program; choose another one with --listen %s: %w", port, net.JoinHostPort(host, strconv.Itoa(otherPort(port))), err)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("only the administrator may use port %s; choose one above 1023 with --listen %s: %w", port, net.JoinHostPort(host, "8080"), err)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return nil, fmt.Errorf("%s is not an address of this machine; --listen :%s serves on all it has: %w", address, port, err)
	default:
		return nil, fmt.Errorf("listening on %s: %w", address, err)
	}
}

// ListenNear listens on the address, or on the next free port if that one is taken.
func ListenNear(ctx context.Context, address string) (net.Listener, error) {
	listener, err := Listen(ctx, address)
	if !errors.Is(err, syscall.EADDRINUSE) {
		return listener, err
	}
	host, port, _ := net.SplitHostPort(address)
	number, _ := strconv.Atoi(port)
	for next := number + 1; next <= min(number+nextPorts, 65535); next++ {
		near, nearErr := Listen(ctx, net.JoinHostPort(host, strconv.Itoa(next)))
		if nearErr == nil {
			return near, nil
		}
	}
	return nil, err
}

func otherPort(port string) int {
	number, err := strconv.Atoi(port)
	if err != nil || number >= 65535 {
		return 8081
	}
	return number + 1
}
