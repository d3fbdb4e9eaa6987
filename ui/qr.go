package ui

import (
	"cmp"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"github.com/skip2/go-qrcode"

	"fanlight/ui/kit"
)

// codeSheet shows the link as a QR code.
type codeSheet struct {
	*kit.Sheet
	code    *kit.Code
	link    *widget.Label
	words   *widget.Label
	copyIt  *kit.CopyButton
	done    *kit.Button
	keyLink string // in the code
}

func newCodeSheet(a fyne.App, c fyne.Canvas) *codeSheet {
	s := &codeSheet{code: kit.NewCode(), link: widget.NewLabel(""), words: widget.NewLabel("")}
	s.link.Truncation = fyne.TextTruncateEllipsis
	s.link.Alignment = fyne.TextAlignCenter
	s.link.TextStyle.Bold = true
	s.words.Wrapping = fyne.TextWrapWord
	s.words.Alignment = fyne.TextAlignCenter
	s.copyIt = kit.NewCopyButton(a, lang.L("Copy link"), lang.L("Copy the link in the code"), func() string { return s.keyLink })
	s.done = kit.NewButton(lang.L("Close"), lang.L("Close"), func() { s.Close() })
	s.done.Importance = widget.HighImportance

	buttons := container.NewHBox(layout.NewSpacer(), s.copyIt, s.done)
	below := container.NewVBox(container.New(layout.NewCustomPaddedVBoxLayout(-12), s.link, s.words), buttons)
	middle := container.New(kit.Square{}, s.code.Raster)
	s.Sheet = kit.NewSheet(c, container.NewBorder(nil, below, nil, nil, middle), fyne.NewSize(520, 640))
	return s
}

// show draws the state, if the sheet is open.
func (s *codeSheet) show(state State) {
	switch {
	case !s.IsOpen():
	case state.KeyLink == "": // sharing has ended
		s.Close()
	default:
		s.draw(state)
	}
}

// openFor opens the sheet.
func (s *codeSheet) openFor(state State) {
	if state.KeyLink != "" {
		s.Open(s.done)
		s.draw(state)
		s.Relayout()
	}
}

func (s *codeSheet) draw(state State) {
	kit.SetText(s.link, cmp.Or(state.LinkHere, state.Link))
	if s.keyLink == state.KeyLink {
		return
	}
	s.keyLink = state.KeyLink
	s.code.Set(modules(state.KeyLink))
	copyWords, words := lang.L("Copy link"), lang.L("Scan it with a phone that is on the same network.")
	if state.Passcode != "" {
		copyWords = lang.L("Copy link with key")
		words += " " + lang.L("The code and the link contain a key: whoever has it can watch without the passcode until the passcode changes.")
	}
	s.copyIt.SetWords(copyWords)
	kit.SetText(s.words, words)
	s.Relayout()
}

// modules returns the modules of a text's QR code, with the quiet zone of four around
// them; nil if the text is too long for a code.
func modules(text string) [][]bool {
	made, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return nil
	}
	return made.Bitmap()
}
