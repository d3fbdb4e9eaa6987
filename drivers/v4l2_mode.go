//go:build linux

package drivers

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/vladimirvivien/go4vl/v4l2"
)

// What a camera is asked for when nobody asked for anything: 720p at 30 is
// smooth, and within what a USB 2 port and a wireless network carry.
const (
	usualWidth, usualHeight = 1280, 720
	usualFPS                = 30
)

// rawOnlyError says that a camera offers formats, and no JPEG among them.
type rawOnlyError struct{ formats []v4l2.FormatDescription }

func (e *rawOnlyError) Error() string {
	if len(e.formats) == 0 {
		return "names no picture format at all, so that Fanlight cannot show it"
	}
	raw, more, names := "raw ", "", []string{}
	for _, f := range e.formats {
		if f.Flags&v4l2.FmtDescFlagCompressed != 0 {
			raw = ""
		}
		names = append(names, fourCC(f.PixelFormat))
	}
	if len(names) > 3 {
		names, more = names[:3], " and similar"
	}
	return fmt.Sprintf("delivers only %s%s%s pictures, which Fanlight cannot show yet", raw, strings.Join(names, ", "), more)
}

func fourCC(format v4l2.FourCCType) string {
	return strings.TrimSpace(string([]byte{byte(format), byte(format >> 8), byte(format >> 16), byte(format >> 24)}))
}

// jpegFormat picks the format whose buffers are JPEG files. Cameras call it MJPG;
// JPEG is the same for this purpose, and rarer.
func jpegFormat(formats []v4l2.FormatDescription) (v4l2.FourCCType, error) {
	for _, wanted := range []v4l2.FourCCType{v4l2.PixelFmtMJPEG, v4l2.PixelFmtJPEG} {
		for _, f := range formats {
			if f.PixelFormat == wanted {
				return wanted, nil
			}
		}
	}
	return 0, &rawOnlyError{formats}
}

// pickSize chooses among the sizes that a camera offers: the nearest to what is
// wanted, measured as the kernel does (v4l2_find_nearest_size: the sum of the
// differences), or if nothing is wanted the largest up to the usual one. A
// camera that lists no sizes is asked for the wanted or usual one itself.
func pickSize(offered []v4l2.FrameSize, want Mode) (width, height uint32) {
	asked := want.Width > 0 && want.Height > 0
	goal := Mode{Width: usualWidth, Height: usualHeight}
	if asked {
		goal = want
	}
	nearest := func(a, b Mode) int { return cmp.Compare(distance(a, goal), distance(b, goal)) }
	area := func(a, b Mode) int { return cmp.Compare(a.Width*a.Height, b.Width*b.Height) }

	var all, fitting []Mode
	for _, size := range offered {
		m := Mode{
			Width:  within(goal.Width, size.MinWidth, size.MaxWidth, size.StepWidth),
			Height: within(goal.Height, size.MinHeight, size.MaxHeight, size.StepHeight),
		}
		all = append(all, m)
		if m.Width <= usualWidth && m.Height <= usualHeight {
			fitting = append(fitting, m)
		}
	}
	picked := goal
	switch {
	case len(all) == 0:
	case asked:
		picked = slices.MinFunc(all, nearest)
	case len(fitting) > 0:
		picked = slices.MaxFunc(fitting, area)
	default:
		picked = slices.MinFunc(all, area)
	}
	return uint32(picked.Width), uint32(picked.Height)
}

func distance(a, b Mode) int {
	return max(a.Width-b.Width, b.Width-a.Width) + max(a.Height-b.Height, b.Height-a.Height)
}

// within brings a length into a range and onto its steps; a discrete size is a
// range of one length.
func within(length int, low, high, step uint32) int {
	length = min(max(length, int(low)), int(high))
	if step > 1 {
		length -= (length - int(low)) % int(step)
	}
	return length
}

// pickInterval chooses among the frame intervals (seconds, as fractions) offered
// at the picked size: the rate nearest to what is wanted, or if nothing is wanted
// the highest up to the usual one. A camera that lists none is asked outright.
func pickInterval(offered []v4l2.Fract, fps float64) v4l2.Fract {
	if len(offered) == 0 {
		// To a thousandth of a picture a second.
		return v4l2.Fract{Numerator: 1000, Denominator: uint32(math.Round(1000 * cmp.Or(max(fps, 0), usualFPS)))}
	}
	if fps > 0 {
		return slices.MinFunc(offered, func(a, b v4l2.Fract) int {
			return cmp.Compare(math.Abs(rate(a)-fps), math.Abs(rate(b)-fps))
		})
	}
	return slices.MaxFunc(offered, func(a, b v4l2.Fract) int {
		return cmp.Compare(usualness(a), usualness(b))
	})
}

// usualness orders rates: up to the usual one the higher is the better, and any
// above comes behind, the lower the better. UVC counts in units of 100 ns, so
// that 30 pictures a second are 30.00003.
func usualness(interval v4l2.Fract) float64 {
	if fps := rate(interval); fps > usualFPS+0.5 {
		return -fps
	} else {
		return fps
	}
}

// rate is an interval as pictures a second; zero where the camera gave none.
func rate(interval v4l2.Fract) float64 {
	if interval.Numerator == 0 {
		return 0
	}
	return float64(interval.Denominator) / float64(interval.Numerator)
}
