//go:build linux

package v4l2

import (
	"fmt"
	"unsafe"

	"fanlight/drivers/camera"
	"fanlight/drivers/pixels"

	go4vl "github.com/vladimirvivien/go4vl/v4l2"
	"golang.org/x/sys/unix"
)

// agreed is what a camera has agreed to deliver.
type agreed struct {
	pixelFormat
	camera.Mode
	strides []int // bytes of a line, plane by plane
	bytes   int   // of a picture at most
	colours pixels.Colours
}

// negotiate agrees with the camera on a mode and returns the one granted.
func (d *device) negotiate(want camera.Mode) (granted agreed, err error) {
	offers, err := d.offers()
	if err != nil {
		return agreed{}, err
	}
	own, natural := d.ownSize()
	if natural && (want.Width <= 0 || want.Height <= 0) && !discreteSizes(offers) {
		want.Width, want.Height = own[0], own[1]
	}
	format, width, height := pickMode(offers, want)
	if err := d.setFormat(format.code, width, height); err != nil {
		return agreed{}, fmt.Errorf("asking for %dx%d: %w", width, height, err)
	}
	if granted, err = d.granted(); err != nil {
		return agreed{}, err
	}
	granted.FPS = d.setRate(granted, want.FPS)
	return granted, nil
}

func discreteSizes(offers []offer) bool {
	for _, o := range offers {
		for _, s := range o.sizes {
			if s.discrete() {
				return true
			}
		}
	}
	return false
}

func (d *device) setFormat(code go4vl.FourCCType, width, height uint32) error {
	f := formatStruct{kind: d.queueKind}
	if d.queueKind == manyPlanesCapture {
		*f.many() = manyPlanes{width: width, height: height, code: code}
	} else {
		*f.single() = singlePlane{width: width, height: height, code: code}
	}
	return d.ioctl(requestSetFormat, unsafe.Pointer(&f))
}

// granted asks for the format that the camera has.
func (d *device) granted() (agreed, error) {
	f := formatStruct{kind: d.queueKind}
	if err := d.ioctl(requestGetFormat, unsafe.Pointer(&f)); err != nil {
		return agreed{}, fmt.Errorf("asking for the size granted: %w", err)
	}
	p := f.single()
	strides, bytes := []int{int(p.stride)}, int(p.size)
	if d.queueKind == manyPlanesCapture {
		m := f.many()
		strides, bytes = nil, 0
		for _, plane := range m.planes[:min(int(m.count), len(m.planes))] {
			strides = append(strides, int(plane.stride))
			bytes += int(plane.size)
		}
		p = &singlePlane{
			width: m.width, height: m.height, code: m.code, colorspace: m.colorspace,
			encoding: uint32(m.encoding), quantization: uint32(m.quantization),
		}
	}
	format, known := formatOf(p.code)
	switch {
	case !known:
		return agreed{}, &undecodedError{[]go4vl.FourCCType{p.code}}
	case len(strides) == 0:
		return agreed{}, fmt.Errorf("asking for the size granted: no planes: %w", unix.EINVAL)
	}
	return agreed{
		pixelFormat: format,
		Mode:        camera.Mode{Format: fourCC(format.code), Width: int(p.width), Height: int(p.height)},
		strides:     strides,
		bytes:       bytes,
		colours:     coloursOf(format.layout, p.colorspace, p.encoding, p.quantization),
	}, nil
}

// setRate asks for a rate and returns the one granted, or zero if the camera does not say.
// One that refuses the call, with whatever error, streams at a rate of its own.
func (d *device) setRate(granted agreed, fps float64) float64 {
	picked := pickInterval(d.intervals(granted.code, uint32(granted.Width), uint32(granted.Height)), fps)
	asked := rateStruct{kind: d.queueKind, numerator: picked.Numerator, denominator: picked.Denominator}
	_ = d.ioctl(requestSetRate, unsafe.Pointer(&asked))
	got := rateStruct{kind: d.queueKind}
	if d.ioctl(requestGetRate, unsafe.Pointer(&got)) != nil {
		return 0
	}
	now := rate(go4vl.Fract{Numerator: got.numerator, Denominator: got.denominator})
	if !plausible(now) {
		return 0
	}
	return now
}

// ownSize returns the size that the device has by itself, and whether it is the size of
// what comes in: a digital signal or an analogue standard.
func (d *device) ownSize() (size [2]int, natural bool) {
	if in, ok := d.input(); ok && in.timings {
		var set timingsStruct
		if d.ioctl(requestGetTimings, unsafe.Pointer(&set)) == nil && set.width > 0 && set.height > 0 {
			return [2]int{int(set.width), int(set.height)}, true
		}
	} else if ok && in.standards != 0 {
		var set uint64
		if d.ioctl(requestGetStandard, unsafe.Pointer(&set)) == nil && set != 0 {
			return standardSize(set), true
		}
	}
	f := formatStruct{kind: d.queueKind}
	if d.ioctl(requestGetFormat, unsafe.Pointer(&f)) != nil {
		return [2]int{}, false
	}
	return [2]int{int(f.union[0]), int(f.union[1])}, false // the two come first in either struct
}

// standardSize returns the size of a standard's pictures: of 525 lines, which are those of
// M, PAL-60 and NTSC 4.43, or else of 625.
func standardSize(id uint64) [2]int {
	const lines525 = 0x100 | 0x200 | 0x400 | 0x800 | 0x1000 | 0x2000 | 0x4000 | 0x8000
	if id&lines525 != 0 {
		return [2]int{720, 480}
	}
	return [2]int{720, 576}
}

// Exposure controls: V4L2_CID_EXPOSURE_AUTO, whose 1 is manual, and V4L2_CID_EXPOSURE_ABSOLUTE,
// in 100 µs.
const (
	exposureAuto   = 0x009a0901
	exposureTime   = 0x009a0902
	exposureManual = 1
	exposureUnits  = 10000 // in a second
)

// slowed returns the rate that the exposure time leaves of another, which may be zero for
// unknown. A camera that exposes ten seconds long has no picture sooner.
func (d *device) slowed(fps float64) float64 {
	if auto, err := d.value(exposureAuto); err == nil && auto != exposureManual {
		return fps
	}
	units, err := d.value(exposureTime)
	if err != nil || units <= exposureUnits || fps > 0 && fps*float64(units) <= exposureUnits {
		return fps // less than a second does not matter to anybody who waits
	}
	return exposureUnits / float64(units)
}
