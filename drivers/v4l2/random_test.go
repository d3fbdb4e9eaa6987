//go:build linux

package v4l2

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	"fanlight/drivers/camera"

	go4vl "github.com/vladimirvivien/go4vl/v4l2"
	"golang.org/x/sys/unix"
)

// mostRequests is more than any list that is bounded takes.
const mostRequests = 5_000_000

// randomDevice is a fake one that gives some answers at random. What it says of its memory
// it keeps to, as the kernel does.
type randomDevice struct {
	*fakeDevice
	choices []byte // what is left of them; without any it is the fake one
	asked   int
}

// next returns the next n choices, zeros once they are used up.
func (d *randomDevice) next(n int) []byte {
	taken := make([]byte, n)
	d.choices = d.choices[copy(taken, d.choices):]
	return taken
}

func (d *randomDevice) ioctl(request uintptr, argument unsafe.Pointer) error {
	const kinds = 8
	if d.asked++; d.asked > mostRequests {
		return unix.ENODEV
	}
	errors := []unix.Errno{unix.EINVAL, unix.EIO, unix.EBUSY, unix.ENOTTY, unix.EAGAIN, unix.ENODEV, unix.ENOLINK, unix.ENOMEM}
	choice := d.next(1)[0]
	if choice%kinds == 1 {
		return errors[int(choice/kinds)%len(errors)]
	}
	err := d.fakeDevice.ioctl(request, argument)
	if choice%kinds < 2 || choice%kinds > 4 || request>>30&2 == 0 { // the argument is only read
		return err
	}
	size := int(request >> 16 & 0x3fff)
	answer := unsafe.Slice((*byte)(argument), size)
	switch at := int(choice/kinds) * 4 % size; choice % kinds {
	case 2: // all of it
		copy(answer, d.next(size))
	default: // a number of it
		copy(answer[at:], d.next(4))
	}
	return nil
}

func (d *randomDevice) wait(ctx context.Context, patience time.Duration) (readiness, error) {
	switch choice := d.next(1)[0]; {
	case choice >= 8 || ctx.Err() != nil || d.asked > mostRequests:
		return d.fakeDevice.wait(ctx, patience)
	default:
		time.Sleep(fakeInterval)
		return readiness{picture: choice&1 != 0, event: choice&2 != 0, broken: choice&4 != 0}, nil
	}
}

func (d *randomDevice) mmap(offset int64, length int) ([]byte, error) {
	buffer, plane := int(offset>>16), int(offset>>12&15)
	if offset < 0 || buffer >= len(d.memory) || plane >= len(d.memory[buffer]) || length <= 0 || length > len(d.memory[buffer][plane]) {
		return nil, unix.EINVAL
	}
	return d.memory[buffer][plane][:length], nil
}

// spread gives the device the multi-planar API, with two planes a picture.
func (d *randomDevice) spread() {
	const width, height = 64, 48
	d.capabilities = go4vl.CapVideoCaptureMPlane | go4vl.CapStreaming
	m := d.format.many()
	*m = manyPlanes{width: width, height: height, code: fourCCOf(d.formats[0]), count: 2}
	for i := range m.count {
		m.planes[i].stride, m.planes[i].size = width, width*height
		d.planes = append(d.planes, width*height)
	}
	d.picture = func(n int) (fakePicture, bool) {
		return fakePicture{planes: [][]byte{make([]byte, width*height), make([]byte, width*height)}, sequence: uint32(n), stamp: monotonic()}, true
	}
}

// TestPlanesThatMakeNoSense: a camera that says what cannot be fails, and takes no memory
// for lines that it does not deliver.
func TestPlanesThatMakeNoSense(t *testing.T) {
	for name, spoil := range map[string]func(*randomDevice){
		"no planes":           func(d *randomDevice) { d.format.many().count = 0 },
		"no planes in memory": func(d *randomDevice) { d.planes = []int{} },
		"endless lines": func(d *randomDevice) {
			m := d.format.many()
			m.height, m.planes[1].stride = 1<<32-1, 48
		},
		"lines that exceed an integer": func(d *randomDevice) {
			m := d.format.many()
			m.height, m.planes[0].stride, m.planes[1].stride = 1<<32-1, 1<<32-1, 48
		},
		"lines of nothing": func(d *randomDevice) { d.format.many().planes[0].stride = 0 },
	} {
		synctest.Test(t, func(t *testing.T) {
			d := &randomDevice{fakeDevice: newFake("NM16")}
			d.spread()
			spoil(d)
			if n, _ := watched(t, d.plugged(t), camera.Want{}, 1, nil); n > 0 {
				t.Errorf("%s: %d pictures", name, n)
			}
		})
	}
}

// FuzzDevice lists, opens and adjusts a camera whose driver answers anything. It comes to
// an end, in no more requests than its lists may have, and without a panic.
func FuzzDevice(f *testing.F) {
	formats := []string{"MJPG", "YUYV", "NM12", "YM12", "NV16"}
	f.Add([]byte{}, byte(0))
	f.Add([]byte{1, 9, 17, 25, 33}, byte(1))
	f.Add(slices.Repeat([]byte{2, 255}, 2000), byte(2))
	f.Add(slices.Repeat([]byte{0, 0, 0, 11, 255, 255, 255, 255}, 500), byte(3))
	f.Add(slices.Repeat([]byte{0, 0, 3, 0, 0, 0, 0}, 500), byte(4))
	f.Fuzz(func(t *testing.T, choices []byte, kind byte) {
		synctest.Test(t, func(t *testing.T) {
			d := &randomDevice{fakeDevice: newFake(formats[int(kind)%len(formats)]), choices: choices}
			if kind&64 != 0 {
				d.spread()
			}
			if kind&128 != 0 {
				copy(d.driver[:], loopbackDriver)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			began := time.Now()
			cameras, err := listing(t, func() handle { return d })
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range cameras {
				_, _ = c.Modes(ctx) // what is wrong with it is in its words
				controls, _ := c.Controls(ctx)
				for _, control := range controls[:min(len(controls), 4)] {
					_ = c.Adjust(ctx, control.Name, control.Max)
				}
				n := 0
				for range c.Frames(ctx, camera.Want{Granted: func(camera.Mode) {}}) {
					if n++; n == 10 {
						break
					}
				}
			}
			if took := time.Since(began); took > 2*time.Minute || d.asked > mostRequests {
				t.Errorf("took %v and %d requests", took, d.asked)
			}
		})
	})
}
