package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Notice is a sentence below a field: what the field does, or why it refused a value.
type Notice struct {
	Label *widget.Label
	usual string
	why   string
}

// NewNotice makes an empty notice.
func NewNotice() *Notice {
	n := &Notice{Label: widget.NewLabel("")}
	n.Label.Wrapping = fyne.TextWrapWord
	n.Label.SizeName = theme.SizeNameCaptionText
	n.Label.Importance = widget.LowImportance
	return n
}

// Say sets the usual words, and reports whether they have changed.
func (n *Notice) Say(words string) (moved bool) {
	if n.usual == words {
		return false
	}
	n.usual = words
	n.draw()
	return true
}

// Refuse shows why a value was refused; the empty text brings the usual words back.
func (n *Notice) Refuse(why string) {
	n.why = why
	n.draw()
}

func (n *Notice) draw() {
	words, importance := n.usual, widget.LowImportance
	if n.why != "" {
		words, importance = n.why, widget.DangerImportance
	}
	n.Label.Importance = importance
	n.Label.SetText(words)
}
