//go:build linux

package v4l2

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unsafe"

	go4vl "github.com/vladimirvivien/go4vl/v4l2"
	"golang.org/x/sys/unix"
)

// Kinds of queues: enum v4l2_buf_type.
const (
	singlePlaneCapture = 1
	manyPlanesCapture  = 9
)

// device is an open node.
type device struct {
	handle
	driver, card string
	capabilities uint32
	queueKind    uint32
	planes       [8]planeStruct // of the buffer that the kernel is asked about
	buffers      []buffer
}

// opened asks an open node what it is.
func opened(h handle, err error) (*device, error) {
	if err != nil {
		return nil, err
	}
	var is capabilityStruct
	if err := h.ioctl(requestCapability, unsafe.Pointer(&is)); err != nil {
		h.close()
		return nil, fmt.Errorf("asking what it is: %w", err)
	}
	d := &device{handle: h, driver: text(is.driver[:]), card: text(is.card[:]), capabilities: is.capabilities, queueKind: singlePlaneCapture}
	if is.capabilities&go4vl.CapDeviceCapabilities != 0 {
		d.capabilities = is.device // the node's own; the others are of all nodes of the device
	}
	if d.capabilities&(go4vl.CapVideoCapture|go4vl.CapVideoCaptureMPlane) == go4vl.CapVideoCaptureMPlane {
		d.queueKind = manyPlanesCapture
	}
	return d, nil
}

// captures reports whether the node is a camera's. Metadata nodes, encoders and other
// converters are none, nor are raw sensors behind a media controller, which deliver
// nothing before their pipeline is set up.
func (d *device) captures() bool {
	const needed, either = go4vl.CapStreaming, go4vl.CapVideoCapture | go4vl.CapVideoCaptureMPlane
	const none = go4vl.CapVideoMem2Mem | go4vl.CapVideoMem2MemMPlane | go4vl.CapIOMediaController
	switch {
	case d.driver == loopbackDriver: // which denies that it captures while no program feeds it
		return true
	case d.capabilities&(needed|none) != needed, d.capabilities&either == 0, converts(d.driver), converts(d.card):
		return false
	case d.driver == "unicam": // of the Raspberry Pi: a raw sensor's, or a bridge's from HDMI
		_, err := d.offers()
		return err == nil
	}
	return true
}

// loopbackDriver is v4l2loopback, a camera that a program feeds.
const loopbackDriver = "v4l2 loopback"

// fed reports whether a virtual camera has a picture.
func (d *device) fed() bool {
	formats, err := d.formats()
	return err == nil && len(formats) > 0 && d.capabilities&(go4vl.CapVideoCapture|go4vl.CapVideoCaptureMPlane) != 0
}

// converts reports whether a driver or a card is named as an image processor or a codec.
// Some of them claim to be plain cameras, the Raspberry Pi's for one, and wait for ever
// for the pictures that they are to convert.
func converts(name string) bool {
	for _, part := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune(" -_:", r) }) {
		switch part {
		case "isp", "pispbe", "codec", "dec", "enc", "decoder", "encoder", "vpu", "rpivid", "rga":
			return true
		}
	}
	return false
}

// request makes a request with a number as its struct.
func (d *device) request(request uintptr, number *uint32) error {
	return d.ioctl(request, unsafe.Pointer(number))
}

// hangUpPatience is how long the kernel may take to notice that a camera is unplugged
// after its stream broke: 10 to 50 ms were seen, on a slow machine.
const hangUpPatience = time.Second

// gone adds ENODEV to the failure of an unplugged camera: the kernel hangs up on the
// descriptors of a device that is no longer registered. That may come after the stream
// broke, so gone waits for it, until ctx ends.
func (d *device) gone(ctx context.Context, err error) error {
	deadline := time.Now()
	if errors.Is(err, unix.EIO) || errors.Is(err, unix.EBADF) || errors.Is(err, unix.ENOMEM) {
		deadline = deadline.Add(hangUpPatience)
	}
	for {
		if d.hungUp() {
			return fmt.Errorf("%w (%w)", unix.ENODEV, err)
		}
		if ctx.Err() != nil || !time.Now().Before(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// enumerate asks for entry 0, 1 and so on until one is refused. Drivers that ignore the
// number have lists without an end, so no more than most are asked for.
func enumerate(most uint32, ask func(index uint32) error) error {
	for index := range most {
		if err := ask(index); err != nil {
			return err
		}
	}
	return nil
}
