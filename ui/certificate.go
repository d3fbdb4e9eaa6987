package ui

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"fanlight/ui/kit"
)

// Certificate is the one that the stream is served with over HTTPS.
type Certificate struct {
	Fingerprint string // its SHA-256 as browsers show it: AB:CD:…, 32 pairs
	Expires     time.Time
	Own         bool // made by Fanlight, so browsers warn about it
}

// certificate shows a Certificate.
type certificate struct {
	object      *fyne.Container
	fingerprint *widget.Label
	words       *kit.Notice
	copyIt      *kit.CopyButton
}

func newCertificate(a fyne.App) *certificate {
	c := &certificate{fingerprint: widget.NewLabel(""), words: kit.NewNotice()}
	c.fingerprint.TextStyle.Monospace = true
	c.copyIt = kit.NewCopyButton(a, lang.L("Copy"), lang.L("Copy the fingerprint"), func() string { return oneLine(c.fingerprint.Text) })
	pad := layout.NewCustomPaddedLayout(8, 4, 0, 0)
	c.object = kit.NewRows(container.New(pad, widget.NewSeparator()), kit.NewCaption(lang.L("Certificate, SHA-256")),
		kit.Lowered(6, c.fingerprint), c.copyIt, c.words.Label)
	c.object.Hide()
	return c
}

// show draws the certificate, nil for none, and reports whether anything has changed.
func (c *certificate) show(now *Certificate) (moved bool) {
	if now == nil {
		return kit.SetVisible(c.object, false)
	}
	kit.SetText(c.fingerprint, grouped(now.Fingerprint))
	moved = c.words.Say(certificateWords(*now))
	return kit.SetVisible(c.object, true) || moved
}

func certificateWords(c Certificate) string {
	words := lang.L("Viewers can compare: their browser shows the same fingerprint in the certificate's details if it is connected to this computer.")
	if c.Own {
		words = lang.L("Fanlight made this certificate, so browsers warn about it. Before you go on, compare: the browser must show the same fingerprint in the certificate's details. If it differs, somebody may be listening in.")
	}
	return words + " " + lang.L("Valid until {{.Date}}.", map[string]any{"Date": c.Expires.Format(time.DateOnly)})
}

// grouped writes a fingerprint in lines of eight pairs, which are easy to compare.
func grouped(fingerprint string) string {
	pairs := strings.Split(fingerprint, ":")
	var lines []string
	for len(pairs) > 8 {
		lines = append(lines, strings.Join(pairs[:8], ":"))
		pairs = pairs[8:]
	}
	return strings.Join(append(lines, strings.Join(pairs, ":")), "\n")
}

func oneLine(grouped string) string { return strings.ReplaceAll(grouped, "\n", ":") }
