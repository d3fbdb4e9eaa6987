//go:build linux

package drivers

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"fanlight/drivers/pixels"

	"github.com/vladimirvivien/go4vl/v4l2"
)

// v4l2Kind orders formats by what the viewers get of them.
type v4l2Kind int

const (
	jpegKind   v4l2Kind = iota // passed through untouched
	colourKind                 // raw
	greyKind                   // raw, from infrared and machine vision cameras
)

// v4l2Format is a format that Fanlight can show.
type v4l2Format struct {
	code   v4l2.FourCCType
	kind   v4l2Kind
	layout pixels.Layout // of a raw one
}

// v4l2Formats are the formats that can be shown, best first. Among the raw ones
// those that take less of the USB bus come first, but behind YUYV, which the most
// cameras have been tried with. Codes: linux/videodev2.h.
var v4l2Formats = []v4l2Format{
	{v4l2.PixelFmtMJPEG, jpegKind, 0},
	{v4l2.PixelFmtJPEG, jpegKind, 0}, // the same for this purpose, and rarer
	{v4l2.PixelFmtYUYV, colourKind, pixels.YUYV},
	{fourCCOf("NV12"), colourKind, pixels.NV12},
	{fourCCOf("NV21"), colourKind, pixels.NV21},
	{fourCCOf("YU12"), colourKind, pixels.I420},
	{fourCCOf("YV12"), colourKind, pixels.YV12},
	{v4l2.PixelFmtUYVY, colourKind, pixels.UYVY},
	{v4l2.PixelFmtYVYU, colourKind, pixels.YVYU},
	{fourCCOf("BGR3"), colourKind, pixels.BGR24},
	{v4l2.PixelFmtRGB24, colourKind, pixels.RGB24},
	{fourCCOf("XR24"), colourKind, pixels.BGRA32},
	{fourCCOf("AR24"), colourKind, pixels.BGRA32},
	{fourCCOf("XB24"), colourKind, pixels.RGBA32},
	{fourCCOf("AB24"), colourKind, pixels.RGBA32},
	{v4l2.PixelFmtGrey, greyKind, pixels.Grey},
}

// fourCCOf is v4l2_fourcc of linux/videodev2.h.
func fourCCOf(name string) v4l2.FourCCType {
	return uint32(name[0]) | uint32(name[1])<<8 | uint32(name[2])<<16 | uint32(name[3])<<24
}

// fourCC is the name of a code as v4l2-ctl writes it.
func fourCC(code v4l2.FourCCType) string {
	const bigEndian = 1 << 31
	name := string([]byte{byte(code), byte(code >> 8), byte(code >> 16), byte(code >> 24 & 0x7f)})
	if name = strings.TrimSpace(name); code&bigEndian != 0 {
		name += "-BE"
	}
	return name
}

// formatOf finds a code among those that can be shown.
func formatOf(code v4l2.FourCCType) (v4l2Format, bool) {
	i := slices.IndexFunc(v4l2Formats, func(f v4l2Format) bool { return f.code == code })
	if i < 0 {
		return v4l2Format{}, false
	}
	return v4l2Formats[i], true
}

// undecodedError says that a camera offers formats, and none that can be shown.
type undecodedError struct{ formats []v4l2.FormatDescription }

func (e *undecodedError) Error() string {
	if len(e.formats) == 0 {
		return "names no picture format at all, so that Fanlight cannot show it"
	}
	more, names := "", []string{}
	for _, f := range e.formats {
		names = append(names, fourCC(f.PixelFormat))
	}
	if len(names) > 3 {
		names, more = names[:3], " and similar"
	}
	return fmt.Sprintf("delivers only %s%s pictures, which Fanlight has no decoder for", strings.Join(names, ", "), more)
}

// v4l2Offer is a format that a camera has, with the sizes listed for it, if any are.
type v4l2Offer struct {
	v4l2Format
	sizes []v4l2Size
}

// v4l2Size is a size, or a range of sizes without intervals.
type v4l2Size struct {
	v4l2.FrameSize
	intervals []v4l2.Fract // none: not listed
}

func (s v4l2Size) discrete() bool {
	return s.MinWidth == s.MaxWidth && s.MinHeight == s.MaxHeight
}

// offers lists what the camera has of what can be shown, best formats first.
func (d *v4l2Device) offers() ([]v4l2Offer, error) {
	listed, err := d.formats()
	if err != nil {
		return nil, err
	}
	var offers []v4l2Offer
	for _, format := range v4l2Formats {
		if slices.ContainsFunc(listed, func(l v4l2.FormatDescription) bool { return l.PixelFormat == format.code }) {
			offers = append(offers, v4l2Offer{format, d.sizes(format.code)})
		}
	}
	if len(offers) == 0 {
		return nil, &undecodedError{listed}
	}
	return offers, nil
}

// formats lists what the camera calls its formats.
func (d *v4l2Device) formats() (listed []v4l2.FormatDescription, err error) {
	deep(func() { listed, err = v4l2.GetAllFormatDescriptions(d.fd) })
	if err != nil && !errors.Is(err, v4l2.ErrorBadArgument) { // which ends the list, or says that it is empty
		return nil, fmt.Errorf("listing formats: %w", err)
	}
	return listed, nil
}

// sizes lists the sizes that a format comes in; none if the driver has no list.
func (d *v4l2Device) sizes(format v4l2.FourCCType) []v4l2Size {
	var listed []v4l2.FrameSizeEnum
	deep(func() { listed, _ = v4l2.GetFormatFrameSizes(d.fd, format) })
	var sizes []v4l2Size
	for _, l := range listed {
		size := v4l2Size{FrameSize: l.Size}
		if size.discrete() {
			size.intervals = d.intervals(format, l.Size.MinWidth, l.Size.MinHeight)
		}
		sizes = append(sizes, size)
	}
	return sizes
}

// intervals lists the frame intervals at a size; none if the driver has no list,
// or a range of them, which go4vl reads wrongly.
func (d *v4l2Device) intervals(format v4l2.FourCCType, width, height uint32) []v4l2.Fract {
	var intervals []v4l2.Fract
	for i := uint32(0); ; i++ {
		var listed v4l2.FrameIntervalEnum
		var err error
		deep(func() { listed, err = v4l2.GetFormatFrameInterval(d.fd, i, format, width, height) })
		if err != nil || listed.Type != v4l2.FrameIntervalTypeDiscrete {
			return intervals
		}
		intervals = append(intervals, listed.Interval.Min)
	}
}
