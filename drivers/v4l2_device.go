//go:build linux

package drivers

import (
	"errors"
	"fmt"

	"github.com/vladimirvivien/go4vl/v4l2"
	"golang.org/x/sys/unix"
)

// bufferCount is how many pictures the kernel may have under way: one is with
// the consumer, one is being filled, and two spare ones bridge a hiccup.
const bufferCount = 4

// v4l2Device is an open node.
type v4l2Device struct {
	// go4vl's streaming calls want twelve methods and use the four below; the
	// others stay nil.
	v4l2.StreamingDevice
	fd      uintptr
	buffers [][]byte // the kernel's, mapped read-only
}

func (d *v4l2Device) Fd() uintptr              { return d.fd }
func (d *v4l2Device) MemIOType() v4l2.IOType   { return v4l2.IOTypeMMAP }
func (d *v4l2Device) BufferType() v4l2.BufType { return v4l2.BufTypeVideoCapture }
func (d *v4l2Device) BufferCount() uint32      { return bufferCount }

// openV4L2 opens a node so that no read can block and no child process inherits it.
func openV4L2(path string) (*v4l2Device, error) {
	fd, err := v4l2.OpenDevice(path, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	return &v4l2Device{fd: fd}, err
}

// v4l2Captures asks a node what it is. Left out are metadata nodes, encoders and
// other converters, and the raw sensors behind a media controller, which deliver
// nothing before their pipeline has been laid. A node that cannot be asked (no
// permission, or just waking up) is judged by sysfs, so that opening it can say
// what is wrong.
func v4l2Captures(n v4l2Node) (card string, ok bool) {
	d, err := openV4L2(n.path)
	if err != nil {
		return n.label, n.first && (errors.Is(err, unix.EACCES) || errors.Is(err, unix.EBUSY))
	}
	defer v4l2.CloseDevice(d.fd) // and no more: REQBUFS would take the camera from others for a moment
	var is v4l2.Capability
	deep(func() { is, err = v4l2.GetCapability(d.fd) })
	const needed, none = v4l2.CapVideoCapture | v4l2.CapStreaming, v4l2.CapVideoMem2Mem | v4l2.CapIOMediaController
	return is.Card, err == nil && is.GetCapabilities()&(needed|none) == needed
}

// negotiate agrees with the camera on a mode and returns what it really granted.
func (d *v4l2Device) negotiate(want Mode) (granted Mode, err error) {
	var formats []v4l2.FormatDescription
	deep(func() { formats, err = v4l2.GetAllFormatDescriptions(d.fd) })
	if err != nil && !errors.Is(err, v4l2.ErrorBadArgument) { // which ends the list, or says that it is empty
		return Mode{}, fmt.Errorf("listing formats: %w", err)
	}
	format, err := jpegFormat(formats)
	if err != nil {
		return Mode{}, err
	}

	width, height := pickSize(d.sizes(format), want)
	deep(func() {
		err = v4l2.SetPixFormat(d.fd, v4l2.PixFormat{Width: width, Height: height, PixelFormat: format})
	})
	if err != nil {
		return Mode{}, fmt.Errorf("asking for %dx%d: %w", width, height, err)
	}
	var pix v4l2.PixFormat
	deep(func() { pix, err = v4l2.GetPixFormat(d.fd) })
	if err != nil {
		return Mode{}, fmt.Errorf("asking for the size granted: %w", err)
	}
	if pix.PixelFormat != format {
		return Mode{}, &rawOnlyError{[]v4l2.FormatDescription{{PixelFormat: pix.PixelFormat}}}
	}
	granted = Mode{Width: int(pix.Width), Height: int(pix.Height)}
	granted.FPS, err = d.setRate(format, pix.Width, pix.Height, want.FPS)
	return granted, err
}

// setRate asks for a rate and returns the one granted, zero if the camera does
// not say. A camera whose rate is not adjustable refuses the call.
func (d *v4l2Device) setRate(format v4l2.FourCCType, width, height uint32, fps float64) (float64, error) {
	param := v4l2.StreamParam{Capture: v4l2.CaptureParam{
		TimePerFrame: pickInterval(d.intervals(format, width, height), fps),
	}}
	var err error
	deep(func() { err = v4l2.SetStreamParam(d.fd, v4l2.BufTypeVideoCapture, param) })
	if err == nil || fixedRate(err) {
		deep(func() { param, err = v4l2.GetStreamParam(d.fd, v4l2.BufTypeVideoCapture) })
	}
	if fixedRate(err) {
		return 0, nil
	} else if err != nil {
		return 0, fmt.Errorf("asking for the frame rate: %w", err)
	}
	return rate(param.Capture.TimePerFrame), nil
}

func fixedRate(err error) bool {
	return errors.Is(err, v4l2.ErrorUnsupported) || errors.Is(err, v4l2.ErrorBadArgument)
}

// sizes lists the sizes that a format comes in; none if the driver has no list.
func (d *v4l2Device) sizes(format v4l2.FourCCType) []v4l2.FrameSize {
	var listed []v4l2.FrameSizeEnum
	deep(func() { listed, _ = v4l2.GetFormatFrameSizes(d.fd, format) })
	var sizes []v4l2.FrameSize
	for _, l := range listed {
		sizes = append(sizes, l.Size)
	}
	return sizes
}

// intervals lists the frame intervals at a size; none if the driver has no list,
// or a range of them, which go4vl reads wrongly.
func (d *v4l2Device) intervals(format v4l2.FourCCType, width, height uint32) []v4l2.Fract {
	var intervals []v4l2.Fract
	for i := uint32(0); ; i++ {
		var listed v4l2.FrameIntervalEnum
		var err error
		deep(func() { listed, err = v4l2.GetFormatFrameInterval(d.fd, i, format, width, height) })
		if err != nil || listed.Type != v4l2.FrameIntervalTypeDiscrete {
			return intervals
		}
		intervals = append(intervals, listed.Interval.Min)
	}
}

// start maps and queues the buffers and turns the camera on.
func (d *v4l2Device) start() error {
	var got v4l2.RequestBuffers
	var err error
	deep(func() { got, err = v4l2.InitBuffers(d) })
	if err != nil {
		return err
	}
	for i := range got.Count {
		var b v4l2.Buffer
		deep(func() { b, err = v4l2.GetBuffer(d, i) })
		if err != nil {
			return err
		}
		mapped, err := unix.Mmap(int(d.fd), int64(b.Info.Offset), int(b.Length), unix.PROT_READ, unix.MAP_SHARED)
		if err != nil {
			return fmt.Errorf("mapping buffer %d: %w", i, err)
		}
		d.buffers = append(d.buffers, mapped)
		if err := d.queue(b); err != nil {
			return err
		}
	}
	deep(func() { err = v4l2.StreamOn(d) })
	return err
}

// queue gives buffers back to the camera to be filled.
func (d *v4l2Device) queue(buffers ...v4l2.Buffer) error {
	for _, b := range buffers {
		var err error
		deep(func() { _, err = v4l2.QueueBuffer(d.fd, v4l2.IOTypeMMAP, v4l2.BufTypeVideoCapture, b.Index) })
		if err != nil {
			return err
		}
	}
	return nil
}

// filled takes all buffers that the camera has filled, the newest last.
func (d *v4l2Device) filled() ([]v4l2.Buffer, error) {
	var buffers []v4l2.Buffer
	for {
		var b v4l2.Buffer
		var err error
		deep(func() { b, err = v4l2.DequeueBuffer(d.fd, v4l2.IOTypeMMAP, v4l2.BufTypeVideoCapture) })
		if errors.Is(err, unix.EAGAIN) {
			return buffers, nil
		} else if err != nil {
			return nil, err
		}
		buffers = append(buffers, b)
	}
}

// release turns the camera off and gives everything back, in the one order that
// leaves nothing behind: a mapping or a buffer that outlives the descriptor keeps
// the camera busy until the process ends. It goes on past errors, which an
// unplugged camera gives to every call.
func (d *v4l2Device) release() {
	deep(func() { _ = v4l2.StreamOff(d) })
	for _, b := range d.buffers {
		_ = unix.Munmap(b)
	}
	deep(func() { _, _ = v4l2.ResetBuffers(d) })
	_ = v4l2.CloseDevice(d.fd)
}

// gone gives a failure of an unplugged camera the errno that go4vl drops: the
// kernel hangs up on the descriptors of a device that is no longer registered.
func (d *v4l2Device) gone(err error) error {
	events := []unix.PollFd{{Fd: int32(d.fd)}}
	if n, _ := unix.Poll(events, 0); n == 1 && events[0].Revents&unix.POLLHUP != 0 {
		return fmt.Errorf("%w (%w)", unix.ENODEV, err)
	}
	return err
}
