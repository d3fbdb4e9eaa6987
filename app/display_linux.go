package main

import (
	"cmp"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// display names the display that a window opens on.
func display() string { return cmp.Or(os.Getenv("WAYLAND_DISPLAY"), os.Getenv("DISPLAY")) }

// noDisplay returns why no window can be opened; empty if one can. Fyne exits the program
// if there is no display, so this must be checked before.
func noDisplay() string {
	wayland, x := os.Getenv("WAYLAND_DISPLAY"), os.Getenv("DISPLAY")
	switch {
	case wayland == "" && x == "":
		return "there is no display"
	case wayland != "" && answers("unix", waylandSocket(wayland)):
		return ""
	case x != "" && answersX(x):
		return ""
	default:
		return "the display " + cmp.Or(x, wayland) + " does not answer"
	}
}

func waylandSocket(display string) string {
	if filepath.IsAbs(display) {
		return display
	}
	return filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), display)
}

// answersX reports whether an X display HOST:NUMBER.SCREEN (X(7)) accepts a connection.
func answersX(display string) bool {
	host, number, ok := strings.Cut(display, ":")
	number, _, _ = strings.Cut(number, ".")
	n, err := strconv.ParseUint(number, 10, 15)
	if !ok || err != nil {
		return false
	}
	if host == "" || host == "unix" {
		socket := "/tmp/.X11-unix/X" + number
		return answers("unix", socket) || answers("unix", "@"+socket)
	}
	return answers("tcp", net.JoinHostPort(host, strconv.FormatUint(6000+n, 10)))
}

func answers(network, address string) bool {
	conn, err := net.Dial(network, address)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}
