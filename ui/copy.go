package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// copyButton copies a text, and says for two seconds that it did.
type copyButton struct {
	button
	app   fyne.App
	words string
	text  func() string
	told  *fyne.Animation
}

func newCopyButton(a fyne.App, words, name string, text func() string) *copyButton {
	c := &copyButton{app: a, words: words, text: text}
	c.Text, c.name, c.OnTapped = words, name, c.copy
	c.Icon = theme.ContentCopyIcon()
	c.ExtendBaseWidget(c)
	return c
}

func (c *copyButton) copy() {
	c.app.Clipboard().SetContent(c.text())
	c.SetText("Copied")
	if c.told != nil {
		c.told.Stop()
	}
	c.told = fyne.NewAnimation(2*time.Second, func(done float32) {
		if done == 1 {
			c.told = nil
			c.SetText(c.words)
		}
	})
	c.told.Start()
}

// call gives the button other words.
func (c *copyButton) call(words string) {
	if c.words == words {
		return
	}
	c.words = words
	if c.told == nil {
		c.SetText(words)
	}
}
