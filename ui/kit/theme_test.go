package kit

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// luminance and contrast are those of WCAG 2.
func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	part := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*part(r) + 0.7152*part(g) + 0.0722*part(b)
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestContrastIsMeasuredRight(t *testing.T) {
	for _, test := range []struct {
		a, b color.Color
		want float64
	}{
		{color.White, color.Black, 21}, {color.Black, color.White, 21}, {color.White, color.White, 1},
		{rgb(0x76, 0x76, 0x76), color.White, 4.54},
	} {
		if got := contrast(test.a, test.b); math.Abs(got-test.want) > 0.01 {
			t.Errorf("%v on %v: %.2f, want %.2f", test.a, test.b, got, test.want)
		}
	}
}

func TestColorsCanBeToldApart(t *testing.T) {
	texts := []fyne.ThemeColorName{
		theme.ColorNameForeground, theme.ColorNameDisabled, theme.ColorNamePlaceHolder, theme.ColorNameWarning, theme.ColorNameError,
	}
	grounds := []fyne.ThemeColorName{theme.ColorNameBackground, ColorCard, theme.ColorNameInputBackground, theme.ColorNameMenuBackground}
	// A ring lies on the edge of a widget: that is what is there without the focus.
	edges := append(grounds, theme.ColorNameButton, theme.ColorNamePrimary)
	for name, variant := range map[string]fyne.ThemeVariant{"dark": theme.VariantDark, "light": theme.VariantLight} {
		at := func(n fyne.ThemeColorName) color.Color { return Calm{}.Color(n, variant) }
		for _, ground := range grounds {
			for _, text := range texts {
				if got := contrast(at(text), at(ground)); got < 4.5 {
					t.Errorf("%s: the text in %s has a contrast of %.2f on %s", name, text, got, ground)
				}
			}
		}
		for _, edge := range edges {
			if got := contrast(at(theme.ColorNameForeground), at(edge)); got < 3 {
				t.Errorf("%s: the ring around the focused widget has a contrast of %.2f on %s", name, got, edge)
			}
		}
	}
}
