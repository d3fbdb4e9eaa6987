//go:build !linux

package reach

import "syscall"

// boundUnsent does nothing: only on Linux connections inherit the limit.
func boundUnsent(_, _ string, _ syscall.RawConn) error { return nil }
