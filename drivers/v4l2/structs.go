//go:build linux

package v4l2

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// The kernel's structs and requests, of linux/videodev2.h. Numbers of formats, capabilities and types of
// controls are go4vl's.

// Directions of a request's struct, seen from the program.
const (
	readsWrites = 3<<30 | 'V'<<8
	reads       = 2<<30 | 'V'<<8
	writes      = 1<<30 | 'V'<<8
)

const (
	requestCapability   = reads | unsafe.Sizeof(capabilityStruct{})<<16
	requestEnumFormat   = readsWrites | unsafe.Sizeof(formatDescription{})<<16 | 2
	requestGetFormat    = readsWrites | unsafe.Sizeof(formatStruct{})<<16 | 4
	requestSetFormat    = readsWrites | unsafe.Sizeof(formatStruct{})<<16 | 5
	requestBuffers      = readsWrites | unsafe.Sizeof(buffersStruct{})<<16 | 8
	requestQueryBuffer  = readsWrites | unsafe.Sizeof(bufferStruct{})<<16 | 9
	requestQueue        = readsWrites | unsafe.Sizeof(bufferStruct{})<<16 | 15
	requestDequeue      = readsWrites | unsafe.Sizeof(bufferStruct{})<<16 | 17
	requestStreamOn     = writes | unsafe.Sizeof(uint32(0))<<16 | 18
	requestStreamOff    = writes | unsafe.Sizeof(uint32(0))<<16 | 19
	requestGetRate      = readsWrites | unsafe.Sizeof(rateStruct{})<<16 | 21
	requestSetRate      = readsWrites | unsafe.Sizeof(rateStruct{})<<16 | 22
	requestGetStandard  = reads | unsafe.Sizeof(uint64(0))<<16 | 23
	requestSetStandard  = writes | unsafe.Sizeof(uint64(0))<<16 | 24
	requestEnumStandard = readsWrites | unsafe.Sizeof(standardStruct{})<<16 | 25
	requestEnumInput    = readsWrites | unsafe.Sizeof(inputStruct{})<<16 | 26
	requestGetControl   = readsWrites | unsafe.Sizeof(valueStruct{})<<16 | 27
	requestSetControl   = readsWrites | unsafe.Sizeof(valueStruct{})<<16 | 28
	requestQueryControl = readsWrites | unsafe.Sizeof(controlStruct{})<<16 | 36
	requestQueryMenu    = readsWrites | unsafe.Sizeof(menuStruct{})<<16 | 37
	requestGetInput     = reads | unsafe.Sizeof(uint32(0))<<16 | 38
	requestSetInput     = readsWrites | unsafe.Sizeof(uint32(0))<<16 | 39
	requestAskStandard  = reads | unsafe.Sizeof(uint64(0))<<16 | 63
	requestEnumSize     = readsWrites | unsafe.Sizeof(sizeStruct{})<<16 | 74
	requestEnumInterval = readsWrites | unsafe.Sizeof(intervalStruct{})<<16 | 75
	requestSetTimings   = readsWrites | unsafe.Sizeof(timingsStruct{})<<16 | 87
	requestGetTimings   = readsWrites | unsafe.Sizeof(timingsStruct{})<<16 | 88
	requestEvent        = reads | unsafe.Sizeof(eventStruct{})<<16 | 89
	requestSubscribe    = writes | unsafe.Sizeof(subscriptionStruct{})<<16 | 90
	requestAskTimings   = reads | unsafe.Sizeof(timingsStruct{})<<16 | 99
)

// capabilityStruct is struct v4l2_capability.
type capabilityStruct struct {
	driver                        [16]byte
	card, bus                     [32]byte
	version, capabilities, device uint32
	_                             [3]uint32
}

// formatDescription is struct v4l2_fmtdesc.
type formatDescription struct {
	index, kind, flags uint32
	description        [32]byte
	code               uint32
	_                  [4]uint32
}

// formatStruct is struct v4l2_format, whose union is one of the two below.
type formatStruct struct {
	kind  uint32
	_     [unsafe.Sizeof(uintptr(0)) - 4]byte // the union has pointers elsewhere
	union [50]uint32
}

// singlePlane is struct v4l2_pix_format.
type singlePlane struct {
	width, height, code, field, stride, size, colorspace, priv, flags, encoding, quantization, transfer uint32
}

// manyPlanes is struct v4l2_pix_format_mplane.
type manyPlanes struct {
	width, height, code, field, colorspace uint32
	planes                                 [8]struct {
		size, stride uint32
		_            [6]uint16
	}
	count, flags, encoding, quantization, transfer uint8
	_                                              [7]uint8
}

func (f *formatStruct) single() *singlePlane { return (*singlePlane)(unsafe.Pointer(&f.union)) }
func (f *formatStruct) many() *manyPlanes    { return (*manyPlanes)(unsafe.Pointer(&f.union)) }

// buffersStruct is struct v4l2_requestbuffers.
type buffersStruct struct {
	count, kind, memory, capabilities uint32
	_                                 uint32
}

// bufferStruct is struct v4l2_buffer.
type bufferStruct struct {
	index, kind, used, flags, field uint32
	timestamp                       unix.Timeval
	timecode                        [4]uint32
	sequence, memory                uint32
	where                           uintptr // the address of the planes, or in its first four bytes the offset
	length                          uint32
	_                               [2]uint32
}

func (b *bufferStruct) offset() uint32 { return *(*uint32)(unsafe.Pointer(&b.where)) }

// planeStruct is struct v4l2_plane.
type planeStruct struct {
	used, length uint32
	where        [unsafe.Sizeof(uintptr(0)) / 4]uint32 // the first is the offset
	start        uint32                                // of the data in the plane
	_            [11]uint32
}

// rateStruct is struct v4l2_streamparm, of a capture device.
type rateStruct struct {
	kind, capability, mode uint32
	numerator, denominator uint32
	_                      [46]uint32
}

// standardStruct is struct v4l2_standard.
type standardStruct struct {
	index, _               uint32
	id                     uint64
	name                   [24]byte
	numerator, denominator uint32
	lines                  uint32
	_                      [5]uint32
}

// inputStruct is struct v4l2_input.
type inputStruct struct {
	index                uint32
	name                 [32]byte
	kind, audio, tuner   uint32
	standards            uint64
	status, capabilities uint32
	_                    [4]uint32
}

// valueStruct is struct v4l2_control.
type valueStruct struct {
	id    uint32
	value int32
}

// controlStruct is struct v4l2_queryctrl.
type controlStruct struct {
	id, kind                          uint32
	name                              [32]byte
	minimum, maximum, step, byDefault int32
	flags                             uint32
	_                                 [2]uint32
}

// menuStruct is struct v4l2_querymenu, which is packed.
type menuStruct struct {
	id, index uint32
	name      [32]byte // or in its first eight bytes the number
	_         uint32
}

// sizeStruct is struct v4l2_frmsizeenum.
type sizeStruct struct {
	index, code, kind uint32
	union             [6]uint32 // width and height, or the least, the largest and the step of both
	_                 [2]uint32
}

// intervalStruct is struct v4l2_frmivalenum.
type intervalStruct struct {
	index, code, width, height, kind uint32
	union                            [3]struct{ numerator, denominator uint32 } // one, or the least, the largest and the step
	_                                [2]uint32
}

// timingsStruct is struct v4l2_dv_timings, which is packed.
type timingsStruct struct {
	kind, width, height uint32
	_                   [30]uint32
}

// eventStruct is struct v4l2_event.
type eventStruct struct {
	kind, _           uint32
	data              [16]uint32
	pending, sequence uint32
	timestamp         unix.Timespec
	id                uint32
	_                 [8]uint32
}

// subscriptionStruct is struct v4l2_event_subscription.
type subscriptionStruct struct {
	kind, id, flags uint32
	_               [5]uint32
}
