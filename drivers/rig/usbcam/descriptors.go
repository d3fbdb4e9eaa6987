package usbcam

import (
	"encoding/binary"
	"slices"
	"unicode/utf16"
)

// Identities inside the camera.
const (
	controlInterface   = 0
	streamingInterface = 1
	cameraTerminal     = 1
	processingUnit     = 2
	outputTerminal     = 3
	streamingEndpoint  = 0x81 // bulk, in
)

// maxPayload is the size of a payload with its header in bytes. uvcvideo's bulk
// transfers are 32 packets of 512 bytes, so that a payload is one transfer.
const maxPayload = 32 * 512

type format struct {
	fourcc string
	sizes  []size
}

type size struct{ width, height int }

// bytes is the most that a picture takes.
func (s size) bytes() int { return 2 * s.width * s.height }

// rates are offered for every size, in pictures a second; the first is the default.
var rates = [...]int{30, 15, 10, 5}

// frameInterval is a rate in USB video's unit, 100 ns.
func frameInterval(rate int) uint32 { return uint32(10_000_000 / rate) }

func offered(yuyvOnly bool) []format {
	yuyv := format{"YUYV", []size{{640, 480}, {320, 240}}}
	if yuyvOnly {
		return []format{yuyv}
	}
	return []format{{"MJPG", []size{{1280, 720}, {320, 240}, {640, 480}, {1920, 1080}}}, yuyv}
}

// String descriptors by index.
const (
	manufacturerString = iota + 1
	productString
	serialString
)

// descriptor builds one descriptor: its length, its type and its little-endian fields.
func descriptor(kind byte, fields ...any) []byte {
	d := []byte{0, kind}
	for _, field := range fields {
		var err error
		if d, err = binary.Append(d, binary.LittleEndian, field); err != nil {
			panic(err) // a field without a fixed size is a mistake in this file
		}
	}
	d[0] = byte(len(d))
	return d
}

func (c *Camera) deviceDescriptor() []byte {
	serial := byte(serialString)
	if c.config.Serial == "" {
		serial = 0
	}
	return descriptor(0x01,
		uint16(0x0200), [3]byte{0xef, 2, 1}, byte(64), // USB 2.0; class by interface association
		uint16(0x1d6b), uint16(0x0102), uint16(0x0100), // Linux Foundation, webcam gadget
		byte(manufacturerString), byte(productString), serial, byte(1))
}

func (c *Camera) stringDescriptor(index byte) ([]byte, bool) {
	texts := [...]string{manufacturerString: "Fanlight", productString: c.config.Name, serialString: c.config.Serial}
	switch {
	case index == 0:
		return descriptor(0x03, uint16(0x0409)), true // the language, English
	case int(index) < len(texts):
		return descriptor(0x03, utf16.Encode([]rune(texts[index]))), true
	}
	return nil, false
}

// configurationDescriptor: USB 2.0, 9.6.3, with the class-specific parts of USB
// Device Class Definition for Video Devices 1.1, 3.
func (c *Camera) configurationDescriptor() []byte {
	body := slices.Concat(
		descriptor(0x0b, [6]byte{controlInterface, 2, 0x0e, 0x03, 0, 0}),    // interface association: video
		descriptor(0x04, [7]byte{controlInterface, 0, 0, 0x0e, 0x01, 0, 0}), // interface: video control
		controlUnits(),
		descriptor(0x04, [7]byte{streamingInterface, 0, 1, 0x0e, 0x02, 0, 0}), // interface: video streaming
		c.streamingFormats(),
		descriptor(0x05, byte(streamingEndpoint), byte(2), uint16(512), byte(0)), // endpoint: bulk
	)
	head := descriptor(0x02, uint16(9+len(body)), [5]byte{2, 1, 0, 0x80, 250})
	return append(head, body...)
}

const classSpecific = 0x24

// controlUnits: camera -> processing unit (brightness, contrast) -> USB.
func controlUnits() []byte {
	units := slices.Concat(
		descriptor(classSpecific, byte(0x02), byte(cameraTerminal), uint16(0x0201), [9]byte{8: 3}, [3]byte{}),
		descriptor(classSpecific, byte(0x05), byte(processingUnit), byte(cameraTerminal), uint16(0), byte(2), uint16(0b11), [2]byte{}),
		descriptor(classSpecific, byte(0x03), byte(outputTerminal), uint16(0x0101), byte(0), byte(processingUnit), byte(0)),
	)
	head := descriptor(classSpecific, byte(0x01), uint16(0x0110), uint16(13+len(units)), uint32(1_000_000), [2]byte{1, streamingInterface})
	return append(head, units...)
}

func (c *Camera) streamingFormats() []byte {
	var formats []byte
	for i, f := range c.formats {
		formats = append(formats, f.descriptors(byte(i+1))...)
	}
	n := len(c.formats)
	head := descriptor(classSpecific, byte(0x01), byte(n), uint16(13+n+len(formats)),
		[7]byte{streamingEndpoint, 0, outputTerminal, 0, 0, 0, 1}, make([]byte, n))
	return append(head, formats...)
}

// descriptors of a format, of its sizes, and of its colours (as sRGB).
func (f format) descriptors(index byte) []byte {
	var yuy2 = [16]byte{'Y', 'U', 'Y', '2', 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71}
	count := byte(len(f.sizes))
	var all []byte
	frameKind := byte(0x07)
	if f.fourcc == "MJPG" {
		all = descriptor(classSpecific, [9]byte{0x06, index, count, 1, 1})
	} else {
		all = descriptor(classSpecific, [3]byte{0x04, index, count}, yuy2, [6]byte{16, 1})
		frameKind = 0x05
	}
	for i, s := range f.sizes {
		all = append(all, s.descriptor(frameKind, byte(i+1))...)
	}
	return append(all, descriptor(classSpecific, [4]byte{0x0d, 1, 1, 4})...)
}

func (s size) descriptor(kind, index byte) []byte {
	bits := func(rate int) uint32 { return uint32(8 * s.bytes() * rate) }
	var intervals [len(rates)]uint32
	for i, rate := range rates {
		intervals[i] = frameInterval(rate)
	}
	return descriptor(classSpecific, kind, index, byte(0), uint16(s.width), uint16(s.height),
		bits(slices.Min(rates[:])), bits(slices.Max(rates[:])), uint32(s.bytes()),
		intervals[0], byte(len(intervals)), intervals)
}
