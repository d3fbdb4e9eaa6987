//go:build linux

package v4l2

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unsafe"

	"fanlight/drivers/pixels"

	go4vl "github.com/vladimirvivien/go4vl/v4l2"
	"golang.org/x/sys/unix"
)

// formatKind orders formats by what viewers get of them.
type formatKind int

const (
	jpegKind   formatKind = iota // passed through untouched
	colourKind                   // raw
	greyKind                     // raw, from infrared and machine vision cameras
)

// pixelFormat is a format that Fanlight can show.
type pixelFormat struct {
	code   go4vl.FourCCType
	kind   formatKind
	layout pixels.Layout // of a raw one
}

// pixelFormats are the formats that can be shown, best first. Among the raw ones
// those that take less of the USB bus come first, but behind YUYV, which the most
// cameras have been tried with. Codes: linux/videodev2.h.
var pixelFormats = []pixelFormat{
	{go4vl.PixelFmtMJPEG, jpegKind, 0},
	{go4vl.PixelFmtJPEG, jpegKind, 0}, // the same for this purpose, and rarer
	{go4vl.PixelFmtYUYV, colourKind, pixels.YUYV},
	{fourCCOf("NV12"), colourKind, pixels.NV12},
	{fourCCOf("NM12"), colourKind, pixels.NV12}, // M: the planes are apart
	{fourCCOf("NV21"), colourKind, pixels.NV21},
	{fourCCOf("NM21"), colourKind, pixels.NV21},
	{fourCCOf("YU12"), colourKind, pixels.I420},
	{fourCCOf("YM12"), colourKind, pixels.I420},
	{fourCCOf("YV12"), colourKind, pixels.YV12},
	{fourCCOf("YM21"), colourKind, pixels.YV12},
	{go4vl.PixelFmtUYVY, colourKind, pixels.UYVY},
	{go4vl.PixelFmtYVYU, colourKind, pixels.YVYU},
	{fourCCOf("NV16"), colourKind, pixels.NV16},
	{fourCCOf("NM16"), colourKind, pixels.NV16},
	{fourCCOf("NV24"), colourKind, pixels.NV24},
	{fourCCOf("BGR3"), colourKind, pixels.BGR24},
	{go4vl.PixelFmtRGB24, colourKind, pixels.RGB24},
	{fourCCOf("XR24"), colourKind, pixels.BGRA32},
	{fourCCOf("AR24"), colourKind, pixels.BGRA32},
	{fourCCOf("XB24"), colourKind, pixels.RGBA32},
	{fourCCOf("AB24"), colourKind, pixels.RGBA32},
	{go4vl.PixelFmtGrey, greyKind, pixels.Grey},
}

// fourCCOf is v4l2_fourcc of linux/videodev2.h.
func fourCCOf(name string) go4vl.FourCCType {
	return uint32(name[0]) | uint32(name[1])<<8 | uint32(name[2])<<16 | uint32(name[3])<<24
}

// fourCC is the name of a code as v4l2-ctl writes it.
func fourCC(code go4vl.FourCCType) string {
	const bigEndian = 1 << 31
	name := string([]byte{byte(code), byte(code >> 8), byte(code >> 16), byte(code >> 24 & 0x7f)})
	if name = strings.TrimSpace(name); code&bigEndian != 0 {
		name += "-BE"
	}
	return name
}

// formatOf finds a code among pixelFormats.
func formatOf(code go4vl.FourCCType) (pixelFormat, bool) {
	i := slices.IndexFunc(pixelFormats, func(f pixelFormat) bool { return f.code == code })
	if i < 0 {
		return pixelFormat{}, false
	}
	return pixelFormats[i], true
}

// undecodedError is a camera that offers formats, but none that can be shown.
type undecodedError struct{ formats []go4vl.FourCCType }

func (e *undecodedError) Error() string {
	if len(e.formats) == 0 {
		return "names no picture format at all, so that Fanlight cannot show it"
	}
	more, names := "", []string{}
	for _, f := range e.formats {
		if name := fourCC(f); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) > 3 {
		names, more = names[:3], " and similar"
	}
	return fmt.Sprintf("delivers only %s%s pictures, which Fanlight has no decoder for", strings.Join(names, ", "), more)
}

// offer is a format that a camera has, with the sizes listed for it, if any are.
type offer struct {
	pixelFormat
	sizes []frameSize
}

// frameSize is a size, or a range of sizes without intervals.
type frameSize struct {
	go4vl.FrameSize
	intervals []go4vl.Fract // none: not listed
}

func (s frameSize) discrete() bool {
	return s.MinWidth == s.MaxWidth && s.MinHeight == s.MaxHeight
}

// offers lists the formats of the camera that can be shown, best first.
func (d *device) offers() ([]offer, error) {
	listed, err := d.formats()
	if err != nil {
		return nil, err
	}
	var offers []offer
	for _, format := range pixelFormats {
		if slices.Contains(listed, format.code) {
			offers = append(offers, offer{format, d.sizes(format.code)})
		}
	}
	if len(offers) == 0 {
		return nil, &undecodedError{listed}
	}
	return offers, nil
}

// Lists longer than these have no end.
const (
	mostFormats   = 256
	mostSizes     = 256
	mostIntervals = 64
)

// formats lists all of the camera's formats.
func (d *device) formats() (listed []go4vl.FourCCType, err error) {
	err = enumerate(mostFormats, func(index uint32) error {
		is := formatDescription{index: index, kind: d.queueKind}
		if err := d.ioctl(requestEnumFormat, unsafe.Pointer(&is)); err != nil {
			return err
		}
		listed = append(listed, is.code)
		return nil
	})
	if err != nil && !errors.Is(err, unix.EINVAL) { // which ends the list, or says that it is empty
		return nil, fmt.Errorf("listing formats: %w", err)
	}
	return listed, nil
}

// Kinds of sizes and intervals: V4L2_FRMSIZE_TYPE_DISCRETE and V4L2_FRMIVAL_TYPE_DISCRETE.
const discreteKind = 1

// sizes lists the sizes of a format, none if the driver has no list.
func (d *device) sizes(format go4vl.FourCCType) []frameSize {
	var sizes []frameSize
	_ = enumerate(mostSizes, func(index uint32) error { // a driver without a list refuses the first
		is := sizeStruct{index: index, code: format}
		if err := d.ioctl(requestEnumSize, unsafe.Pointer(&is)); err != nil {
			return err
		}
		u := is.union
		size := frameSize{FrameSize: go4vl.FrameSize{
			MinWidth: u[0], MaxWidth: u[1], StepWidth: u[2], MinHeight: u[3], MaxHeight: u[4], StepHeight: u[5],
		}}
		if is.kind == discreteKind {
			size.FrameSize = go4vl.FrameSize{MinWidth: u[0], MaxWidth: u[0], MinHeight: u[1], MaxHeight: u[1]}
		}
		if size.discrete() && !slices.ContainsFunc(sizes, func(s frameSize) bool { return s.FrameSize == size.FrameSize }) {
			size.intervals = d.intervals(format, size.MinWidth, size.MinHeight)
			sizes = append(sizes, size)
		} else if !size.discrete() {
			sizes = append(sizes, size)
			return unix.EINVAL // of a range there is one
		}
		return nil
	})
	return sizes
}

// intervals lists the frame intervals at a size: of a range the usual ones. It is empty if
// the driver has no list.
func (d *device) intervals(format go4vl.FourCCType, width, height uint32) []go4vl.Fract {
	var intervals []go4vl.Fract
	_ = enumerate(mostIntervals, func(index uint32) error { // a driver without a list refuses the first
		is := intervalStruct{index: index, code: format, width: width, height: height}
		if err := d.ioctl(requestEnumInterval, unsafe.Pointer(&is)); err != nil {
			return err
		}
		first := go4vl.Fract{Numerator: is.union[0].numerator, Denominator: is.union[0].denominator}
		if is.kind != discreteKind {
			longest := go4vl.Fract{Numerator: is.union[1].numerator, Denominator: is.union[1].denominator}
			intervals = usualIntervals(first, longest)
			return unix.EINVAL // of a range there is one
		}
		if plausible(rate(first)) && !slices.Contains(intervals, first) {
			intervals = append(intervals, first)
		}
		return nil
	})
	return intervals
}
