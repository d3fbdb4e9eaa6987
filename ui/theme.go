package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"fanlight/ui/kit"
)

// Theme is how bright the window is.
type Theme int

// The themes.
const (
	SystemTheme Theme = iota // light or dark, as the desktop
	LightTheme
	DarkTheme
)

// SetTheme changes how bright the window is.
func SetTheme(a fyne.App, t Theme) {
	var chosen fyne.Theme = kit.Calm{}
	switch t {
	case LightTheme:
		chosen = kit.Always{Variant: theme.VariantLight}
	case DarkTheme:
		chosen = kit.Always{Variant: theme.VariantDark}
	}
	if a.Settings().Theme() != chosen {
		a.Settings().SetTheme(chosen)
	}
}
