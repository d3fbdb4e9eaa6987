package usbcam

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// Config describes a camera.
type Config struct {
	// Name is the product string, which V4L2 shows as the card's name.
	Name string
	// Serial is the serial number string; empty means that the camera has none.
	Serial string
	// YUYVOnly leaves MJPEG out of what the camera offers.
	YUYVOnly bool
	// Pictures returns the nth JPEG since the camera was plugged in; nil means a
	// moving bar, numbered (see [Number]). It is called from one goroutine.
	Pictures func(width, height, n int) []byte
}

// Fault is what is wrong with the pictures that a camera sends.
type Fault int

const (
	Whole     Fault = iota // nothing is
	Truncated              // only their first half is sent
	Empty                  // no byte of them is sent, which uvcvideo takes for no picture at all
	Noise                  // random bytes in their stead
)

// Stats says what a camera has done since it was plugged in.
type Stats struct {
	// Format (MJPG or YUYV), Width, Height and FPS are what the driver committed last.
	Format        string
	Width, Height int
	FPS           float64
	// Streaming holds from the driver's commit until it stops the stream.
	Streaming bool
	// Starts and Sent count streams and pictures.
	Starts, Sent int
}

// Camera is a camera that is plugged in until Unplug is called.
type Camera struct {
	config  Config
	formats []format
	jpeg    func(width, height, n int) []byte
	port    int
	socket  *os.File
	running sync.WaitGroup
	gone    chan struct{} // closed once the kernel has let go of the socket
	unplug  func() error
	probe   negotiation // of receive's goroutine

	mu       sync.Mutex // guards what follows and writing to the socket
	changed  *sync.Cond
	bulk     []request // streaming transfers that wait for data, oldest first
	session  *session  // nil while the driver has not asked for pictures
	stalled  bool
	fault    Fault
	closed   bool
	failure  error
	controls map[uint16]int16 // the processing unit's settings by selector
	stats    Stats
}

// session is one stream, from the driver's commit to its end.
type session struct {
	format
	size
	interval time.Duration
}

// Plug plugs a camera in. The kernel takes a moment until its node is there: see [Camera.Node].
func Plug(config Config) (*Camera, error) {
	if err := Available(); err != nil {
		return nil, err
	}
	c := &Camera{
		config:   config,
		formats:  offered(config.YUYVOnly),
		jpeg:     config.Pictures,
		gone:     make(chan struct{}),
		controls: defaults(),
	}
	if c.jpeg == nil {
		c.jpeg = new(testCard).jpeg
	}
	c.changed = sync.NewCond(&c.mu)
	c.probe = c.settle(negotiation{})
	c.unplug = sync.OnceValue(c.detach)

	var err error
	if c.socket, c.port, err = attach(); err != nil {
		return nil, fmt.Errorf("plugging in %s: %w", config.Name, err)
	}
	c.running.Go(c.receive)
	c.running.Go(c.stream)
	return c, nil
}

// Unplug pulls the camera out and returns when its goroutines have ended and its
// nodes are gone. Further calls change nothing.
func (c *Camera) Unplug() error { return c.unplug() }

func (c *Camera) detach() error {
	err := detach(c.port)
	select {
	case <-c.gone:
	case <-time.After(patience):
		err = errors.Join(err, errors.New("the kernel keeps its end of the cable"))
	}
	c.socket.Close()
	c.running.Wait()
	if c.failure != nil {
		err = c.failure // the cable had come off before, so detaching it failed as well
	}
	if err == nil {
		err = awaitNodesGone(c.port)
	}
	if err != nil {
		return fmt.Errorf("unplugging %s: %w", c.config.Name, err)
	}
	return nil
}

// Node waits for the camera's capture node and returns its path, such as /dev/video0.
func (c *Camera) Node(ctx context.Context) (string, error) {
	for {
		if node, ok := captureNode(c.port); ok {
			return node, nil
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("waiting for the node of %s: %w", c.config.Name, context.Cause(ctx))
		case <-c.gone:
			return "", fmt.Errorf("%s is not plugged in", c.config.Name)
		case <-time.After(poll):
		}
	}
}

// Stall makes the camera stop sending, as cameras do that hang, until it is
// called with false. The picture that is under way is finished.
func (c *Camera) Stall(stalled bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stalled = stalled
	c.changed.Broadcast()
}

// Break makes the camera send faulty pictures, or whole ones again.
func (c *Camera) Break(fault Fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fault = fault
}

// Stats returns what the camera has done so far.
func (c *Camera) Stats() Stats {
	c.mu.Lock()
	defer c.mu.Unlock()
	stats := c.stats
	stats.Streaming = c.session != nil
	return stats
}
