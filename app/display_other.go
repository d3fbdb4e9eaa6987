//go:build !linux

package main

// noDisplay finds nothing missing: macOS and Windows desktops always have a display.
func noDisplay() string { return "" }
