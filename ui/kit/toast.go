package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Toast is a sentence over the picture with a button for what one can do about it.
type Toast struct {
	Drawn  *fyne.Container
	words  *widget.Label
	whole  *widget.Label // the same, not drawn: its width is wanted
	action *Button
	shown  int // how many were shown
}

// NewToast makes a hidden toast.
func NewToast() *Toast {
	t := &Toast{words: widget.NewLabel(""), whole: widget.NewLabel(""), action: NewButton("", "", nil)}
	t.action.Importance = widget.HighImportance
	t.words.Truncation = fyne.TextTruncateEllipsis
	t.words.Alignment = fyne.TextAlignCenter
	words := container.New(AsWideAs{Other: t.whole}, t.words)
	row := container.NewBorder(nil, nil, nil, t.action, words)
	t.Drawn = container.NewStack(NewPanel(ColorCard, row))
	t.Drawn.Hide()
	return t
}

// Say shows the words, with a button unless its word is empty. It returns what hides
// this toast, if no other was shown since.
func (t *Toast) Say(words, button string, tapped func()) (hide func()) {
	t.words.SetText(words)
	t.whole.SetText(words + " ") // or rounding would cut it
	t.action.Name, t.action.OnTapped = button, func() {
		t.Drawn.Hide()
		tapped()
	}
	t.action.SetText(button)
	SetVisible(t.action, button != "")
	t.Drawn.Show()
	t.Drawn.Refresh()
	t.shown++
	mine := t.shown
	return func() {
		if t.shown == mine {
			t.Drawn.Hide()
		}
	}
}
