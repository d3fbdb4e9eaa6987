package process

import (
	"io"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// pipeBytes is what the pipe of a program is to hold: a whole picture mostly, so that
// the program writes it, and it is read, in one go.
const pipeBytes = 512 << 10

// pipe reads the reading end of a pipe.
//
// A read never waits, since the file's poller does: so it is made without telling
// Go's scheduler (syscall.RawSyscall), which would wake its monitor thread for each
// picture. That alone costs as much as sending one.
type pipe struct {
	raw  syscall.RawConn
	read func(fd uintptr) (done bool) // made once

	into  []byte
	n     int
	errno syscall.Errno
}

// newPipe returns a reader of the file, which stays the caller's to close.
func newPipe(file *os.File) io.Reader {
	raw, err := file.SyscallConn()
	if err != nil { // it is closed already
		return file
	}
	_ = raw.Control(func(fd uintptr) {
		_, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, pipeBytes) // it may be more than the user may have, see pipe(7)
	})
	p := &pipe{raw: raw}
	p.read = p.readFrom
	return p
}

// Read is for one goroutine at a time. A deadline of the file ends it.
func (p *pipe) Read(into []byte) (int, error) {
	if len(into) == 0 {
		return 0, nil
	}
	p.into = into
	err := p.raw.Read(p.read)
	p.into = nil
	switch {
	case err != nil:
		return 0, err
	case p.errno != 0:
		return 0, os.NewSyscallError("read", p.errno)
	case p.n == 0:
		return 0, io.EOF
	default:
		return p.n, nil
	}
}

// readFrom reads what is there, and returns false if that is nothing yet.
func (p *pipe) readFrom(fd uintptr) (done bool) {
	for {
		n, _, errno := syscall.RawSyscall(syscall.SYS_READ, fd, uintptr(unsafe.Pointer(&p.into[0])), uintptr(len(p.into)))
		switch errno {
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
			return false
		case 0:
			p.n, p.errno = int(n), 0
		default:
			p.n, p.errno = 0, errno
		}
		return true
	}
}
