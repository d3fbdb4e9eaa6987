package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// The background colours of panels.
const (
	ColorCard    fyne.ThemeColorName = "fanlightCard"
	ColorProblem fyne.ThemeColorName = "fanlightProblem"
)

// Calm is Fyne's theme with softer backgrounds, stronger text and rounder corners.
// Light or dark, and the accent colour, are the user's choice.
type Calm struct{}

var (
	lightColors = map[fyne.ThemeColorName]color.Color{
		theme.ColorNameBackground:      rgb(0xf4, 0xf5, 0xf7),
		theme.ColorNameForeground:      rgb(0x22, 0x26, 0x2b),
		theme.ColorNamePlaceHolder:     rgb(0x5d, 0x65, 0x70),
		theme.ColorNameDisabled:        rgb(0x66, 0x6d, 0x78),
		theme.ColorNameButton:          rgb(0xe8, 0xea, 0xee),
		theme.ColorNameInputBackground: rgb(0xff, 0xff, 0xff),
		theme.ColorNameInputBorder:     rgb(0xd3, 0xd7, 0xdd),
		theme.ColorNameMenuBackground:  rgb(0xff, 0xff, 0xff),
		theme.ColorNameSuccess:         rgb(0x14, 0x92, 0x4a),
		theme.ColorNameWarning:         rgb(0x9a, 0x59, 0x00),
		theme.ColorNameError:           rgb(0xc9, 0x2c, 0x30),
		ColorCard:                      rgb(0xff, 0xff, 0xff),
		ColorProblem:                   rgb(0xfd, 0xf0, 0xd8),
	}
	darkColors = map[fyne.ThemeColorName]color.Color{
		theme.ColorNameBackground:      rgb(0x15, 0x16, 0x19),
		theme.ColorNameForeground:      rgb(0xec, 0xed, 0xef),
		theme.ColorNamePlaceHolder:     rgb(0xa0, 0xa6, 0xb0),
		theme.ColorNameDisabled:        rgb(0x8a, 0x90, 0x9a),
		theme.ColorNameButton:          rgb(0x2c, 0x2f, 0x35),
		theme.ColorNameInputBackground: rgb(0x24, 0x26, 0x2b),
		theme.ColorNameInputBorder:     rgb(0x3a, 0x3d, 0x44),
		theme.ColorNameMenuBackground:  rgb(0x24, 0x26, 0x2b),
		theme.ColorNameSuccess:         rgb(0x45, 0xc0, 0x6f),
		theme.ColorNameWarning:         rgb(0xf0, 0xa0, 0x30),
		theme.ColorNameError:           rgb(0xf2, 0x5c, 0x5c),
		ColorCard:                      rgb(0x1d, 0x1f, 0x23),
		ColorProblem:                   rgb(0x38, 0x2c, 0x12),
	}
)

func rgb(r, g, b uint8) color.Color { return color.NRGBA{R: r, G: g, B: b, A: 0xff} }

func (Calm) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	colors := darkColors
	if variant == theme.VariantLight {
		colors = lightColors
	}
	if c, ok := colors[name]; ok {
		return c
	}
	return theme.DefaultTheme().Color(name, variant)
}

func (Calm) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameInputRadius, theme.SizeNameButtonRadius:
		return 8
	default:
		return theme.DefaultTheme().Size(name)
	}
}

func (Calm) Font(style fyne.TextStyle) fyne.Resource    { return theme.DefaultTheme().Font(style) }
func (Calm) Icon(name fyne.ThemeIconName) fyne.Resource { return theme.DefaultTheme().Icon(name) }

// Always is Calm in one variant, whatever the desktop prefers.
type Always struct {
	Calm
	Variant fyne.ThemeVariant
}

func (a Always) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	return a.Calm.Color(name, a.Variant)
}

// onCard is the window's theme for widgets on a card, where inputs would otherwise have
// the colour of the card. A scrolled list casts no shadow there.
type onCard struct{ asWindow }

func (t onCard) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	switch name {
	case theme.ColorNameInputBackground, theme.ColorNameSeparator:
		name = theme.ColorNameButton
	case theme.ColorNameInputBorder:
		name = theme.ColorNameDisabled
	case theme.ColorNameShadow:
		return color.Transparent
	}
	return t.asWindow.Color(name, variant)
}

// ofLine is the window's theme for entries of one line, where Fyne would draw a scroll
// bar and a shadow over a long text.
type ofLine struct{ asWindow }

func (t ofLine) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	if name == theme.ColorNameShadow {
		return color.Transparent
	}
	return t.asWindow.Color(name, variant)
}

func (t ofLine) Size(name fyne.ThemeSizeName) float32 {
	switch name {
	case theme.SizeNameScrollBar, theme.SizeNameScrollBarSmall:
		return 0
	default:
		return t.asWindow.Size(name)
	}
}

// asWindow is the window's theme.
type asWindow struct{}

func (asWindow) current() fyne.Theme { return fyne.CurrentApp().Settings().Theme() }

func (t asWindow) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	return t.current().Color(name, variant)
}
func (t asWindow) Size(name fyne.ThemeSizeName) float32       { return t.current().Size(name) }
func (t asWindow) Font(style fyne.TextStyle) fyne.Resource    { return t.current().Font(style) }
func (t asWindow) Icon(name fyne.ThemeIconName) fyne.Resource { return t.current().Icon(name) }
