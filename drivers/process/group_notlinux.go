//go:build unix && !linux

package process

import "syscall"

// dieWithUs does nothing: the child of a killed process ends when it writes to the closed
// pipe.
func dieWithUs(*syscall.SysProcAttr) {}
