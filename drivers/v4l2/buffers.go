//go:build linux

package v4l2

import (
	"errors"
	"fmt"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// bufferCount is how many pictures the kernel may have under way. Some drivers grant two.
const bufferCount = 4

// memoryMapped is V4L2_MEMORY_MMAP.
const memoryMapped = 1

// buffer is the kernel's memory for one picture, mapped: a slice for each plane.
type buffer [][]byte

// filled is a buffer that the camera has filled.
type filled struct {
	bufferStruct
	planes [8]planeStruct // of a queue with many planes
}

// buffer describes a buffer to the kernel.
func (d *device) buffer(index uint32) bufferStruct {
	b := bufferStruct{index: index, kind: d.queueKind, memory: memoryMapped}
	if d.queueKind == manyPlanesCapture {
		d.planes = [8]planeStruct{}
		b.where, b.length = uintptr(unsafe.Pointer(&d.planes)), uint32(len(d.planes)) // d does not move
	}
	return b
}

// exchange makes a request about a buffer.
func (d *device) exchange(request uintptr, b *bufferStruct) error {
	defer runtime.KeepAlive(d)
	return d.ioctl(request, unsafe.Pointer(b))
}

// start maps and queues the buffers and turns the camera on.
func (d *device) start() error {
	got := buffersStruct{count: bufferCount, kind: d.queueKind, memory: memoryMapped}
	if err := d.ioctl(requestBuffers, unsafe.Pointer(&got)); err != nil {
		return fmt.Errorf("asking for buffers: %w", err)
	}
	for i := range min(got.count, 2*bufferCount) {
		if err := d.mapBuffer(i); err != nil {
			return fmt.Errorf("mapping buffer %d: %w", i, err)
		}
		if err := d.queue(i); err != nil {
			return err
		}
	}
	if len(d.buffers) == 0 {
		return fmt.Errorf("asking for buffers: %w", unix.ENOMEM)
	}
	if err := d.request(requestStreamOn, &d.queueKind); err != nil {
		return fmt.Errorf("stream on: %w", err)
	}
	return nil
}

func (d *device) mapBuffer(index uint32) error {
	b := d.buffer(index)
	if err := d.exchange(requestQueryBuffer, &b); err != nil {
		return err
	}
	planes := []planeStruct{{length: b.length, where: [len(planeStruct{}.where)]uint32{b.offset()}}}
	if d.queueKind == manyPlanesCapture {
		planes = append(planes[:0], d.planes[:min(int(b.length), len(d.planes))]...)
	}
	if len(planes) == 0 {
		return unix.EINVAL
	}
	d.buffers = append(d.buffers, nil)
	for _, p := range planes {
		mapped, err := d.mmap(int64(p.where[0]), int(p.length))
		if err != nil {
			return err
		}
		d.buffers[index] = append(d.buffers[index], mapped)
	}
	return nil
}

// queue gives a buffer back to the camera to be filled.
func (d *device) queue(index uint32) error {
	b := d.buffer(index)
	if err := d.exchange(requestQueue, &b); err != nil {
		return fmt.Errorf("buffer queue: %w", err)
	}
	return nil
}

// filled takes all buffers that the camera has filled, the newest last.
func (d *device) filled() ([]filled, error) {
	var taken []filled
	for len(taken) < len(d.buffers) {
		b := d.buffer(0)
		if err := d.exchange(requestDequeue, &b); errors.Is(err, unix.EAGAIN) {
			return taken, nil
		} else if err != nil {
			return nil, fmt.Errorf("buffer dequeue: %w", err)
		}
		if int(b.index) >= len(d.buffers) {
			return nil, fmt.Errorf("buffer dequeue: there is no buffer %d: %w", b.index, unix.EIO)
		}
		taken = append(taken, filled{b, d.planes})
	}
	return taken, nil
}

// content returns what the camera wrote into a buffer, plane by plane. The kernel's count
// may exceed it.
func (d *device) content(f filled) [][]byte {
	var planes [][]byte
	for i, mapped := range d.buffers[f.index] {
		start, end := 0, int(f.used)
		if d.queueKind == manyPlanesCapture {
			start, end = int(f.planes[i].start), int(f.planes[i].used)
		}
		end = min(end, len(mapped))
		start = min(start, end)
		planes = append(planes, mapped[start:end:end])
	}
	return planes
}

// release turns the camera off and gives everything back, in the only order that leaves
// nothing: a mapping or a buffer that outlives the descriptor keeps the camera busy until
// the process ends. It ignores errors, which an unplugged camera returns for every call.
func (d *device) release() {
	_ = d.request(requestStreamOff, &d.queueKind)
	for _, b := range d.buffers {
		for _, plane := range b {
			d.munmap(plane)
		}
	}
	none := buffersStruct{kind: d.queueKind, memory: memoryMapped}
	_ = d.ioctl(requestBuffers, unsafe.Pointer(&none))
	d.close()
}
