//go:build linux

package drivers

import (
	"context"
	"errors"
	"fmt"
	"time"

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

// v4l2Captures asks a node what it is. No cameras are metadata nodes, encoders and
// other converters, and the raw sensors behind a media controller, which deliver
// nothing before their pipeline has been laid.
func v4l2Captures(path string) (card string, captures bool, err error) {
	d, err := openV4L2(path)
	if err != nil {
		return "", false, err
	}
	defer d.close()
	var is v4l2.Capability
	deep(func() { is, err = v4l2.GetCapability(d.fd) })
	if err != nil {
		return "", false, fmt.Errorf("asking what it is: %w", err)
	}
	const needed, none = v4l2.CapVideoCapture | v4l2.CapStreaming, v4l2.CapVideoMem2Mem | v4l2.CapIOMediaController
	return is.Card, is.GetCapabilities()&(needed|none) == needed, nil
}

// close closes a node that was not asked to stream. It does no more: giving
// buffers back would take the camera from others for a moment.
func (d *v4l2Device) close() { _ = v4l2.CloseDevice(d.fd) }

// v4l2Agreed is what a camera has agreed to deliver.
type v4l2Agreed struct {
	v4l2Format
	Mode
	stride, bytes uint32 // of a line of the first plane, and of a picture at most
}

// negotiate agrees with the camera on a mode and returns what it really granted.
func (d *v4l2Device) negotiate(want Mode) (granted v4l2Agreed, err error) {
	offers, err := d.offers()
	if err != nil {
		return v4l2Agreed{}, err
	}
	format, width, height := pickMode(offers, want)
	deep(func() {
		err = v4l2.SetPixFormat(d.fd, v4l2.PixFormat{Width: width, Height: height, PixelFormat: format.code})
	})
	if err != nil {
		return v4l2Agreed{}, fmt.Errorf("asking for %dx%d: %w", width, height, err)
	}
	var pix v4l2.PixFormat
	deep(func() { pix, err = v4l2.GetPixFormat(d.fd) })
	if err != nil {
		return v4l2Agreed{}, fmt.Errorf("asking for the size granted: %w", err)
	}
	format, known := formatOf(pix.PixelFormat)
	if !known {
		return v4l2Agreed{}, &undecodedError{[]v4l2.FormatDescription{{PixelFormat: pix.PixelFormat}}}
	}
	granted = v4l2Agreed{
		v4l2Format: format,
		Mode:       Mode{Format: fourCC(format.code), Width: int(pix.Width), Height: int(pix.Height)},
		stride:     pix.BytesPerLine,
		bytes:      pix.SizeImage,
	}
	granted.FPS, err = d.setRate(pix, want.FPS)
	return granted, err
}

// setRate asks for a rate and returns the one granted, zero if the camera does
// not say. A camera whose rate is not adjustable refuses the call.
func (d *v4l2Device) setRate(pix v4l2.PixFormat, fps float64) (float64, error) {
	param := v4l2.StreamParam{Capture: v4l2.CaptureParam{
		TimePerFrame: pickInterval(d.intervals(pix.PixelFormat, pix.Width, pix.Height), fps),
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
	d.close()
}

// hangUpPatience is how long after a stream broke the kernel may take to notice
// that the camera is unplugged: 10 to 50 ms were seen, on a slow machine.
const hangUpPatience = time.Second

// gone gives a failure of an unplugged camera the errno that go4vl drops: the
// kernel hangs up on the descriptors of a device that is no longer registered. A
// stream breaks some time before, so that it is waited for, until ctx ends.
func (d *v4l2Device) gone(ctx context.Context, err error) error {
	deadline := time.Now()
	if errors.Is(err, v4l2.ErrorSystem) || errors.Is(err, unix.EIO) {
		deadline = deadline.Add(hangUpPatience)
	}
	for {
		events := []unix.PollFd{{Fd: int32(d.fd)}}
		if n, _ := unix.Poll(events, 0); n == 1 && events[0].Revents&unix.POLLHUP != 0 {
			return fmt.Errorf("%w (%w)", unix.ENODEV, err)
		}
		if ctx.Err() != nil || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(10 * time.Millisecond):
		}
	}
}
