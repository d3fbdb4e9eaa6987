//go:build !linux

package main

// display names the display that a window opens on: there is one only.
func display() string { return "" }

// noDisplay returns nothing: macOS and Windows desktops always have a display.
func noDisplay() string { return "" }
