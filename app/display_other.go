//go:build !linux

package main

// noDisplay returns nothing: macOS and Windows desktops always have a display.
func noDisplay() string { return "" }
