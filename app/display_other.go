//go:build !linux

package main

// display is the one that a user has.
func display() string { return "" }

// noDisplay finds nothing missing: macOS and Windows desktops always have a display.
func noDisplay() string { return "" }
