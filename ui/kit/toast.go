package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
)

// Toast is a sentence over the picture with buttons for what one can do about it.
type Toast struct {
	Drawn   *fyne.Container
	words   *widget.Label
	whole   *widget.Label // the same, not drawn: its width is wanted
	buttons *fyne.Container
	shown   int // how many were shown
}

// ToastButton is a button of a toast.
type ToastButton struct {
	Words  string
	Tapped func()
}

// NewToast makes a hidden toast.
func NewToast() *Toast {
	t := &Toast{words: widget.NewLabel(""), whole: widget.NewLabel(""), buttons: container.NewHBox()}
	t.words.Truncation = fyne.TextTruncateEllipsis
	t.words.Alignment = fyne.TextAlignCenter
	words := container.New(AsWideAs{Other: t.whole}, t.words)
	row := container.NewBorder(nil, nil, nil, t.buttons, words)
	t.Drawn = container.NewStack(NewPanel(ColorCard, row))
	t.Drawn.Hide()
	return t
}

// Say shows the words with the buttons, of which the last is the likeliest. It returns what
// hides this toast, if no other was shown since.
func (t *Toast) Say(words string, buttons ...ToastButton) (hide func()) {
	t.words.SetText(words)
	t.whole.SetText(words + " ") // or rounding would cut it
	t.buttons.RemoveAll()
	for i, b := range buttons {
		made := NewButton(b.Words, b.Words, func() {
			t.Drawn.Hide()
			b.Tapped()
		})
		if i == len(buttons)-1 {
			made.Importance = widget.HighImportance
		}
		t.buttons.Add(made)
	}
	SetVisible(t.buttons, len(buttons) > 0)
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
