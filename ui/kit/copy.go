package kit

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
)

// CopyButton copies a text to the clipboard, and shows lang.L("Copied") for two seconds.
type CopyButton struct {
	Button
	app   fyne.App
	words string
	text  func() string
	told  *fyne.Animation
}

// NewCopyButton makes a button that copies what text returns; a screen reader says name.
func NewCopyButton(a fyne.App, words, name string, text func() string) *CopyButton {
	c := &CopyButton{app: a, words: words, text: text}
	c.self, c.Text, c.Name, c.OnTapped = c, words, name, func() { c.Copy(c.text()) }
	c.Icon = theme.ContentCopyIcon()
	c.ExtendBaseWidget(c)
	return c
}

// Copy copies another text, as if that were the button's.
func (c *CopyButton) Copy(text string) {
	c.app.Clipboard().SetContent(text)
	c.SetText(lang.L("Copied"))
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

// SetWords changes the button's text.
func (c *CopyButton) SetWords(words string) {
	if c.words == words {
		return
	}
	c.words = words
	if c.told == nil {
		c.SetText(words)
	}
}
