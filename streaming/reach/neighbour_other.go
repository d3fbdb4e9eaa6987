//go:build !linux

package reach

import "net/netip"

// Neighbour returns nothing: only Linux is asked for the link-layer addresses of others.
func Neighbour(netip.Addr) (hardware string) { return "" }
