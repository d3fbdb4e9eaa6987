//go:build !linux

package underway

// Look tells nothing: only Linux reports unacknowledged bytes. Connections always count as free.
func Look(uintptr) (left int, free bool) { return 0, true }
