//go:build linux

package v4l2_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"fanlight/drivers"
	"fanlight/drivers/drivertest"
	"fanlight/drivers/process/processtest"
	"fanlight/drivers/rig/usbcam"

	"golang.org/x/sys/unix"
)

func TestGuestUnplugAndPlugAgain(t *testing.T) {
	w := plug(t, c920)
	camera := drivertest.Find(t, c920ID)
	n, failure := 0, error(nil)
	for picture, err := range camera.Frames(t.Context(), small) {
		if failure != nil {
			t.Fatalf("after the failure came another: %v", err)
		}
		if failure = err; err != nil {
			continue
		}
		if len(picture.JPEG) == 0 {
			t.Error("got an empty picture")
		}
		if n++; n == 3 {
			go w.Unplug() // which plug waits for; meanwhile the loop goes on
		}
	}
	if !errors.Is(failure, drivers.ErrUnplugged) || !errors.Is(failure, syscall.ENODEV) || failure.Error() != "HD Pro Webcam C920 is unplugged: plug it in again and the picture comes back" {
		t.Fatalf("unplugged after %d pictures: %v", n, failure)
	}
	w.unplug(t)
	if err := onlyFailure(t, camera); !errors.Is(err, syscall.ENODEV) || !errors.Is(err, drivers.ErrUnplugged) {
		t.Errorf("%v is no ENODEV, or not ErrUnplugged", err)
	}

	// Another camera takes the number meanwhile.
	other := plug(t, usbcam.Config{Name: "Other"})
	if other.node != w.node {
		t.Fatalf("the kernel still holds %s: the next camera became %s", w.node, other.node)
	}
	if again := plug(t, c920); again.node == w.node {
		t.Fatalf("both cameras are %s", w.node)
	}
	onePicture(t, camera)
}

func TestGuestStalledCameraIsLeftWhenTheContextEnds(t *testing.T) {
	w := plug(t, c920)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var cancelled time.Time
	for _, err := range drivertest.Find(t, c920ID).Frames(ctx, small) {
		if err != nil {
			t.Fatal(err)
		}
		if cancelled.IsZero() {
			w.Stall(true)
			cancelled = time.Now().Add(time.Second)
			time.AfterFunc(time.Second, cancel)
		}
	}
	t.Logf("left %v after the end", time.Since(cancelled))
	w.awaitOff(t)
	w.Stall(false)
	onePicture(t, drivertest.Find(t, c920ID))
}

func TestGuestBusyCameraNamesItsHolder(t *testing.T) {
	w := plug(t, c920)
	camera := drivertest.Find(t, c920ID)
	busy := func(holder string) {
		t.Helper()
		err := onlyFailure(t, camera)
		if want := "HD Pro Webcam C920 is used by " + holder + ": close it there"; !errors.Is(err, syscall.EBUSY) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v\nwant %q", err, want)
		}
	}

	other := processtest.Command(t, 5*time.Minute, "v4l2-ctl", "-d", w.node, "--stream-mmap")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "v4l2-ctl to stream", func() bool { return w.Stats().Sent > 0 })
	busy(fmt.Sprintf("v4l2-ctl (pid %d)", other.Process.Pid))
	other.Process.Kill()
	other.Wait()

	for _, err := range camera.Frames(t.Context(), small) {
		if err != nil {
			t.Fatal(err)
		}
		comm, _ := os.ReadFile("/proc/self/comm")
		busy(fmt.Sprintf("%s (pid %d)", strings.TrimSpace(string(comm)), os.Getpid()))
		break
	}
	onePicture(t, camera)
}

func TestGuestForbiddenCameraNamesTheGroup(t *testing.T) {
	w := plug(t, c920)
	const video = 44 // in Debian's base-passwd
	if err := errors.Join(os.Chown(w.node, 0, video), os.Chmod(w.node, 0o660)); err != nil {
		t.Fatal(err)
	}
	camera := drivertest.Find(t, c920ID)
	runtime.LockOSThread() // whose identity is the one to change, and which is never unlocked: it ends with the test
	if _, err := unix.SetfsuidRetUid(65534); err != nil {
		t.Fatal(err)
	}
	listed, _ := v4l2Cameras(t)
	err := onlyFailure(t, camera)
	if _, err := unix.SetfsuidRetUid(0); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(listed, []string{c920ID}) {
		t.Errorf("a forbidden camera is listed all the same, so that opening it says why; got %q", listed)
	}
	want := "No permission to open HD Pro Webcam C920 (" + w.node + "): add yourself to the group video with: sudo usermod -aG video $USER, then log in again"
	if !errors.Is(err, syscall.EACCES) || err.Error() != want {
		t.Errorf("%v", err)
	}
}

func TestGuestReopeningAtOnceIsNeverBusy(t *testing.T) {
	w := plug(t, c920)
	camera := drivertest.Find(t, c920ID)
	onePicture(t, camera)
	before := openDescriptors(t)
	for range 200 {
		onePicture(t, camera)
	}
	if after := openDescriptors(t); !slices.Equal(before, after) {
		t.Errorf("descriptors before: %q\nafter: %q", before, after)
	}
	if starts := w.Stats().Starts; starts != 201 {
		t.Errorf("the camera was started %d times, want 201", starts)
	}
	w.awaitOff(t)
}
