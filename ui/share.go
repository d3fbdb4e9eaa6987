package ui

import (
	"cmp"
	"net/url"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// share is the card with the switch, the stream's name and, while sharing, the
// link and the number of viewers.
type share struct {
	panel *panel
	app   fyne.App
	note  func(trouble string) // tells the user; empty: all is well again

	sharing *toggle
	name    *lineEntry
	alias   *widget.Label   // what the stream is called if its name was taken
	details *fyne.Container // what is there only while sharing
	link    *widget.Label
	copyIt  *widget.Button
	copied  *fyne.Animation
	viewers *widget.Label
	here    string // what Open opens
}

func newShare(a fyne.App, p Program, note func(trouble string)) *share {
	s := &share{
		app:     a,
		note:    note,
		sharing: newToggle("Share on the network", p.Share),
		name:    newLineEntry("Name on the network", p.Rename),
		alias:   widget.NewLabel(""),
		link:    widget.NewLabel(""),
		viewers: widget.NewLabel(""),
	}
	s.link.Selectable = true
	s.link.Truncation = fyne.TextTruncateEllipsis
	s.link.TextStyle.Bold = true
	s.copyIt = widget.NewButtonWithIcon("Copy", theme.ContentCopyIcon(), s.copyLink)
	open := widget.NewButtonWithIcon("Open", theme.ComputerIcon(), s.openLink)

	before := container.NewHBox(s.sharing, widget.NewLabel("as"))
	// Tab follows the order of the objects, where container.NewBorder puts the middle first.
	asked := container.New(layout.NewBorderLayout(nil, nil, before, nil), before, s.name.drawn())
	s.details = container.NewBorder(nil, nil, nil, container.NewHBox(s.viewers, s.copyIt, open), nudge(s.link, -5, 0))
	s.alias.Truncation = fyne.TextTruncateEllipsis
	s.alias.Hide()
	s.details.Hide()
	s.panel = newPanel(colorCard, container.New(layout.NewCustomPaddedVBoxLayout(8), asked, s.alias, s.details))
	return s
}

// show follows the state of the program.
func (s *share) show(state State) {
	s.sharing.set(state.Sharing)
	s.name.set(state.Name)
	setText(s.alias, aliasWords(state))
	setVisible(s.alias, aliasWords(state) != "")
	setText(s.link, state.Link)
	s.here = cmp.Or(state.LinkHere, state.Link)
	setText(s.viewers, viewerWords(state.Viewers))
	setVisible(s.details, state.Sharing && state.Link != "")
}

// copyLink says for two seconds that it did.
func (s *share) copyLink() {
	s.app.Clipboard().SetContent(s.link.Text)
	s.copyIt.SetText("Copied")
	if s.copied != nil {
		s.copied.Stop()
	}
	s.copied = fyne.NewAnimation(2*time.Second, func(done float32) {
		if done == 1 {
			s.copyIt.SetText("Copy")
		}
	})
	s.copied.Start()
}

func (s *share) openLink() {
	link, err := url.Parse(s.here)
	if err == nil {
		err = s.app.OpenURL(link)
	}
	if err != nil {
		s.note("No browser could be opened (" + err.Error() + "). Copy the link and paste it into a browser instead.")
		return
	}
	s.note("")
}
