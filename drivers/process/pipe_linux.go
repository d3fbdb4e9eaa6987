package process

import (
	"os"

	"golang.org/x/sys/unix"
)

// pipeBytes is the size of a program's pipe: large enough for most pictures, so that each
// is written and read in one system call.
const pipeBytes = 512 << 10

// enlarge sets a pipe's size to pipeBytes. It leaves the size as it is if the user has
// reached the limit for pipes (pipe(7)).
func enlarge(pipe *os.File) {
	raw, err := pipe.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) { _, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, pipeBytes) })
}
