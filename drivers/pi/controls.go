package pi

import (
	"slices"
	"strconv"
	"strings"

	"fanlight/drivers/camera"
)

// control is a setting of a camera, which takes it only as it is opened.
type control struct {
	camera.Control
	option string         // of rpicam-vid
	words  map[int]string // a menu's values, as rpicam-vid calls them
}

// controlsOf returns the settings of a camera, without values. rpicam-vid counts
// ranges in fractions; these are hundredths.
func controlsOf(s sensor) []control {
	controls := []control{{
		Control: camera.Control{Name: "rotation", Label: "Rotation", Kind: camera.Menu, Items: []camera.MenuItem{{Value: 0, Label: "None"}, {Value: 180, Label: "Upside down"}}},
		option:  "--rotation", words: map[int]string{0: "0", 180: "180"},
	}, {
		Control: camera.Control{Name: "exposure", Label: "Exposure", Kind: camera.Menu, Items: []camera.MenuItem{{Value: 0, Label: "Normal"}, {Value: 1, Label: "Short, for motion"}, {Value: 2, Label: "Long, for the dark"}}},
		option:  "--exposure", words: map[int]string{0: "normal", 1: "sport", 2: "long"},
	}, {
		Control: camera.Control{Name: "brightness", Label: "Brightness", Min: -100, Max: 100, Step: 1},
		option:  "--brightness",
	}, {
		Control: camera.Control{Name: "contrast", Label: "Contrast", Max: 400, Step: 1, Default: 100},
		option:  "--contrast",
	}}
	if s.fixedFocus() {
		return controls
	}
	return append(controls, control{
		Control: camera.Control{Name: "autofocus", Label: "Autofocus", Kind: camera.Menu, Items: []camera.MenuItem{{Value: 0, Label: "Continuous"}, {Value: 1, Label: "Once, at the start"}, {Value: 2, Label: "Off"}}},
		option:  "--autofocus-mode", words: map[int]string{0: "continuous", 1: "auto", 2: manualFocus},
	}, control{
		// In dioptres: 0 is infinity, 10 is ten centimetres.
		Control: camera.Control{Name: "lens_position", Label: "Lens position with autofocus off", Max: 1500, Step: 1, Default: 100},
		option:  lensOption,
	})
}

const (
	manualFocus = "manual" // leaves the lens where the lens position says
	lensOption  = "--lens-position"
)

// argument returns the option for a value, or false for one that the control lacks.
func (c control) argument(value int) (string, bool) {
	if c.Kind == camera.Menu {
		word, ok := c.words[value]
		return c.option + "=" + word, ok
	}
	return c.option + "=" + strconv.FormatFloat(float64(value)/100, 'f', -1, 64), c.Min <= value && value <= c.Max
}

// optionsFor returns the options for the values asked for. The lens position needs
// the autofocus to be off.
func optionsFor(controls []control, asked map[string]int) []string {
	var arguments []string
	for _, c := range controls {
		value, ok := asked[c.Name]
		if !ok {
			continue
		}
		if argument, ok := c.argument(value); ok {
			arguments = append(arguments, argument)
		}
	}
	if !slices.Contains(arguments, "--autofocus-mode="+manualFocus) {
		arguments = slices.DeleteFunc(arguments, func(a string) bool { return strings.HasPrefix(a, lensOption) })
	}
	return arguments
}
