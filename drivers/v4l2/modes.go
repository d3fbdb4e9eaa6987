//go:build linux

package v4l2

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"fanlight/drivers/camera"

	go4vl "github.com/vladimirvivien/go4vl/v4l2"
)

// The mode that is asked for where the user chose none: 720p at 30 fps is smooth and
// fits a USB 2 port and a wireless network.
const (
	usualWidth, usualHeight = 1280, 720
	usualFPS                = 30
)

// smoothFPS still looks like motion. It admits the 25 fps of cameras under 50 Hz lamps.
const smoothFPS = 24

// usualRates are offered by cameras that take any.
var usualRates = []uint32{60, 50, 30, 25, 15, 10, 5}

// usualIntervals returns the intervals of the usual rates in a range, or its shortest one.
func usualIntervals(shortest, longest go4vl.Fract) (intervals []go4vl.Fract) {
	for _, fps := range usualRates {
		if float64(fps) <= rate(shortest)+0.01 && float64(fps) >= rate(longest)-0.01 {
			intervals = append(intervals, go4vl.Fract{Numerator: 1, Denominator: fps})
		}
	}
	if len(intervals) == 0 && plausible(rate(shortest)) {
		intervals = append(intervals, shortest)
	}
	return intervals
}

// plausible reports whether a camera can have a rate: some list one of ten million fps.
func plausible(fps float64) bool { return fps > 0 && fps <= 1000 }

// usualSizes are offered by cameras that scale to any size.
var usualSizes = [][2]int{{3840, 2160}, {1920, 1080}, {1280, 720}, {800, 600}, {640, 480}, {320, 240}}

// pickMode chooses a format and a size among what a camera offers, which is not empty. A
// format that is named and offered is taken. If a size is asked for, pickMode takes the
// nearest of all formats; else the largest, up to the usual size, of the best kind of
// format among those that reach the rate: over USB 2 raw pictures of 1280x720 come at
// 10 fps at best, and those of 640x480 at 30.
func pickMode(offers []offer, want camera.Mode) (format pixelFormat, width, height uint32) {
	asked := want.Width > 0 && want.Height > 0
	offers = eligible(offers, want.Format, asked)
	if fast := reaching(offers, want.FPS); !asked && len(fast) > 0 {
		offers = fast
	}
	var sizes []go4vl.FrameSize
	for _, o := range offers {
		for _, s := range o.sizes {
			sizes = append(sizes, s.FrameSize)
		}
	}
	width, height = pickSize(sizes, want)
	for _, o := range offers {
		if slices.ContainsFunc(o.sizes, func(s frameSize) bool { return s.contains(int(width), int(height)) }) {
			return o.pixelFormat, width, height
		}
	}
	return offers[0].pixelFormat, width, height // none lists its sizes
}

// eligible returns the offers of the named format, or where it is not offered of the best
// kind of format. With a size asked for it returns all, but grey ones only where there is
// no colour.
func eligible(offers []offer, format string, asked bool) []offer {
	named := filter(offers, func(o offer) bool { return strings.EqualFold(fourCC(o.code), format) })
	if len(named) > 0 {
		return named
	}
	worst := offers[0].kind
	if asked {
		worst = max(worst, colourKind)
	}
	return filter(offers, func(o offer) bool { return o.kind <= worst })
}

// reaching returns the sizes with about the given rate, or the usual rate for zero. A
// size without a list of rates may reach it.
func reaching(offers []offer, fps float64) (fast []offer) {
	enough := cmp.Or(max(fps, 0), usualFPS) * smoothFPS / usualFPS
	for _, o := range offers {
		listed := len(o.sizes) > 0
		o.sizes = filter(o.sizes, func(s frameSize) bool {
			return len(s.intervals) == 0 || slices.ContainsFunc(s.intervals, func(i go4vl.Fract) bool { return rate(i) >= enough })
		})
		if !listed || len(o.sizes) > 0 {
			fast = append(fast, o)
		}
	}
	return fast
}

func filter[T any](all []T, keep func(T) bool) (kept []T) {
	for _, one := range all {
		if keep(one) {
			kept = append(kept, one)
		}
	}
	return kept
}

// modes returns an offer's sizes and rates. Of a range of sizes it returns the device's own
// and the usual ones, at a rate left to the camera; where none is listed its own.
func (o offer) modes(own [2]int) (modes []camera.Mode) {
	mode := camera.Mode{Format: fourCC(o.code), Width: own[0], Height: own[1]}
	if len(o.sizes) == 0 && own != [2]int{} {
		return []camera.Mode{mode}
	}
	for _, s := range o.sizes {
		for _, size := range s.usual(own) {
			mode.Width, mode.Height, mode.FPS = size[0], size[1], 0
			if len(s.intervals) == 0 {
				modes = append(modes, mode)
			}
			for _, i := range s.intervals {
				mode.FPS = rate(i)
				modes = append(modes, mode)
			}
		}
	}
	return modes
}

// usual returns a discrete size itself, or the device's own and the usual sizes within a
// range.
func (s frameSize) usual(own [2]int) [][2]int {
	if s.discrete() {
		return [][2]int{{int(s.MinWidth), int(s.MinHeight)}}
	}
	sizes := usualSizes
	if !slices.Contains(sizes, own) {
		sizes = append([][2]int{own}, sizes...)
	}
	return filter(sizes, func(size [2]int) bool { return s.contains(size[0], size[1]) })
}

func (s frameSize) contains(width, height int) bool {
	return within(width, s.MinWidth, s.MaxWidth, s.StepWidth) == width &&
		within(height, s.MinHeight, s.MaxHeight, s.StepHeight) == height
}

// sortModes sorts modes in the order in which pickMode and pickInterval prefer them. First
// of a kind of format, unless it is zero, is the size of what comes in.
func sortModes(modes []camera.Mode, natural [2]int) {
	rank := func(m camera.Mode) int {
		return slices.IndexFunc(pixelFormats, func(f pixelFormat) bool { return fourCC(f.code) == m.Format })
	}
	other := func(m camera.Mode) int { return truth([2]int{m.Width, m.Height} != natural) }
	slow := func(m camera.Mode) int { return truth(m.FPS > 0 && m.FPS < smoothFPS) }
	large := func(m camera.Mode) int { return truth(m.Width > usualWidth || m.Height > usualHeight) }
	slices.SortStableFunc(modes, func(a, b camera.Mode) int {
		area := cmp.Compare(b.Width*b.Height, a.Width*a.Height)
		if large(a) == 1 {
			area = -area
		}
		return cmp.Or(
			cmp.Compare(pixelFormats[rank(a)].kind, pixelFormats[rank(b)].kind),
			cmp.Compare(other(a), other(b)),
			cmp.Compare(large(a), large(b)),
			cmp.Compare(slow(a), slow(b)),
			area,
			cmp.Compare(rank(a), rank(b)),
			cmp.Compare(usualness(b.FPS), usualness(a.FPS)),
		)
	})
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// pickSize chooses among the sizes that a camera offers: the nearest to what is wanted,
// measured as the kernel does (v4l2_find_nearest_size: the sum of the differences), or by
// default the largest up to the usual one. A camera that lists no sizes is asked for the
// wanted or the usual one.
func pickSize(offered []go4vl.FrameSize, want camera.Mode) (width, height uint32) {
	asked := want.Width > 0 && want.Height > 0
	goal := camera.Mode{Width: usualWidth, Height: usualHeight}
	if asked {
		goal = want
	}
	nearest := func(a, b camera.Mode) int { return cmp.Compare(distance(a, goal), distance(b, goal)) }
	area := func(a, b camera.Mode) int { return cmp.Compare(a.Width*a.Height, b.Width*b.Height) }

	var all, fitting []camera.Mode
	for _, size := range offered {
		m := camera.Mode{
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

func distance(a, b camera.Mode) int {
	return max(a.Width-b.Width, b.Width-a.Width) + max(a.Height-b.Height, b.Height-a.Height)
}

// within moves a length into a range and onto its steps; a discrete size is a range of
// one length.
func within(length int, low, high, step uint32) int {
	length = min(max(length, int(low)), int(high))
	if step > 1 {
		length -= (length - int(low)) % int(step)
	}
	return length
}

// pickInterval chooses among the frame intervals (seconds, as fractions) at the picked
// size: the rate nearest to what is wanted, or by default the highest up to the usual one.
// A camera that lists none is asked for the wanted or the usual one.
func pickInterval(offered []go4vl.Fract, fps float64) go4vl.Fract {
	if len(offered) == 0 {
		// To a thousandth of a frame per second.
		return go4vl.Fract{Numerator: 1000, Denominator: uint32(math.Round(1000 * cmp.Or(max(fps, 0), usualFPS)))}
	}
	if fps > 0 {
		return slices.MinFunc(offered, func(a, b go4vl.Fract) int {
			return cmp.Compare(math.Abs(rate(a)-fps), math.Abs(rate(b)-fps))
		})
	}
	return slices.MaxFunc(offered, func(a, b go4vl.Fract) int {
		return cmp.Compare(usualness(rate(a)), usualness(rate(b)))
	})
}

// usualness orders rates: up to the usual one the higher is the better, and above it the
// lower. UVC counts in units of 100 ns, so that 30 fps are 30.00003.
func usualness(fps float64) float64 {
	if fps > usualFPS+0.5 {
		return -fps
	}
	return fps
}

// rate returns an interval as fps, or zero where the camera gave none.
func rate(interval go4vl.Fract) float64 {
	if interval.Numerator == 0 {
		return 0
	}
	return float64(interval.Denominator) / float64(interval.Numerator)
}
