//go:build linux

package v4l2

import (
	"context"
	"slices"
	"testing"
	"time"
	"unsafe"

	"fanlight/drivers/camera"

	go4vl "github.com/vladimirvivien/go4vl/v4l2"
	"golang.org/x/sys/unix"
)

// fakeDevice plays a device to the driver, at the boundary to the kernel. By itself it is a
// camera of one format that delivers 30 pictures a second of synctest's time.
type fakeDevice struct {
	capabilityStruct
	formats []string
	planes  []int // sizes of the planes of a picture, with the multi-planar API; else one plane
	grants  uint32
	// picture returns what comes as the nth picture, from 0 at each start, or false for
	// silence from there on.
	picture func(n int) (fakePicture, bool)
	// answers stand for the device's own, by request.
	answers map[uintptr]func(argument unsafe.Pointer) error
	format  formatStruct

	opens, starts, delivered, lost int
	changed                        bool // an event waits to be read

	queued, done []uint32
	memory       [][][]byte
	described    []fakePicture // by buffer
	started      time.Time     // of the stream, and zero without
	number       int           // of the next picture
}

type fakePicture struct {
	planes   [][]byte
	sequence uint32
	flags    uint32
	stamp    int64 // ns
}

const fakeInterval = time.Second / 30

func newFake(formats ...string) *fakeDevice {
	d := &fakeDevice{formats: formats, grants: 4, answers: map[uintptr]func(unsafe.Pointer) error{}}
	d.capabilities = go4vl.CapVideoCapture | go4vl.CapStreaming
	copy(d.driver[:], "fake")
	copy(d.card[:], "Odd Camera")
	d.picture = func(n int) (fakePicture, bool) {
		return fakePicture{planes: [][]byte{{0xff, 0xd8, byte(n)}}, sequence: uint32(n), stamp: monotonic()}, true
	}
	d.set(formats[0], 64, 48)
	return d
}

func monotonic() int64 {
	var now unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &now)
	return now.Nano()
}

func (d *fakeDevice) set(code string, width, height uint32) {
	*d.format.single() = singlePlane{width: width, height: height, code: fourCCOf(code), stride: 2 * width, size: 2 * width * height}
}

// as is what a request's argument points to.
func as[T any](argument unsafe.Pointer) *T { return (*T)(argument) }

// refuses makes the device answer a request with an error.
func (d *fakeDevice) refuses(errno unix.Errno, requests ...uintptr) {
	for _, request := range requests {
		d.answers[request] = func(unsafe.Pointer) error { return errno }
	}
}

func (d *fakeDevice) ioctl(request uintptr, argument unsafe.Pointer) error {
	if answer, ok := d.answers[request]; ok {
		return answer(argument)
	}
	switch request {
	case requestCapability:
		*as[capabilityStruct](argument) = d.capabilityStruct
	case requestEnumFormat:
		f := as[formatDescription](argument)
		if int(f.index) >= len(d.formats) {
			return unix.EINVAL
		}
		f.code = fourCCOf(d.formats[f.index])
	case requestSetFormat, requestGetFormat:
		f := as[formatStruct](argument)
		if request == requestSetFormat && d.planes == nil {
			p := f.single()
			p.stride, p.size = 2*p.width, 2*p.width*p.height
			d.format = *f
		}
		f.union = d.format.union
	case requestBuffers:
		d.makeBuffers(as[buffersStruct](argument))
	case requestStreamOn:
		d.started, d.number = time.Now(), 0
		d.starts++
	case requestStreamOff:
		d.started = time.Time{}
	case requestEvent:
		d.changed = false
		*as[eventStruct](argument) = eventStruct{kind: sourceChange, data: [16]uint32{changesResolution}}
	default:
		return d.transfer(request, argument)
	}
	return nil
}

func (d *fakeDevice) makeBuffers(b *buffersStruct) {
	b.count = min(b.count, d.grants)
	d.queued, d.done = nil, nil
	d.memory, d.described = make([][][]byte, b.count), make([]fakePicture, b.count)
	sizes := d.planes
	if sizes == nil {
		sizes = []int{64 << 10}
	}
	for i := range d.memory {
		for _, size := range sizes {
			d.memory[i] = append(d.memory[i], make([]byte, size))
		}
	}
}

// transfer moves buffers to and fro.
func (d *fakeDevice) transfer(request uintptr, argument unsafe.Pointer) error {
	switch request {
	case requestQueryBuffer:
		b := as[bufferStruct](argument)
		if d.planes == nil {
			b.length = uint32(len(d.memory[b.index][0]))
			*as[uint32](unsafe.Pointer(&b.where)) = b.index << 16
			return nil
		}
		planes := planesOf(b)
		b.length = uint32(len(d.planes))
		for i, size := range d.planes {
			planes[i].length, planes[i].where[0] = uint32(size), b.index<<16|uint32(i)<<12
		}
	case requestQueue:
		d.queued = append(d.queued, as[bufferStruct](argument).index)
	case requestDequeue:
		d.catchUp()
		if len(d.done) == 0 {
			return unix.EAGAIN
		}
		d.hand(as[bufferStruct](argument))
	default:
		return unix.ENOTTY
	}
	return nil
}

// planesOf is where a buffer's planes are described.
func planesOf(b *bufferStruct) *[8]planeStruct {
	return (*[8]planeStruct)(*(*unsafe.Pointer)(unsafe.Pointer(&b.where)))
}

// hand gives the oldest filled buffer to the driver.
func (d *fakeDevice) hand(b *bufferStruct) {
	b.index = d.done[0]
	d.done = d.done[1:]
	picture := d.described[b.index]
	b.sequence, b.flags = picture.sequence, picture.flags|go4vl.BufFlagTimestampMonotonic
	b.timestamp = unix.NsecToTimeval(picture.stamp)
	for i, plane := range picture.planes {
		copy(d.memory[b.index][i], plane)
		if d.planes != nil {
			planesOf(b)[i].used = uint32(len(plane))
		} else {
			b.used = uint32(len(plane))
		}
	}
}

// catchUp fills buffers with what has come until now. What finds no buffer is lost.
func (d *fakeDevice) catchUp() {
	for !d.started.IsZero() && !time.Now().Before(d.next()) {
		picture, ok := d.picture(d.number)
		if !ok {
			return
		}
		d.number++
		if len(d.queued) == 0 {
			d.lost++
			continue
		}
		d.delivered++
		d.described[d.queued[0]] = picture
		d.done = append(d.done, d.queued[0])
		d.queued = d.queued[1:]
	}
}

// next is when the next picture comes.
func (d *fakeDevice) next() time.Time {
	return d.started.Add(time.Duration(d.number+1) * fakeInterval)
}

func (d *fakeDevice) wait(ctx context.Context, patience time.Duration) (readiness, error) {
	for deadline := time.Now().Add(patience); ; {
		d.catchUp()
		switch {
		case d.changed:
			return readiness{event: true}, nil
		case len(d.done) > 0:
			return readiness{picture: true}, nil
		case ctx.Err() != nil, !time.Now().Before(deadline):
			return readiness{}, nil
		}
		until := time.Until(d.next())
		if until <= 0 { // silence
			until = time.Until(deadline)
		}
		select {
		case <-ctx.Done():
		case <-time.After(min(until, time.Until(deadline))):
		}
	}
}

func (d *fakeDevice) mmap(offset int64, _ int) ([]byte, error) {
	return d.memory[offset>>16][offset>>12&15], nil
}

func (d *fakeDevice) munmap([]byte) {}
func (d *fakeDevice) hungUp() bool  { return false }
func (d *fakeDevice) close()        {}

// plugged is the fake as the driver lists it.
func (d *fakeDevice) plugged(t *testing.T) camera.Camera {
	t.Helper()
	cameras, err := listing(t, func() handle {
		d.opens++
		return d
	})
	if err != nil || len(cameras) != 1 {
		t.Fatalf("listed %d cameras, %v", len(cameras), err)
	}
	return cameras[0]
}

// listing is what the driver lists where one node is plugged in, and opens a handle.
func listing(t *testing.T, open func() handle) ([]camera.Camera, error) {
	t.Helper()
	f, system := newFakeSystem(t)
	f.attributes("devices/platform/odd.0", nil)
	f.node("video0", "0", "Odd Camera", "platform/odd.0")
	system.open = func(string) (handle, error) { return open(), nil }
	cameras, _, err := system.List("")
	return cameras, err
}

// watched is what a consumer gets of a camera, until it has enough pictures or the time is
// over.
func watched(t *testing.T, c camera.Camera, want camera.Want, enough int, each func(camera.Picture)) (n int, failure error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for picture, err := range c.Frames(ctx, want) {
		if err != nil {
			return n, err
		}
		n++
		if each != nil {
			each(picture)
		}
		if n == enough {
			return n, nil
		}
	}
	return n, nil
}

// listOf answers a request for the entries of a list.
func listOf[T any](index func(*T) *uint32, entries ...T) func(unsafe.Pointer) error {
	return func(argument unsafe.Pointer) error {
		asked := as[T](argument)
		at := *index(asked)
		if int(at) >= len(entries) {
			return unix.EINVAL
		}
		*asked = slices.Clone(entries)[at]
		*index(asked) = at
		return nil
	}
}
