//go:build !linux

package session

import "net"

// sameUser relies on the folder of the socket, which is the user's own.
func sameUser(net.Conn) bool { return true }
