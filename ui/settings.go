package ui

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"fanlight/ui/kit"
)

// Settings is what the user can set of the chosen camera, and what is set. What
// the camera does not offer is left empty, and not shown.
type Settings struct {
	Modes []Mode // that the camera offers, best first
	Mode  Mode   // that the user asked for; zero: automatic

	// Encodes: the program makes the JPEG pictures itself, of Quality from 1 to
	// 100, because the camera sends raw ones or because they are turned or written on.
	Encodes bool
	Quality int

	Look     Look
	Controls []Control // in the camera's order
}

// Mode is how a camera delivers: a format by the camera's own name, a picture
// size in pixels and a rate in pictures a second. Zero values are left to the camera.
type Mode struct {
	Format        string
	Width, Height int
	FPS           float64
}

// Look is what the program does to the pictures.
type Look struct {
	Rotate int // clockwise in degrees: 0, 90, 180 or 270
	Mirror bool
	Text   string // to write on the picture; empty: none
	Clock  bool   // write the date and the time on the picture
}

// ControlKind is how a control is operated.
type ControlKind int

// The kinds of controls.
const (
	Range  ControlKind = iota // a number from Min to Max in steps
	Toggle                    // 0 or 1
	Menu                      // one of Items
)

// Control is one of the camera's own settings.
type Control struct {
	Name  string // what SetControl takes
	Label string // for people
	Kind  ControlKind
	// Min, Max and Step bound a Range.
	Min, Max, Step int
	Default, Value int
	Items          []MenuItem // of a Menu
	// Inactive: another control overrules this one for now.
	Inactive bool
}

// MenuItem is one choice of a menu control.
type MenuItem struct {
	Value int
	Label string
}

// sameControl reports whether one control can be operated by what was made for
// the other: they differ in what they are set to only.
func sameControl(a, b Control) bool {
	return a.Name == b.Name && a.Label == b.Label && a.Kind == b.Kind &&
		a.Min == b.Min && a.Max == b.Max && a.Step == b.Step && slices.Equal(a.Items, b.Items)
}

// changed reports whether there is anything to reset.
func changed(controls []Control) bool {
	return slices.ContainsFunc(controls, func(c Control) bool { return c.Value != c.Default && !c.Inactive })
}

const automatic = "Automatic"

func modeWords(m Mode) string {
	var words []string
	if m.Width > 0 && m.Height > 0 {
		words = append(words, sizeWords(m.Width, m.Height))
	}
	if m.FPS > 0 {
		// Two decimals: a camera may offer both 30 and 29.97.
		words = append(words, strconv.FormatFloat(math.Round(m.FPS*100)/100, 'f', -1, 64)+" a second")
	}
	if m.Format != "" {
		words = append(words, m.Format)
	}
	if len(words) == 0 {
		return automatic
	}
	return strings.Join(words, ", ")
}

func modeChoices(modes []Mode) []kit.Choice[Mode] {
	choices := []kit.Choice[Mode]{{Label: automatic}}
	for _, m := range modes {
		if m != (Mode{}) {
			choices = append(choices, kit.Choice[Mode]{Label: modeWords(m), Value: m})
		}
	}
	return choices
}

func itemChoices(items []MenuItem) []kit.Choice[int] {
	var choices []kit.Choice[int]
	for _, item := range items {
		choices = append(choices, kit.Choice[int]{Label: item.Label, Value: item.Value})
	}
	return choices
}

// itemWords are those of the item with a value, or the value where the menu lacks it.
func itemWords(items []MenuItem, value int) string {
	if at := slices.IndexFunc(items, func(item MenuItem) bool { return item.Value == value }); at >= 0 {
		return items[at].Label
	}
	return strconv.Itoa(value)
}
