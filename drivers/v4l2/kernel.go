//go:build linux

package v4l2

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// handle is an open node: all that the kernel is asked of it. Tests have one of their own,
// which plays odd devices.
type handle interface {
	// ioctl makes a request of structs.go, with a pointer to its struct.
	ioctl(request uintptr, argument unsafe.Pointer) error
	// wait blocks until the device has something, the time is over, or ctx ends.
	wait(ctx context.Context, patience time.Duration) (readiness, error)
	mmap(offset int64, length int) ([]byte, error)
	munmap(mapped []byte)
	// hungUp reports whether the device was unplugged.
	hungUp() bool
	close()
}

// readiness is what a device has, nothing if the time is over or the context has ended.
type readiness struct {
	picture, event, broken bool
}

// file is a node of the kernel's.
type file struct {
	fd   int
	wake int // an eventfd, since a channel cannot be polled beside the camera; 0 until the first wait
}

// openFile opens a node so that no read can block and no child process inherits it.
func openFile(path string) (handle, error) {
	for {
		fd, err := unix.Open(path, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
		switch {
		case err == nil:
			return &file{fd: fd}, nil
		case !errors.Is(err, unix.EINTR):
			return nil, &os.PathError{Op: "open", Path: path, Err: err}
		}
	}
}

func (f *file) ioctl(request uintptr, argument unsafe.Pointer) error {
	for {
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(f.fd), request, uintptr(argument))
		switch errno {
		case 0:
			return nil
		case unix.EINTR:
		default:
			return errno
		}
	}
}

func (f *file) wait(ctx context.Context, patience time.Duration) (ready readiness, err error) {
	if f.wake == 0 {
		if f.wake, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
			return readiness{}, fmt.Errorf("making an eventfd: %w", err)
		}
	}
	woken := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(woken)
		_, _ = unix.Write(f.wake, []byte{1, 0, 0, 0, 0, 0, 0, 0}) // the counter is far from full
	})
	defer func() {
		if !stop() {
			<-woken // which uses the eventfd
		}
	}()
	// poll, since select cannot watch descriptors above 1,023.
	events := []unix.PollFd{{Fd: int32(f.wake), Events: unix.POLLIN}, {Fd: int32(f.fd), Events: unix.POLLIN | unix.POLLPRI}}
	for deadline := time.Now().Add(patience); ; {
		left := max(time.Until(deadline), 0)
		if _, err := unix.Poll(events, int(left.Milliseconds())+1); errors.Is(err, unix.EINTR) {
			continue
		} else if err != nil {
			return readiness{}, fmt.Errorf("waiting for a picture: %w", err)
		}
		if events[0].Revents != 0 {
			return readiness{}, nil
		}
		got := events[1].Revents
		return readiness{
			picture: got&unix.POLLIN != 0, event: got&unix.POLLPRI != 0,
			broken: got&(unix.POLLERR|unix.POLLHUP|unix.POLLNVAL) != 0,
		}, nil
	}
}

// mmap maps a buffer to be read only.
func (f *file) mmap(offset int64, length int) ([]byte, error) {
	return unix.Mmap(f.fd, offset, length, unix.PROT_READ, unix.MAP_SHARED)
}

func (f *file) munmap(mapped []byte) { _ = unix.Munmap(mapped) }

func (f *file) hungUp() bool {
	events := []unix.PollFd{{Fd: int32(f.fd)}}
	n, _ := unix.Poll(events, 0)
	return n == 1 && events[0].Revents&unix.POLLHUP != 0
}

func (f *file) close() {
	if f.wake != 0 {
		_ = unix.Close(f.wake)
	}
	_ = unix.Close(f.fd)
}
