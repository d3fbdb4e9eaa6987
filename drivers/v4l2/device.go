//go:build linux

package v4l2

import (
	"context"
	"errors"
	"fmt"
	"time"

	"fanlight/drivers/camera"

	go4vl "github.com/vladimirvivien/go4vl/v4l2"
	"golang.org/x/sys/unix"
)

// bufferCount is how many pictures the kernel may have under way: one is with
// the consumer, one is being filled, and two spare ones bridge a hiccup.
const bufferCount = 4

// device is an open node.
type device struct {
	// go4vl's streaming calls want twelve methods and use the four below; the
	// others stay nil.
	go4vl.StreamingDevice
	fd      uintptr
	buffers [][]byte // the kernel's, mapped read-only
}

func (d *device) Fd() uintptr               { return d.fd }
func (d *device) MemIOType() go4vl.IOType   { return go4vl.IOTypeMMAP }
func (d *device) BufferType() go4vl.BufType { return go4vl.BufTypeVideoCapture }
func (d *device) BufferCount() uint32       { return bufferCount }

// open opens a node so that no read can block and no child process inherits it.
func open(path string) (*device, error) {
	fd, err := go4vl.OpenDevice(path, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	return &device{fd: fd}, err
}

// capability asks a node what it is. Metadata nodes, encoders and other converters are
// no cameras, nor are raw sensors behind a media controller, which deliver nothing before
// their pipeline is set up.
func capability(path string) (card string, captures bool, err error) {
	d, err := open(path)
	if err != nil {
		return "", false, err
	}
	defer d.close()
	var is go4vl.Capability
	deep(func() { is, err = go4vl.GetCapability(d.fd) })
	if err != nil {
		return "", false, fmt.Errorf("asking what it is: %w", err)
	}
	const needed, none = go4vl.CapVideoCapture | go4vl.CapStreaming, go4vl.CapVideoMem2Mem | go4vl.CapIOMediaController
	return is.Card, is.GetCapabilities()&(needed|none) == needed, nil
}

// close closes a node that was not asked to stream. It gives no buffers back, which
// would take the camera from other programs for a moment.
func (d *device) close() { _ = go4vl.CloseDevice(d.fd) }

// agreed is what a camera has agreed to deliver.
type agreed struct {
	pixelFormat
	camera.Mode
	stride, bytes uint32 // of a line of the first plane, and of a picture at most
}

// negotiate agrees with the camera on a mode and returns the one granted.
func (d *device) negotiate(want camera.Mode) (granted agreed, err error) {
	offers, err := d.offers()
	if err != nil {
		return agreed{}, err
	}
	format, width, height := pickMode(offers, want)
	deep(func() {
		err = go4vl.SetPixFormat(d.fd, go4vl.PixFormat{Width: width, Height: height, PixelFormat: format.code})
	})
	if err != nil {
		return agreed{}, fmt.Errorf("asking for %dx%d: %w", width, height, err)
	}
	var pix go4vl.PixFormat
	deep(func() { pix, err = go4vl.GetPixFormat(d.fd) })
	if err != nil {
		return agreed{}, fmt.Errorf("asking for the size granted: %w", err)
	}
	format, known := formatOf(pix.PixelFormat)
	if !known {
		return agreed{}, &undecodedError{[]go4vl.FormatDescription{{PixelFormat: pix.PixelFormat}}}
	}
	granted = agreed{
		pixelFormat: format,
		Mode:        camera.Mode{Format: fourCC(format.code), Width: int(pix.Width), Height: int(pix.Height)},
		stride:      pix.BytesPerLine,
		bytes:       pix.SizeImage,
	}
	granted.FPS, err = d.setRate(pix, want.FPS)
	return granted, err
}

// setRate asks for a rate and returns the one granted, or zero if the camera does not
// say. A camera with a fixed rate refuses the call.
func (d *device) setRate(pix go4vl.PixFormat, fps float64) (float64, error) {
	param := go4vl.StreamParam{Capture: go4vl.CaptureParam{
		TimePerFrame: pickInterval(d.intervals(pix.PixelFormat, pix.Width, pix.Height), fps),
	}}
	var err error
	deep(func() { err = go4vl.SetStreamParam(d.fd, go4vl.BufTypeVideoCapture, param) })
	if err == nil || fixedRate(err) {
		deep(func() { param, err = go4vl.GetStreamParam(d.fd, go4vl.BufTypeVideoCapture) })
	}
	if fixedRate(err) {
		return 0, nil
	} else if err != nil {
		return 0, fmt.Errorf("asking for the frame rate: %w", err)
	}
	return rate(param.Capture.TimePerFrame), nil
}

func fixedRate(err error) bool {
	return errors.Is(err, go4vl.ErrorUnsupported) || errors.Is(err, go4vl.ErrorBadArgument)
}

// start maps and queues the buffers and turns the camera on.
func (d *device) start() error {
	var got go4vl.RequestBuffers
	var err error
	deep(func() { got, err = go4vl.InitBuffers(d) })
	if err != nil {
		return err
	}
	for i := range got.Count {
		var b go4vl.Buffer
		deep(func() { b, err = go4vl.GetBuffer(d, i) })
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
	deep(func() { err = go4vl.StreamOn(d) })
	return err
}

// queue gives buffers back to the camera to be filled.
func (d *device) queue(buffers ...go4vl.Buffer) error {
	for _, b := range buffers {
		var err error
		deep(func() { _, err = go4vl.QueueBuffer(d.fd, go4vl.IOTypeMMAP, go4vl.BufTypeVideoCapture, b.Index) })
		if err != nil {
			return err
		}
	}
	return nil
}

// filled takes all buffers that the camera has filled, the newest last.
func (d *device) filled() ([]go4vl.Buffer, error) {
	var buffers []go4vl.Buffer
	for {
		var b go4vl.Buffer
		var err error
		deep(func() { b, err = go4vl.DequeueBuffer(d.fd, go4vl.IOTypeMMAP, go4vl.BufTypeVideoCapture) })
		if errors.Is(err, unix.EAGAIN) {
			return buffers, nil
		} else if err != nil {
			return nil, err
		}
		buffers = append(buffers, b)
	}
}

// release turns the camera off and gives everything back, in the only order that leaves
// nothing: a mapping or a buffer that outlives the descriptor keeps the camera busy until
// the process ends. It ignores errors, which an unplugged camera returns for every call.
func (d *device) release() {
	deep(func() { _ = go4vl.StreamOff(d) })
	for _, b := range d.buffers {
		_ = unix.Munmap(b)
	}
	deep(func() { _, _ = go4vl.ResetBuffers(d) })
	d.close()
}

// hangUpPatience is how long the kernel may take to notice that a camera is unplugged
// after its stream broke: 10 to 50 ms were seen, on a slow machine.
const hangUpPatience = time.Second

// gone adds ENODEV, which go4vl drops, to the failure of an unplugged camera: the kernel
// hangs up on the descriptors of a device that is no longer registered. That may come
// after the stream broke, so gone waits for it, until ctx ends.
func (d *device) gone(ctx context.Context, err error) error {
	deadline := time.Now()
	if errors.Is(err, go4vl.ErrorSystem) || errors.Is(err, unix.EIO) {
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
