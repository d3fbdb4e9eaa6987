//go:build unix && !linux

package drivers

import "syscall"

// dieWithUs can do nothing here: a child of a killed process ends when it writes
// into the closed pipe.
func dieWithUs(*syscall.SysProcAttr) {}
