//go:build linux

package v4l2_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"fanlight/drivers/drivertest"

	"golang.org/x/sys/unix"
)

// openDescriptors says what this process has open, and mapped of cameras.
func openDescriptors(t *testing.T) (open []string) {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if target, err := os.Readlink("/proc/self/fd/" + e.Name()); err == nil { // not the listing's own
			open = append(open, target)
		}
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(maps)) {
		if strings.Contains(line, "/dev/video") {
			open = append(open, line)
		}
	}
	slices.Sort(open)
	return open
}

func TestGuestDescriptorsBeyond1023(t *testing.T) {
	plug(t, c920)
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	raised := unix.Rlimit{Cur: max(limit.Cur, 4096), Max: max(limit.Max, 4096)}
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &raised); err != nil {
		t.Fatal(err)
	}
	defer unix.Setrlimit(unix.RLIMIT_NOFILE, &limit)
	var taken []int
	defer func() {
		for _, fd := range taken {
			unix.Close(fd)
		}
	}()
	for fd := 0; fd < 1100; {
		var err error
		if fd, err = unix.FcntlInt(os.Stderr.Fd(), unix.F_DUPFD_CLOEXEC, 0); err != nil {
			t.Fatal(err)
		}
		taken = append(taken, fd)
	}
	onePicture(t, drivertest.Find(t, c920ID))
}
