package drivers

import (
	"slices"
	"strconv"
	"strings"
)

// piControl is a setting of a camera, which it takes as it is opened.
type piControl struct {
	Control
	option string         // of rpicam-vid
	words  map[int]string // a menu's values, as rpicam-vid calls them
}

// piControls returns the settings of a camera, without values. rpicam-vid counts
// ranges in fractions, of which these are the hundredths.
func piControls(s piSensor) []piControl {
	controls := []piControl{{
		Control: Control{Name: "rotation", Label: "Rotation", Kind: Menu, Items: []MenuItem{{Value: 0, Label: "None"}, {Value: 180, Label: "Upside down"}}},
		option:  "--rotation", words: map[int]string{0: "0", 180: "180"},
	}, {
		Control: Control{Name: "exposure", Label: "Exposure", Kind: Menu, Items: []MenuItem{{Value: 0, Label: "Normal"}, {Value: 1, Label: "Short, for motion"}, {Value: 2, Label: "Long, for the dark"}}},
		option:  "--exposure", words: map[int]string{0: "normal", 1: "sport", 2: "long"},
	}, {
		Control: Control{Name: "brightness", Label: "Brightness", Min: -100, Max: 100, Step: 1},
		option:  "--brightness",
	}, {
		Control: Control{Name: "contrast", Label: "Contrast", Max: 400, Step: 1, Default: 100},
		option:  "--contrast",
	}}
	if s.fixedFocus() {
		return controls
	}
	return append(controls, piControl{
		Control: Control{Name: "autofocus", Label: "Autofocus", Kind: Menu, Items: []MenuItem{{Value: 0, Label: "Continuous"}, {Value: 1, Label: "Once, at the start"}, {Value: 2, Label: "Off"}}},
		option:  "--autofocus-mode", words: map[int]string{0: "continuous", 1: "auto", 2: piManual},
	}, piControl{
		// In dioptres: 0 is infinity, 10 is ten centimetres.
		Control: Control{Name: "lens_position", Label: "Lens position with autofocus off", Max: 1500, Step: 1, Default: 100},
		option:  piLens,
	})
}

const (
	piManual = "manual" // leaves the lens where the lens position says
	piLens   = "--lens-position"
)

// argument is the option for a value, and false for one that the control lacks.
func (c piControl) argument(value int) (string, bool) {
	if c.Kind == Menu {
		word, ok := c.words[value]
		return c.option + "=" + word, ok
	}
	return c.option + "=" + strconv.FormatFloat(float64(value)/100, 'f', -1, 64), c.Min <= value && value <= c.Max
}

// piArguments are the options for the values asked for. The lens position needs
// the autofocus to be off.
func piArguments(controls []piControl, asked map[string]int) []string {
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
	if !slices.Contains(arguments, "--autofocus-mode="+piManual) {
		arguments = slices.DeleteFunc(arguments, func(a string) bool { return strings.HasPrefix(a, piLens) })
	}
	return arguments
}
