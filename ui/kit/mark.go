package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
)

// Mark is a few words over a picture, dark on a colour that is seen on any picture.
type Mark struct {
	Drawn *fyne.Container
	words *canvas.Text
}

// NewMark makes a hidden mark.
func NewMark() *Mark {
	ground := canvas.NewRectangle(Calm{}.Color(theme.ColorNameWarning, theme.VariantDark))
	ground.CornerRadius = 8
	m := &Mark{words: canvas.NewText("", color.Black)}
	m.words.TextStyle.Bold = true
	m.Drawn = container.NewStack(ground, container.New(layout.NewCustomPaddedLayout(3, 4, 10, 10), m.words))
	m.Drawn.Hide()
	return m
}

// Say shows the words, or hides the mark without any. It reports whether the mark has
// another size now.
func (m *Mark) Say(words string) (moved bool) {
	if words == m.words.Text {
		return false
	}
	m.words.Text = words
	SetVisible(m.Drawn, words != "")
	m.words.Refresh()
	return true
}

// Text is what it says.
func (m *Mark) Text() string { return m.words.Text }
