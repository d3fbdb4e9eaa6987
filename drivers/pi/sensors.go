package pi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"fanlight/drivers/camera"
	"fanlight/drivers/process"
)

// sensor is a camera as rpicam-vid --list-cameras shows it.
type sensor struct {
	index int           // what --camera takes
	model string        // "imx708_wide"
	path  string        // in the device tree; empty if it was not shown
	modes []camera.Mode // the sensor's own, without a format
}

// id names the sensor by where it is connected, which a restart does not change.
func (s sensor) id() string {
	if s.path != "" {
		return s.path
	}
	return fmt.Sprintf("%s-%d", s.model, s.index)
}

// name returns the maker's name of the camera, where it is known, and the sensor.
func (s sensor) name() string {
	sensor, _, _ := strings.Cut(s.model, "_") // _wide and _noir are kinds of Module 3
	known := map[string]string{
		"ov5647": "Raspberry Pi Camera Module 1",
		"imx219": "Raspberry Pi Camera Module 2",
		"imx708": "Raspberry Pi Camera Module 3",
		"imx477": "Raspberry Pi High Quality Camera",
		"imx296": "Raspberry Pi Global Shutter Camera",
		"imx500": "Raspberry Pi AI Camera",
	}[sensor]
	return fmt.Sprintf("%s (%s)", cmp.Or(known, "Raspberry Pi camera"), s.model)
}

// fixedFocus reports whether this is one of the Raspberry Pi's own cameras whose lens
// does not move.
func (s sensor) fixedFocus() bool {
	sensor, _, _ := strings.Cut(s.model, "_")
	return slices.Contains([]string{"ov5647", "imx219", "imx477", "imx296", "imx500"}, sensor)
}

// offers returns the modes to choose from, best first: the sensor's own sizes and
// usual ones, to which the camera scales. Smooth modes come before slow ones, then
// large ones before small ones.
func (s sensor) offers() []camera.Mode {
	var offers []camera.Mode
	sizes := append(slices.Clone(s.modes), camera.Mode{Width: 1920, Height: 1080}, camera.Mode{Width: 1280, Height: 720}, camera.Mode{Width: 640, Height: 480})
	for _, size := range sizes {
		offer := camera.Mode{Width: size.Width, Height: size.Height, FPS: s.fastest(size.Width, size.Height)}
		if offer.FPS > 0 && !slices.Contains(offers, offer) {
			offers = append(offers, offer)
		}
	}
	slices.SortStableFunc(offers, func(a, b camera.Mode) int {
		if smoothA, smoothB := a.FPS >= 24, b.FPS >= 24; smoothA != smoothB {
			return map[bool]int{true: -1, false: 1}[smoothA]
		}
		return cmp.Compare(b.Width*b.Height, a.Width*a.Height)
	})
	return offers
}

// fastest returns the highest rate in fps at a size, or zero if no mode of the sensor
// is that large.
func (s sensor) fastest(width, height int) float64 {
	most := 0.0
	for _, m := range s.modes {
		if m.Width >= width && m.Height >= height {
			most = max(most, m.FPS)
		}
	}
	return most
}

// patience bounds how long rpicam-vid may take to list cameras: some hang
// while another program holds one.
const patience = 10 * time.Second

// ask asks rpicam-vid, at the path given, for the cameras. It opens each for a
// moment to ask for its modes, and starts none.
func ask(ctx context.Context, rpicam string) ([]sensor, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	out, lines, err := process.Output(ctx, rpicam, "--list-cameras")
	var ended *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("%s --list-cameras does not answer: run it in a terminal, or restart the Raspberry Pi: %w", rpicam, ctx.Err())
	case errors.As(err, &ended) && len(lines) > 0:
		return nil, fmt.Errorf("%s --list-cameras failed: run it in a terminal: %s: %w", rpicam, lines[len(lines)-1], err)
	case err != nil:
		return nil, fmt.Errorf("%s --list-cameras failed: run it in a terminal: %w", rpicam, err)
	}
	return parse(string(out)), nil
}

var (
	// 0 : imx708 [4608x2592 10-bit RGGB] (/base/axi/pcie@120000/rp1/i2c@88000/imx708@1a)
	headerLine = regexp.MustCompile(`^\s*(\d+) : (\S+)(?: \[[^\]]*\])?(?: \(([^()\s]+)\))?\s*$`)
	//     Modes: 'SRGGB10_CSI2P' : 1536x864 [120.13 fps - (768, 432)/3072x1728 crop]
	modeText = regexp.MustCompile(`(\d+)x(\d+) \[(\d+(?:\.\d+)?) fps`)
)

// parse reads what rpicam-vid --list-cameras writes (rpicam-apps,
// core/options.cpp). A size that several formats have counts once, with the
// fastest rate. What it does not know it passes over.
func parse(out string) []sensor {
	var sensors []sensor
	for line := range strings.Lines(out) {
		if match := headerLine.FindStringSubmatch(strings.TrimRight(line, "\r\n")); match != nil {
			if index, err := strconv.Atoi(match[1]); err == nil {
				sensors = append(sensors, sensor{index: index, model: match[2], path: match[3]})
			}
			continue
		}
		for _, match := range modeText.FindAllStringSubmatch(line, -1) {
			if len(sensors) > 0 {
				sensors[len(sensors)-1].add(match)
			}
		}
	}
	return sensors
}

// add takes a match of modeText.
func (s *sensor) add(match []string) {
	width, err1 := strconv.ParseUint(match[1], 10, 16) // a JPEG's size has 16 bits
	height, err2 := strconv.ParseUint(match[2], 10, 16)
	fps, err3 := strconv.ParseFloat(match[3], 64)
	if errors.Join(err1, err2, err3) != nil || width == 0 || height == 0 || fps == 0 {
		return
	}
	mode := camera.Mode{Width: int(width), Height: int(height), FPS: fps}
	same := slices.IndexFunc(s.modes, func(m camera.Mode) bool { return m.Width == mode.Width && m.Height == mode.Height })
	if same < 0 {
		s.modes = append(s.modes, mode)
	} else {
		s.modes[same].FPS = max(s.modes[same].FPS, fps)
	}
}
