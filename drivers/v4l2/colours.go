//go:build linux

package v4l2

import "fanlight/drivers/pixels"

// Values of enum v4l2_colorspace, v4l2_ycbcr_encoding and v4l2_quantization.
const (
	colorspace240M   = 2
	colorspace709    = 3
	colorspaceJPEG   = 7
	colorspace2020   = 10
	colorspaceDCIP3  = 12
	encoding709      = 2
	encodingXV709    = 4
	encoding2020     = 6
	encoding2020Luma = 7
	encoding240M     = 8
	quantizationFull = 1
	quantizationLim  = 2
)

// coloursOf returns what a format's numbers stand for, with the kernel's defaults
// (V4L2_MAP_YCBCR_ENC_DEFAULT and V4L2_MAP_QUANTIZATION_DEFAULT) where the driver says
// nothing.
func coloursOf(layout pixels.Layout, colorspace, encoding, quantization uint32) pixels.Colours {
	var c pixels.Colours
	if encoding == 0 {
		switch colorspace {
		case colorspace709, colorspaceDCIP3:
			encoding = encoding709
		case colorspace2020:
			encoding = encoding2020
		case colorspace240M:
			encoding = encoding240M
		}
	}
	switch encoding {
	case encoding709, encodingXV709:
		c.Matrix = pixels.BT709
	case encoding2020, encoding2020Luma:
		c.Matrix = pixels.BT2020
	case encoding240M:
		c.Matrix = pixels.SMPTE240M
	}
	switch {
	case quantization == quantizationFull, quantization == 0 && colorspace == colorspaceJPEG:
		c.Range = pixels.FullRange
	case quantization == quantizationLim && !(layout == pixels.Grey && colorspace != colorspace709):
		c.Range = pixels.LimitedRange
	}
	return c
}
