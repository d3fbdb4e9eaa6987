package usbcam

import (
	"bytes"
	"encoding/binary"
	"time"
)

// Kinds of control requests: direction, type and recipient (USB 2.0, table 9-2).
const (
	toDevice      = 0x00
	toInterface   = 0x01
	toEndpoint    = 0x02
	fromDevice    = 0x80
	fromInterface = 0x81
	fromEndpoint  = 0x82
	setClass      = 0x21
	getClass      = 0xa1
)

// Standard requests (USB 2.0, table 9-4) and descriptor types.
const (
	getStatus        = 0
	clearFeature     = 1
	getDescriptor    = 6
	getConfiguration = 8
	setConfiguration = 9
	getInterface     = 10
	setInterface     = 11

	deviceType, configurationType, stringType = 1, 2, 3
)

// Requests and selectors of the video class (UVC 1.1, appendix A.8, A.9).
const (
	setCur  = 0x01
	getCur  = 0x81
	getMin  = 0x82
	getMax  = 0x83
	getRes  = 0x84
	getLen  = 0x85
	getInfo = 0x86
	getDef  = 0x87

	probeControl, commitControl        = 1, 2 // of the streaming interface
	brightnessControl, contrastControl = 2, 3 // of the processing unit
	errorCodeControl                   = 2    // of the control interface
)

// control answers a control request; not ok is USB's STALL.
func (c *Camera) control(s setup, out []byte) (in []byte, ok bool) {
	switch s.kind() {
	case setClass, getClass:
		return c.classRequest(s, out)
	case toEndpoint:
		// Linux and Windows end a bulk stream by clearing its endpoint's halt
		// (uvc_video_stop_streaming); UVC has no request for it.
		if s.code() == clearFeature && s.index() == streamingEndpoint {
			c.endSession()
		}
		return nil, s.code() == clearFeature
	case toDevice:
		return nil, s.code() == setConfiguration
	case toInterface:
		return nil, s.code() == setInterface && s.value() == 0
	case fromDevice, fromInterface, fromEndpoint:
		return c.standardRead(s)
	}
	return nil, false
}

func (c *Camera) standardRead(s setup) ([]byte, bool) {
	switch s.code() {
	case getStatus:
		return []byte{0, 0}, true
	case getConfiguration:
		return []byte{1}, true
	case getInterface:
		return []byte{0}, true
	case getDescriptor:
		return c.descriptor(s)
	}
	return nil, false
}

func (c *Camera) descriptor(s setup) ([]byte, bool) {
	switch s.value() >> 8 {
	case deviceType:
		return c.deviceDescriptor(), true
	case configurationType:
		return c.configurationDescriptor(), true
	case stringType:
		return c.stringDescriptor(byte(s.value()))
	}
	return nil, false
}

// classRequest dispatches by the interface and the entity in it.
func (c *Camera) classRequest(s setup, out []byte) ([]byte, bool) {
	entity, number, selector := s.index()>>8, s.index()&0xff, s.value()>>8
	switch {
	case number == streamingInterface && entity == 0:
		return c.negotiate(selector, s.code(), out)
	case number == controlInterface && entity == processingUnit:
		return c.adjust(selector, s.code(), out)
	case number == controlInterface && entity == 0 && selector == errorCodeControl:
		const invalidControl = 6
		return []byte{invalidControl}, true
	}
	return nil, false
}

// setting is the range of a processing unit's control.
type setting struct{ min, max, initial int16 }

var settings = map[uint16]setting{
	brightnessControl: {-64, 64, 0},
	contrastControl:   {0, 95, 32},
}

func defaults() map[uint16]int16 {
	values := map[uint16]int16{}
	for selector, s := range settings {
		values[selector] = s.initial
	}
	return values
}

func (c *Camera) adjust(selector uint16, code byte, out []byte) ([]byte, bool) {
	s, ok := settings[selector]
	if !ok {
		return nil, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	number := func(n int16) ([]byte, bool) { return binary.LittleEndian.AppendUint16(nil, uint16(n)), true }
	switch code {
	case setCur:
		if len(out) != 2 {
			return nil, false
		}
		value := int16(binary.LittleEndian.Uint16(out))
		if value < s.min || value > s.max {
			return nil, false
		}
		c.controls[selector] = value
		return nil, true
	case getCur:
		return number(c.controls[selector])
	case getMin:
		return number(s.min)
	case getMax:
		return number(s.max)
	case getRes:
		return number(1)
	case getDef:
		return number(s.initial)
	}
	return describe(code, 2)
}

// describe answers what is the same for all controls: their length and that they can be read and set.
func describe(code byte, length uint16) ([]byte, bool) {
	switch code {
	case getLen:
		return binary.LittleEndian.AppendUint16(nil, length), true
	case getInfo:
		const readable, writable = 1, 2
		return []byte{readable | writable}, true
	}
	return nil, false
}

// negotiation is the data of the probe and commit controls (UVC 1.1, table 4-47).
type negotiation struct {
	Hint                                                        uint16
	Format, Frame                                               uint8
	Interval                                                    uint32
	KeyFrameRate, PFrameRate, Quality, CompressionWindow, Delay uint16
	MaxFrame, MaxPayload, Clock                                 uint32
	Framing, PreferredVersion, MinVersion, MaxVersion           uint8
}

// negotiate serves probe and commit: the driver proposes a format, a size and an
// interval, and reads back what it gets.
func (c *Camera) negotiate(selector uint16, code byte, out []byte) ([]byte, bool) {
	if selector != probeControl && selector != commitControl {
		return nil, false
	}
	answer := c.probe
	switch code {
	case setCur:
		var wanted negotiation
		if err := binary.Read(bytes.NewReader(out), binary.LittleEndian, &wanted); err != nil {
			return nil, false
		}
		c.probe = c.settle(wanted)
		if selector == commitControl {
			c.beginSession(c.probe)
		}
		return nil, true
	case getCur:
	case getDef, getMin, getMax, getRes:
		answer = c.settle(negotiation{Format: answer.Format, Frame: answer.Frame})
	default:
		return describe(code, uint16(binary.Size(answer)))
	}
	in, err := binary.Append(nil, binary.LittleEndian, answer)
	return in, err == nil
}

// settle turns what is wanted into what the camera can do, nearest in rate.
func (c *Camera) settle(wanted negotiation) negotiation {
	granted := negotiation{Format: 1, Frame: 1, MaxPayload: maxPayload}
	if int(wanted.Format)-1 < len(c.formats) && wanted.Format > 0 {
		granted.Format = wanted.Format
	}
	sizes := c.formats[granted.Format-1].sizes
	if int(wanted.Frame)-1 < len(sizes) && wanted.Frame > 0 {
		granted.Frame = wanted.Frame
	}
	granted.MaxFrame = uint32(sizes[granted.Frame-1].bytes())
	granted.Interval = nearestInterval(wanted.Interval)
	return granted
}

// nearestInterval returns the default for no wish at all.
func nearestInterval(wanted uint32) uint32 {
	nearest := frameInterval(rates[0])
	if wanted == 0 {
		return nearest
	}
	distance := func(interval uint32) int64 { return max(int64(interval)-int64(wanted), int64(wanted)-int64(interval)) }
	for _, rate := range rates {
		if interval := frameInterval(rate); distance(interval) < distance(nearest) {
			nearest = interval
		}
	}
	return nearest
}

func (c *Camera) beginSession(n negotiation) {
	f := c.formats[n.Format-1]
	s := &session{format: f, size: f.sizes[n.Frame-1], interval: time.Duration(n.Interval) * 100}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.session = s
	c.stats.Starts++
	c.stats.Format, c.stats.Width, c.stats.Height = f.fourcc, s.width, s.height
	c.stats.FPS = 1 / s.interval.Seconds()
	c.changed.Broadcast()
}

func (c *Camera) endSession() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.session = nil
	c.changed.Broadcast()
}
