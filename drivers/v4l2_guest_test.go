//go:build linux

package drivers_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"fanlight/drivers"
	"fanlight/drivers/drivertest"
	"fanlight/drivers/rig/usbcam"

	"golang.org/x/sys/unix"
)

// These tests drive a real kernel camera, in the guest of drivers/rig. Elsewhere
// they are skipped.

// patience bounds every wait: the guest is emulated, and the machine may be busy.
const patience = time.Minute

func needGuest(t *testing.T) {
	t.Helper()
	if err := usbcam.Available(); err != nil {
		t.Skip(err)
	}
}

// eventually waits for a condition.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %v in vain for %s", patience, what)
		}
	}
}

// webcam is a simulated camera in the kernel's hands.
type webcam struct {
	*usbcam.Camera
	node string
}

var c920 = usbcam.Config{Name: "HD Pro Webcam C920", Serial: "2B5C"}

// small spares the guest the drawing of large pictures.
var small = drivers.Want{Mode: drivers.Mode{Width: 320, Height: 240}}

const c920ID = "v4l2:usb-Fanlight_HD_Pro_Webcam_C920_2B5C-video-index0"

func plug(t *testing.T, config usbcam.Config) webcam {
	t.Helper()
	needGuest(t)
	camera, err := usbcam.Plug(config)
	if err != nil {
		t.Fatal(err)
	}
	w := webcam{Camera: camera}
	t.Cleanup(func() { w.unplug(t) })
	w.node = w.awaitNode(t)
	return w
}

func (w webcam) awaitNode(t *testing.T) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	node, err := w.Node(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return node
}

func (w webcam) unplug(t *testing.T) {
	t.Helper()
	if err := w.Unplug(); err != nil {
		t.Error(err)
	}
}

// awaitOff waits until the kernel has told the camera to stop.
func (w webcam) awaitOff(t *testing.T) {
	t.Helper()
	eventually(t, "the camera to be off", func() bool { return !w.Stats().Streaming })
}

// onlyFailure opens a camera that must yield one error and nothing else.
func onlyFailure(t *testing.T, camera drivers.Camera) error {
	t.Helper()
	var failures []error
	for picture, err := range camera.Frames(t.Context(), small) {
		if err == nil {
			t.Fatalf("%s delivered a picture of %d bytes", camera.ID, len(picture.JPEG))
		}
		failures = append(failures, err)
	}
	if len(failures) != 1 {
		t.Fatalf("want one error, got %q", failures)
	}
	t.Log(failures[0])
	return failures[0]
}

// onePicture opens a camera, waits for a picture and closes it.
func onePicture(t *testing.T, camera drivers.Camera) {
	t.Helper()
	for picture, err := range camera.Frames(t.Context(), small) {
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := usbcam.Number(picture.JPEG); !ok {
			t.Fatalf("%s delivered %d bytes that are none of its pictures", camera.ID, len(picture.JPEG))
		}
		return
	}
	t.Fatal("the loop ended without a picture")
}

func TestGuestKernelCameraKeepsTheContract(t *testing.T) {
	keepsTheContract(t, plug(t, c920), c920ID)
}

func TestGuestRawCameraKeepsTheContract(t *testing.T) {
	keepsTheContract(t, plug(t, usbcam.Config{Name: "Old Webcam", YUYVOnly: true}), "v4l2:usb-Fanlight_Old_Webcam-video-index0")
}

func keepsTheContract(t *testing.T, camera webcam, choice string) {
	// The kernel disconnects a device that is no longer authorized as one that was
	// unplugged. Pulling the cable itself would leave the kit with goroutines of
	// the simulation that it does not know; TestGuestUnplugAndPlugAgain does that.
	usbInterface, err := filepath.EvalSymlinks(filepath.Join("/sys/class/video4linux", filepath.Base(camera.node), "device"))
	if err != nil {
		t.Fatal(err)
	}
	authorize := func(t *testing.T, yes string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(filepath.Dir(usbInterface), "authorized"), []byte(yes), 0); err != nil {
			t.Fatal(err)
		}
	}
	drivertest.Run(t, drivertest.Subject{
		Choice: choice,
		Want:   small,
		Unplug: func(t *testing.T) { authorize(t, "0") },
		Plug: func(t *testing.T) {
			authorize(t, "1")
			camera.awaitNode(t)
		},
		Running: func(*testing.T) bool { return camera.Stats().Streaming },
	})
}

func v4l2Cameras(t *testing.T) (ids, names []string) {
	t.Helper()
	cameras, err := drivers.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cameras {
		if strings.HasPrefix(c.ID, "v4l2:") {
			ids, names = append(ids, c.ID), append(names, c.Name)
		}
	}
	return ids, names
}

func TestGuestKernelCamerasAreListedByName(t *testing.T) {
	camera := plug(t, c920)
	if nodes, _ := filepath.Glob("/sys/class/video4linux/video*"); len(nodes) < 2 {
		t.Fatalf("the camera has the nodes %q: there is no metadata node to leave out", nodes)
	}
	ids, names := v4l2Cameras(t)
	if !slices.Equal(ids, []string{c920ID}) || !slices.Equal(names, []string{c920.Name}) {
		t.Fatalf("listed %q, %q", ids, names)
	}
	for _, choice := range []string{"v4l2", c920.Name, c920ID, "v4l2:" + camera.node, "v4l2:" + filepath.Base(camera.node)} {
		if found, err := drivers.Find(t.Context(), choice); err != nil || found.ID != c920ID {
			t.Errorf("%q finds %q, %v", choice, found.ID, err)
		}
	}
	_, err := drivers.Find(t.Context(), "v4l2:nonsense")
	var unknown *drivers.UnknownCameraError
	if !errors.As(err, &unknown) || !strings.Contains(err.Error(), fmt.Sprintf("%q (%s)", c920.Name, c920ID)) {
		t.Errorf("an unknown camera: %v", err)
	}

	plug(t, usbcam.Config{Name: "Twin"})
	plug(t, usbcam.Config{Name: "Twin"})
	ids, names = v4l2Cameras(t)
	slices.Sort(names)
	if len(ids) != 3 || ids[1] == ids[2] || !strings.HasPrefix(ids[1], "v4l2:usb-Fanlight_Twin-video-index0@") {
		t.Errorf("listed %q", ids)
	}
	if len(names) != 3 || names[1] == names[2] || !strings.HasPrefix(names[1], "Twin (USB ") {
		t.Errorf("listed %q", names)
	}
	camera.unplug(t)
	if ids, _ := v4l2Cameras(t); len(ids) != 2 || slices.Contains(ids, c920ID) {
		t.Errorf("after unplugging: %q", ids)
	}
}

func TestGuestGrantedIsWhatTheCameraDoes(t *testing.T) {
	w := plug(t, c920)
	camera := drivertest.Find(t, c920ID)
	for _, test := range []struct{ want, granted drivers.Mode }{
		{drivers.Mode{}, drivers.Mode{Width: 1280, Height: 720, FPS: 30}},
		{drivers.Mode{Width: 1000, Height: 700, FPS: 24}, drivers.Mode{Width: 1280, Height: 720, FPS: 30}},
		{drivers.Mode{Width: 640, Height: 480, FPS: 10}, drivers.Mode{Width: 640, Height: 480, FPS: 10}},
		{drivers.Mode{FPS: 7}, drivers.Mode{Width: 1280, Height: 720, FPS: 5}},
	} {
		var granted drivers.Mode
		want := drivers.Want{Mode: test.want, Granted: func(m drivers.Mode) { granted = m }}
		for _, err := range camera.Frames(t.Context(), want) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
		did := w.Stats()
		t.Logf("asked %+v, granted %+v, the camera does %+v", test.want, granted, did)
		if rounded := float64(int(granted.FPS*1000+0.5)) / 1000; granted.Width != test.granted.Width || granted.Height != test.granted.Height || rounded != test.granted.FPS {
			t.Errorf("asked %+v, granted %+v, want %+v", test.want, granted, test.granted)
		}
		if did.Format != "MJPG" || granted.Format != "MJPG" || did.Width != granted.Width || did.Height != granted.Height || did.FPS-granted.FPS > 0.01 || granted.FPS-did.FPS > 0.01 {
			t.Errorf("granted %+v, but the camera does %+v", granted, did)
		}
	}
}

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

	other := exec.Command("v4l2-ctl", "-d", w.node, "--stream-mmap")
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

// TestGuestNewestOfSeveralPicturesWins: a consumer that finds two pictures ready, one
// buffer being empty still, gets the newer.
func TestGuestNewestOfSeveralPicturesWins(t *testing.T) {
	w := plug(t, c920)
	want := small
	want.FPS = 5 // slow enough that two pictures can be told from three
	newest := -1
	for picture, err := range drivertest.Find(t, c920ID).Frames(t.Context(), want) {
		if err != nil {
			t.Fatal(err)
		}
		number, ok := usbcam.Number(picture.JPEG)
		if !ok {
			t.Fatalf("got %d bytes that are none of the camera's pictures", len(picture.JPEG))
		}
		if newest >= 0 {
			if number != newest {
				t.Errorf("got picture %d, while %d was ready", number, newest)
			}
			break
		}
		eventually(t, "one picture more", func() bool { return w.Stats().Sent > number+1 })
		w.Stall(true)                      // after the one that is under way, the second
		time.Sleep(500 * time.Millisecond) // for the kernel to have them
		if ready := w.Stats().Sent - (number + 1); ready == 2 {
			newest = number + ready
		} else {
			t.Logf("%d pictures became ready: trying again", ready)
			w.Stall(false)
		}
	}
}

// TestGuestSlowConsumerGetsFreshPictures: pictures come in order and none twice, and
// the one after a pause was taken after the pause.
func TestGuestSlowConsumerGetsFreshPictures(t *testing.T) {
	plug(t, c920)
	n, last := 0, -1
	var paused time.Time // the pause's end
	for picture, err := range drivertest.Find(t, c920ID).Frames(t.Context(), small) {
		if err != nil {
			t.Fatal(err)
		}
		number, ok := usbcam.Number(picture.JPEG)
		if !ok || number <= last {
			t.Fatalf("after picture %d came %d (%v)", last, number, ok)
		}
		last = number
		if picture.Taken.IsZero() {
			t.Fatal("the camera's pictures bear no time")
		}
		if early := paused.Sub(picture.Taken); !paused.IsZero() && n == 4 {
			t.Logf("the picture after the pause was taken %v after its end", -early)
			if early > 100*time.Millisecond { // two clocks are read one after the other
				t.Errorf("after a pause came a picture taken %v before its end", early)
			}
		}
		if n++; n == 4 {
			time.Sleep(2 * time.Second)
			paused = time.Now()
		}
		if n == 8 {
			break
		}
	}
}

func TestGuestBrokenPicturesEndNothing(t *testing.T) {
	w := plug(t, c920)
	faults := []usbcam.Fault{usbcam.Noise, usbcam.Truncated, usbcam.Empty, usbcam.Whole}
	sent, good := 0, 0
	w.Break(faults[0])
	for picture, err := range drivertest.Find(t, c920ID).Frames(t.Context(), small) {
		if err != nil {
			t.Fatal(err)
		}
		if len(picture.JPEG) == 0 {
			t.Fatal("got an empty picture")
		}
		if sent++; sent%3 == 0 && len(faults) > 1 {
			faults = faults[1:]
			w.Break(faults[0])
			if faults[0] == usbcam.Empty { // nothing arrives until the next fault
				time.AfterFunc(500*time.Millisecond, func() { w.Break(usbcam.Whole) })
				faults = faults[1:]
			}
		}
		if _, ok := usbcam.Number(picture.JPEG); ok && len(faults) == 1 {
			if good++; good == 3 {
				break
			}
		}
	}
	if good != 3 {
		t.Errorf("%d good pictures came after the bad ones", good)
	}
}
