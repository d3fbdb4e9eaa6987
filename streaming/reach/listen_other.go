//go:build !linux

package reach

import "syscall"

// boundUnsent does nothing: only Linux lets connections inherit the bound.
func boundUnsent(_, _ string, _ syscall.RawConn) error { return nil }
