package polled

import (
	"io"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// reader reads a file that Go's poller watches.
type reader struct {
	raw  syscall.RawConn
	read func(fd uintptr) (done bool) // made once, so that a Read allocates nothing

	into  []byte
	n     int
	errno syscall.Errno
}

// NewReader returns a reader of a pipe or a timer, which must be in non-blocking mode as
// package os leaves it. The file stays the caller's to close. Read is for one goroutine
// at a time; the file's deadline ends it with [os.ErrDeadlineExceeded].
func NewReader(file *os.File) io.Reader {
	raw, err := file.SyscallConn()
	if err != nil { // it is closed, which its Read reports
		return file
	}
	waits := true // it is no file of the poller's: the system may have no room for more
	_ = raw.Control(func(fd uintptr) {
		flags, err := unix.FcntlInt(fd, unix.F_GETFL, 0)
		waits = err != nil || flags&unix.O_NONBLOCK == 0
	})
	if waits {
		return file
	}
	r := &reader{raw: raw}
	r.read = r.readFrom
	return r
}

func (r *reader) Read(into []byte) (int, error) {
	if len(into) == 0 {
		return 0, nil
	}
	r.into = into
	err := r.raw.Read(r.read)
	r.into = nil
	switch {
	case err != nil:
		return 0, err
	case r.errno != 0:
		return 0, os.NewSyscallError("read", r.errno)
	case r.n == 0:
		return 0, io.EOF
	default:
		return r.n, nil
	}
}

// readFrom reads what is there, and returns false if there is nothing yet.
func (r *reader) readFrom(fd uintptr) (done bool) {
	for {
		n, _, errno := syscall.RawSyscall(syscall.SYS_READ, fd, uintptr(unsafe.Pointer(&r.into[0])), uintptr(len(r.into)))
		switch errno {
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
			return false
		case 0:
			r.n, r.errno = int(n), 0
		default:
			r.n, r.errno = 0, errno
		}
		return true
	}
}
