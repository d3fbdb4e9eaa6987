package microphones

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"
	"unsafe"

	"fanlight/drivers/caught"
	"fanlight/streaming/sound"

	"github.com/gen2brain/malgo"
)

// mostWaiting is how many blocks wait for a reader, who is late then: two seconds. Later ones
// are dropped, which leaves a gap.
const mostWaiting = 100

// block is what the sound system hands over at once.
type block struct {
	arrived time.Time // with its last sample
	samples []int16
}

var errSystemGone = errors.New("the sound system has ended the connection; the microphone is opened again when it is back")

// capture is an open microphone.
type capture struct {
	opened time.Time
	blocks chan block
	ended  <-chan error // receives why it ended
	quit   chan struct{}
	once   sync.Once
}

// begin opens a device; nil is the sound system's default one.
func begin(device *malgo.DeviceID) *capture {
	c := &capture{opened: time.Now(), blocks: make(chan block, mostWaiting), quit: make(chan struct{})}
	c.ended = caught.Go(func() error { return c.run(device) })
	return c
}

// close closes the device, and waits for that as long as a call may take.
func (c *capture) close() {
	c.once.Do(func() { close(c.quit) })
	select {
	case <-c.ended:
	case <-time.After(callPatience):
	}
}

// run has the device open until close, or until the sound system ends it.
func (c *capture) run(device *malgo.DeviceID) error {
	system, err := open()
	if err != nil {
		return errNoSystem
	}
	defer shut(system)
	config := malgo.DefaultDeviceConfig(malgo.Capture)
	config.SampleRate, config.PeriodSizeInFrames = sound.Rate, sound.PacketSamples
	config.Capture.Format, config.Capture.Channels = malgo.FormatS16, 1
	config.Pulse.StreamNameCapture = "Fanlight"
	var pinner runtime.Pinner
	defer pinner.Unpin()
	if device != nil {
		pinner.Pin(device)
		config.Capture.DeviceID = unsafe.Pointer(device)
	}
	stopped := make(chan struct{})
	opened, err := malgo.InitDevice(system.Context, config, malgo.DeviceCallbacks{
		Data: func(_, heard []byte, _ uint32) { c.take(heard) },
		Stop: sync.OnceFunc(func() { close(stopped) }),
	})
	if err != nil {
		return fmt.Errorf("the microphone cannot be opened. Close other programs that use it, or plug it in again: %w", err)
	}
	defer func() {
		opened.Stop() // which wakes miniaudio's thread; Uninit waits for it, and does not
		opened.Uninit()
	}()
	if err := opened.Start(); err != nil {
		return fmt.Errorf("the microphone cannot be started. Close other programs that use it, or plug it in again: %w", err)
	}
	select {
	case <-c.quit:
		return nil
	case <-stopped:
		return errSystemGone
	}
}

// take hands on what the device heard. It runs in the sound system's thread, and does not
// block.
func (c *capture) take(heard []byte) {
	arrived := time.Now()
	for len(heard) >= 2*sound.PacketSamples {
		b := block{arrived, make([]int16, sound.PacketSamples)}
		for n := range b.samples {
			b.samples[n] = int16(binary.NativeEndian.Uint16(heard[2*n:]))
		}
		heard = heard[2*sound.PacketSamples:]
		select {
		case c.blocks <- b:
		default:
		}
	}
}

// settling is how long blocks are gathered before they get their times, at most, where those are
// not plain: a sound system that has just opened a device hands over several at once, and a busy
// machine holds some up, which then come one by one. Which of them came in time shows only later.
const settling = 200 * time.Millisecond

// settle returns a block with those behind it, up to the first that makes their times plain.
func (c *capture) settle(ctx context.Context, first block, isPlain func(n int, b block) bool) []block {
	all := []block{first}
	settled := time.After(settling)
	for {
		select {
		case b := <-c.blocks:
			all = append(all, b)
			if isPlain(len(all)-1, b) {
				return all
			}
		case <-settled:
			return all
		case <-ctx.Done():
			return all
		}
	}
}

// soonest is when the last of some blocks would have arrived, were it as little late as the one
// that is least so.
func soonest(blocks []block) time.Time {
	last := blocks[len(blocks)-1].arrived
	for n, b := range blocks {
		if ended := b.arrived.Add(time.Duration(len(blocks)-1-n) * sound.PacketLength); ended.Before(last) {
			last = ended
		}
	}
	return last
}
