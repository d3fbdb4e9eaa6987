package ui

import (
	"fyne.io/fyne/v2"

	"fanlight/ui/kit"
)

// OnClose is what happens when the user closes the window while sharing.
type OnClose int

// What closing the window may do while sharing.
const (
	AskOnClose OnClose = iota
	BackgroundOnClose
	QuitOnClose
)

// General is what the user can set for the program itself, with the current values.
type General struct {
	CanAutostart bool // this system can start programs with the session
	Autostart    bool
	ShareAtStart bool
	Notify       bool // of new viewers
	OnClose      OnClose
}

// Leaving is what the window asks of the program about itself.
type Leaving interface {
	Quit() // ends sharing and the program
	SetAutostart(on bool)
	SetShareAtStart(on bool)
	SetNotify(on bool)
	SetOnClose(OnClose)
}

// general is the side with the settings of the program itself.
type general struct {
	*kit.Side
	program Leaving
	now     General // as shown
	hold    kit.Hold

	login                    fyne.CanvasObject // the row with autostart
	autostart, share, notify *kit.Check
	onClose                  *kit.Dropdown[OnClose]
	words                    *kit.Notice
}

func newGeneral(p Leaving) *general {
	g := &general{program: p, words: kit.NewNotice()}
	g.autostart = kit.NewCheck("Start when I log in", func(on bool) {
		g.set(func(now *General) { now.Autostart = on })
		p.SetAutostart(on)
	})
	g.share = kit.NewCheck("Share at start", func(on bool) {
		g.set(func(now *General) { now.ShareAtStart = on })
		p.SetShareAtStart(on)
	})
	g.notify = kit.NewCheck("Notify me of new viewers", func(on bool) {
		g.set(func(now *General) { now.Notify = on })
		p.SetNotify(on)
	})
	g.onClose = kit.NewDropdown("Closing the window while sharing", func(choice OnClose) {
		g.set(func(now *General) { now.OnClose = choice })
		p.SetOnClose(choice)
	})
	g.login = kit.NewTick(g.autostart)
	g.Side = kit.NewSide("Program settings", g.login, kit.NewTick(g.share), g.words.Label,
		kit.NewTick(g.notify), kit.NewField("Closing the window while sharing", g.onClose))
	for _, focused := range []*kit.FocusFunc{&g.autostart.OnFocus, &g.share.OnFocus, &g.notify.OnFocus, &g.onClose.OnFocus} {
		*focused = g.Reveal
	}
	return g
}

// set shows what the user has just set.
func (g *general) set(change func(*General)) {
	g.hold.Begin()
	change(&g.now)
	g.draw()
}

// show draws the state.
func (g *general) show(s State) {
	if !g.hold.Holds() {
		g.now = s.General
		g.draw()
	}
}

func (g *general) draw() {
	moved := kit.SetVisible(g.login, g.now.CanAutostart)
	g.autostart.Set(g.now.Autostart)
	g.share.Set(g.now.ShareAtStart)
	g.notify.Set(g.now.Notify)
	g.onClose.Set(closings, closings[g.now.OnClose].Label)
	if g.words.Say(startWords(g.now)) || moved {
		g.Relayout()
	}
}

var closings = []kit.Choice[OnClose]{
	{Label: "Ask", Value: AskOnClose},
	{Label: "Go on sharing", Value: BackgroundOnClose},
	{Label: "Stop sharing and quit", Value: QuitOnClose},
}

func startWords(g General) string {
	switch {
	case g.Autostart && g.ShareAtStart:
		return "When you log in, sharing begins without opening the window. Start Fanlight to open it."
	case g.Autostart:
		return "The window opens when you log in."
	case g.ShareAtStart:
		return "Sharing begins whenever Fanlight is started."
	default:
		return "Fanlight starts, and shares, only when you say so."
	}
}
