//go:build !linux

package main

// reapOrphans does nothing: orphans come to process 1, which Fanlight is in containers of
// Linux only.
func reapOrphans() {}
