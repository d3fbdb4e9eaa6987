//go:build !linux

package session

// CanAutostart: programs can be started with the session here.
const CanAutostart = false

// Autostarts reports false; see CanAutostart.
func Autostarts(string) bool { return false }

// SetAutostart does nothing; see CanAutostart.
func SetAutostart(string, bool, ...string) error { return nil }
