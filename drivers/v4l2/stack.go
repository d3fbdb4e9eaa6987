//go:build linux

package v4l2

import "runtime"

// deep runs a call into go4vl on a stack that will not move meanwhile.
//
// go4vl hands the kernel the addresses of local variables as uintptr, through
// ordinary functions. If the goroutine's stack is moved in between, the kernel
// writes to memory that is no longer ours, and the call returns zeros without an
// error. The runtime moves a stack for two reasons: to grow it, so room is made
// first; and to shrink it, at a garbage collection that finds less than a
// quarter in use, so a quarter of what was made is kept in use.
func deep(call func()) {
	makeRoom()
	keepRoom(call)
}

//go:noinline
func makeRoom() {
	var room [64 << 10]byte
	runtime.KeepAlive(&room)
}

//go:noinline
func keepRoom(call func()) {
	var room [32 << 10]byte
	call()
	runtime.KeepAlive(&room)
}
