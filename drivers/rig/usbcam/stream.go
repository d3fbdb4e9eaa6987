package usbcam

import (
	"math/rand/v2"
	"time"
)

// stream sends pictures at the committed rate whenever the driver wants them,
// until the camera is unplugged.
func (c *Camera) stream() {
	card := new(testCard)
	var current *session
	var due time.Time
	for n := 0; ; n++ {
		s := c.awaitSession()
		if s == nil {
			return
		}
		if s != current {
			current, due = s, time.Now()
		}
		var picture []byte
		if s.fourcc == "MJPG" {
			picture = c.jpeg(s.width, s.height, n)
		} else {
			picture = card.yuyv(s.width, s.height, n)
		}
		if !c.sleepUntil(due) {
			return
		}
		c.send(s, picture, byte(n&1))
		due = due.Add(s.interval)
		// A late camera does not catch up: uvcvideo copies pictures in several workers
		// at once, and those that come close together may leave it in the wrong order.
		if soonest := time.Now().Add(s.interval / 2); due.Before(soonest) {
			due = soonest
		}
	}
}

// awaitSession returns the session once pictures are wanted, and nil once the
// camera is unplugged.
func (c *Camera) awaitSession() *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.closed && (c.session == nil || c.stalled) {
		c.changed.Wait()
	}
	return c.session
}

func (c *Camera) sleepUntil(due time.Time) (plugged bool) {
	select {
	case <-time.After(time.Until(due)):
		return true
	case <-c.gone:
		return false
	}
}

// Bits of a payload's header (UVC 1.1, 2.4.3.3).
const (
	frameID    = 1 << 0 // toggles with every picture
	endOfFrame = 1 << 1
	endOfHead  = 1 << 7
)

// send sends a picture, payload by payload, as the driver asks for them. It stops when the session ends.
func (c *Camera) send(s *session, picture []byte, id byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	picture = c.fault.spoil(picture)
	for done := false; !done; {
		for c.session == s && len(c.bulk) == 0 {
			c.changed.Wait()
		}
		if c.session != s {
			return
		}
		transfer := c.bulk[0]
		c.bulk = c.bulk[1:]
		header := [2]byte{2, endOfHead | id&frameID}
		part := picture[:min(len(picture), min(int(transfer.Length), maxPayload)-len(header))]
		picture = picture[len(part):]
		if done = len(picture) == 0; done {
			header[1] |= endOfFrame
		}
		if err := c.complete(transfer, 0, append(header[:], part...)); err != nil {
			return // unplugged; receive sees to it
		}
	}
	c.stats.Sent++
}

// spoil returns the picture as a camera with the fault sends it.
func (f Fault) spoil(picture []byte) []byte {
	switch f {
	case Truncated:
		return picture[:len(picture)/2]
	case Empty:
		return nil
	case Noise:
		noise := make([]byte, len(picture))
		for i := range noise {
			noise[i] = byte(rand.Uint32())
		}
		return noise
	}
	return picture
}
