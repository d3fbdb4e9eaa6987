package ui

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// access is the side with who may watch, and with what others can tell by that
// they are connected to this machine.
type access struct {
	*side
	passcode *lineEntry
	words    *notice

	certificate *certificate
}

func newAccess(app fyne.App, p Program) *access {
	a := &access{words: newNotice(), certificate: newCertificate(app)}
	a.passcode = newLineEntry("Nobody needs one", nil)
	a.passcode.name = "Passcode"
	a.passcode.Password, a.passcode.optional = true, true
	a.passcode.take = p.SetPasscode
	a.passcode.refused = func(why error) {
		a.words.refuse(why)
		a.relayout()
	}
	a.side = newSide("Sharing", newField("Passcode", a.passcode.drawn()), a.words.label, a.certificate.object)
	a.passcode.focused, a.certificate.copyIt.focused = a.reveal, a.reveal
	return a
}

// show follows the state of the program.
func (a *access) show(s State) {
	a.passcode.set(s.Passcode)
	setEnabled(a.passcode, !s.PasscodeGiven)
	moved := a.words.say(passcodeWords(s))
	if a.certificate.show(s.Certificate) || moved {
		a.relayout()
	}
}

func passcodeWords(s State) string {
	switch {
	case s.PasscodeGiven:
		return "Given with --passcode or $FANLIGHT_PASSCODE. It holds until Fanlight is closed."
	case s.Passcode == "":
		return "Anybody on the network can watch. With a passcode, only those who know it."
	default:
		return "Changing it lets all viewers go: they must enter the new one. Links with a key that were given away hold no longer."
	}
}

// notice is a sentence below a field: what the field does, or why it did not.
type notice struct {
	label *widget.Label
	usual string
	why   error
}

func newNotice() *notice {
	n := &notice{label: widget.NewLabel("")}
	n.label.Wrapping = fyne.TextWrapWord
	n.label.SizeName = theme.SizeNameCaptionText
	n.label.Importance = widget.LowImportance
	return n
}

// say tells what the field does, and whether that is news.
func (n *notice) say(words string) (moved bool) {
	if n.usual == words {
		return false
	}
	n.usual = words
	n.draw()
	return true
}

// refuse tells why the field did not do it, until nil.
func (n *notice) refuse(why error) {
	n.why = why
	n.draw()
}

func (n *notice) draw() {
	words, importance := n.usual, widget.LowImportance
	if n.why != nil {
		words, importance = capital(n.why.Error())+".", widget.DangerImportance
	}
	n.label.Importance = importance
	n.label.SetText(words)
}

// Certificate is what the stream is served over HTTPS with.
type Certificate struct {
	Fingerprint string // its SHA-256 as browsers show it: AB:CD:…, 32 pairs
	Expires     time.Time
	Own         bool // made by Fanlight, so that browsers warn of it
}

// certificate shows one.
type certificate struct {
	object      *fyne.Container
	fingerprint *widget.Label
	words       *notice
	copyIt      *copyButton
}

func newCertificate(a fyne.App) *certificate {
	c := &certificate{fingerprint: widget.NewLabel(""), words: newNotice()}
	c.fingerprint.TextStyle.Monospace = true
	c.fingerprint.Selectable = true
	c.copyIt = newCopyButton(a, "Copy", "Copy the fingerprint", func() string { return oneLine(c.fingerprint.Text) })
	pad := layout.NewCustomPaddedLayout(8, 4, 0, 0)
	c.object = newRows(container.New(pad, widget.NewSeparator()), newCaption("Certificate, SHA-256"),
		lowered(6, c.fingerprint), c.copyIt, c.words.label)
	c.object.Hide()
	return c
}

// show follows the state of the program, and tells whether that is news.
func (c *certificate) show(now *Certificate) (moved bool) {
	if now == nil {
		return setShown(c.object, false)
	}
	setText(c.fingerprint, grouped(now.Fingerprint))
	moved = c.words.say(certificateWords(*now))
	return setShown(c.object, true) || moved
}

func certificateWords(c Certificate) string {
	words := "Others can be sure that they watch this machine where their browser shows the same fingerprint in the certificate's details."
	if c.Own {
		words = "Fanlight made this certificate, so browsers warn of it. Before going on, compare: the browser shows the same fingerprint in the certificate's details. Where it differs, somebody may be listening in."
	}
	return words + " Valid until " + c.Expires.Format("2 January 2006") + "."
}

// grouped writes a fingerprint in lines of eight pairs, which the eye can compare.
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
