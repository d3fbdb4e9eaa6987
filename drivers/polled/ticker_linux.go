package polled

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Ticker ticks at a rate, for one goroutine. It is a kernel timer (timerfd_create(2)),
// because a timer of Go wakes a second thread with each tick.
type Ticker struct {
	file  *os.File
	ticks io.Reader
	count [8]byte // filled by the kernel: the ticks since the last read
	stop  func() bool
	ended chan struct{}
}

// NewTicker returns a Ticker that ticks every so often until ctx ends. Its first tick comes
// after every. The caller calls Close.
func NewTicker(ctx context.Context, every time.Duration) (*Ticker, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("making a timer (close other programs): %w", os.NewSyscallError("timerfd_create", err))
	}
	interval := unix.NsecToTimespec(max(every.Nanoseconds(), 1))
	if err := unix.TimerfdSettime(fd, 0, &unix.ItimerSpec{Interval: interval, Value: interval}, nil); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("setting a timer: %w", os.NewSyscallError("timerfd_settime", err))
	}
	t := &Ticker{file: os.NewFile(uintptr(fd), "timerfd"), ended: make(chan struct{})}
	t.ticks = NewReader(t.file)
	t.stop = context.AfterFunc(ctx, func() {
		defer close(t.ended)
		_ = t.file.SetReadDeadline(time.Unix(0, 1)) // a timer has deadlines
	})
	return t, nil
}

// Wait returns true after the next tick, or at once if there was one since the last
// Wait. It returns false once ctx has ended.
func (t *Ticker) Wait() bool {
	_, err := t.ticks.Read(t.count[:])
	return err == nil
}

// Close closes the timer.
func (t *Ticker) Close() {
	if !t.stop() {
		<-t.ended
	}
	t.file.Close()
}
