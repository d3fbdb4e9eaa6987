//go:build !linux

package session

import "context"

// HasBus reports whether notifications can be sent, which macOS and Windows always can.
func HasBus(context.Context) bool { return true }

// HasTray reports true: macOS and Windows always have one.
func HasTray(context.Context) bool { return true }

// OnBus does nothing: only Linux has a session bus.
func OnBus(context.Context, string, func(Request) Reply) error { return nil }
