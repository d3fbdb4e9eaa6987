//go:build !linux

package streaming

import "syscall"

// boundUnsent does nothing: only Linux lets connections inherit the bound.
func boundUnsent(_, _ string, _ syscall.RawConn) error { return nil }
