package ui

import (
	"cmp"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"fanlight/ui/kit"
)

// share is the card with the switch, the stream's name and, while sharing, the
// link and the number of viewers. It takes the whole width below the preview, so that
// an open side takes no room from the link.
type share struct {
	panel *kit.Panel

	sharing *kit.Toggle
	name    *kit.LineEntry
	gear    *kit.Button       // with a lock; opens the side with who may watch
	alias   *widget.Label     // the name that the stream got if its own was taken
	called  fyne.CanvasObject // alias, aligned with the rows above
	details *fyne.Container   // shown only while sharing
	pair    *kit.Pair         // of the link and its buttons
	link    *widget.Label
	viewers *kit.Button // shows their number, and opens the side that lists them
	copyIt  *kit.CopyButton
	others  *otherLinks
	code    *kit.Button // opens the QR code
	open    *kit.Button // opens the page in a browser
	here    string      // the link that open opens
}

func newShare(a fyne.App, p Program) *share {
	s := &share{
		sharing: kit.NewToggle(lang.L("Share on the network"), p.Share),
		name:    kit.NewLineEntry(lang.L("Name on the network"), p.Rename),
		alias:   widget.NewLabel(""),
		gear:    kit.NewIconButton(lang.L("Sharing settings"), theme.NewThemedResource(lock), nil),
		pair:    &kit.Pair{},
		link:    widget.NewLabel(""),
		viewers: kit.NewButton("", "", nil),
		code:    kit.NewButton("QR", lang.L("Show the link as a QR code"), nil),
	}
	s.open = kit.NewButton(lang.L("Open"), lang.L("Open the page in a browser"), func() { p.OpenLink(s.here) })
	s.link.Truncation = fyne.TextTruncateEllipsis
	s.link.TextStyle.Bold = true
	s.copyIt = kit.NewCopyButton(a, lang.L("Copy"), lang.L("Copy the link"), func() string { return s.link.Text })
	s.others = newOtherLinks(s.copyIt.Copy)
	s.open.Icon = theme.ComputerIcon()
	s.sharing.Keys, s.gear.Keys, s.viewers.Keys = keyShare.String(), keySharing.String(), keyViewers.String()
	s.copyIt.Keys, s.code.Keys, s.open.Keys = keyLink.String(), keyCode.String(), keyOpen.String()

	before := container.NewHBox(s.sharing, widget.NewLabel(lang.L("as")))
	// The Tab key follows the order of the objects; container.NewBorder would put the middle first.
	asked := container.New(layout.NewBorderLayout(nil, nil, before, s.gear), before, s.name.Drawn(), s.gear)
	counted := container.New(kit.AsWideAs{Other: widget.NewButton(countWords(100, true), nil)}, s.viewers)
	s.details = container.New(s.pair, kit.Nudge(s.link, -5, 0), container.NewHBox(counted, s.copyIt, s.others.Button, s.code, s.open))
	s.alias.Truncation = fyne.TextTruncateEllipsis
	s.called = kit.Nudge(s.alias, -5, 0)
	s.called.Hide()
	s.details.Hide()
	s.panel = kit.NewPanel(kit.ColorCard, container.New(layout.NewCustomPaddedVBoxLayout(8), asked, s.called, s.details))
	return s
}

// setNarrow puts the link above its buttons, which keep their icons only.
func (s *share) setNarrow(narrow bool) {
	s.pair.Stacked = narrow
	s.gear.SetText(unless(narrow, lang.L("Sharing")))
	s.panel.Refresh()
}

// show draws the state.
func (s *share) show(state State) {
	s.sharing.Set(state.Sharing)
	s.name.Set(state.Name)
	kit.SetEnabled(s.name, !state.NameGiven)
	kit.SetText(s.alias, aliasWords(state))
	kit.SetVisible(s.called, s.alias.Text != "")
	kit.SetText(s.link, state.Link)
	s.others.show(state.OtherLinks)
	s.here = cmp.Or(state.LinkHere, state.Link)
	s.count(state)
	kit.SetVisible(s.details, state.Sharing && state.Link != "")
}

func (s *share) count(state State) {
	words := countWords(state.Viewers, state.full())
	if s.viewers.Text != words {
		s.viewers.Name = lang.L("{{.Viewers}}: show them", map[string]any{"Viewers": words})
		s.viewers.SetText(words)
	}
}

// countWords say how many watch.
func countWords(viewers int, full bool) string {
	if full {
		return lang.L("{{.Viewers}}, full", map[string]any{"Viewers": viewerWords(viewers)})
	}
	return viewerWords(viewers)
}
