package kit

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// tipAfter is how long the pointer rests on a widget before its tooltip is shown.
const tipAfter = 600 * time.Millisecond

// tip is the tooltip of a window, of which there is at most one at a time.
type tip struct {
	layer   *fyne.Container // over the whole window, without a layout
	card    *fyne.Container
	ground  *canvas.Rectangle
	words   *canvas.Text
	waiting *fyne.Animation // nil while no tooltip is to come
}

func newTip() *tip {
	t := &tip{ground: &canvas.Rectangle{CornerRadius: 6}, words: canvas.NewText("", nil)}
	t.card = container.NewStack(t.ground, container.NewPadded(t.words))
	t.card.Hide()
	t.layer = container.NewWithoutLayout(t.card)
	return t
}

// point shows the words below an object, or above it at the lower edge, in a moment.
func (t *tip) point(at fyne.CanvasObject, words string) {
	t.hide()
	if words == "" {
		return
	}
	t.waiting = fyne.NewAnimation(tipAfter, func(done float32) {
		if done == 1 {
			t.waiting = nil
			t.show(at, words)
		}
	})
	t.waiting.Start()
}

func (t *tip) show(at fyne.CanvasObject, words string) {
	settings := fyne.CurrentApp().Settings()
	// Light on dark in the light theme, dark on light in the dark one.
	t.ground.FillColor = settings.Theme().Color(theme.ColorNameForeground, settings.ThemeVariant())
	t.words.Color = settings.Theme().Color(theme.ColorNameBackground, settings.ThemeVariant())
	t.words.TextSize = settings.Theme().Size(theme.SizeNameCaptionText)
	t.words.Text = words
	size, room := t.card.MinSize(), t.layer.Size()
	below := fyne.CurrentApp().Driver().AbsolutePositionForObject(at)
	const gap = 4
	x := max(gap, min(below.X, room.Width-size.Width-gap))
	y := below.Y + at.Size().Height + gap
	if y+size.Height > room.Height {
		y = below.Y - size.Height - gap
	}
	t.card.Resize(size)
	t.card.Move(fyne.NewPos(x, y))
	t.card.Show()
	t.card.Refresh()
}

func (t *tip) hide() {
	if t.waiting != nil {
		t.waiting.Stop()
		t.waiting = nil
	}
	t.card.Hide()
}

// pointAt shows what a widget does and by which keys, in a moment; empty texts are left out.
func pointAt(o fyne.CanvasObject, name, keys string) {
	root := rootOf(o)
	if root == nil {
		return
	}
	if name != "" && keys != "" {
		name += " (" + keys + ")"
	}
	root.tip.point(o, name)
}

func pointAway(o fyne.CanvasObject) {
	if root := rootOf(o); root != nil {
		root.tip.hide()
	}
}
