package process

import (
	"os"

	"golang.org/x/sys/unix"
)

// pipeBytes is what the pipe of a program is to hold: a whole picture mostly, so that
// the program writes it, and it is read, in one go.
const pipeBytes = 512 << 10

// enlarge makes a pipe hold more, unless this user's pipes hold too much already
// (pipe(7)).
func enlarge(pipe *os.File) {
	raw, err := pipe.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) { _, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, pipeBytes) })
}
