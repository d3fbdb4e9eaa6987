package ui

import (
	"errors"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

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
	Theme        Theme
	Language     string // a tag, or empty: as the system
	CanAutostart bool   // this system can start programs with the session
	Autostart    bool
	ShareAtStart bool
	Notify       bool // of new viewers
	OnClose      OnClose
	Port         int
	Idle         time.Duration // that the camera stays on after its last viewer
	Pictures     string        // the folder for snapshots
	Videos       string        // the folder for recordings
	Split        Split         // of recordings
	RemoveOldest bool          // recordings, when the disk is nearly full
	// History is how much memory the pictures of the last minutes may take, in MB; zero keeps
	// none. HistoryLasts is how long that lasts now; zero if unknown.
	History      int
	HistoryLasts time.Duration
	// HistoryDisk is how long older pictures are kept on disk, in minutes; zero for not at
	// all. HistoryDiskBytes is what they take there now.
	HistoryDisk      int
	HistoryDiskBytes int64

	// These were given on the command line, which wins while the program runs.
	ShareGiven, PortGiven, IdleGiven, VideosGiven, HistoryGiven, HistoryDiskGiven, SplitGiven, OldestGiven bool
}

// The bounds of General.Idle.
const (
	LeastIdle = time.Second
	MostIdle  = time.Hour
)

// MostHistory is the largest General.History.
const MostHistory = 64 << 10

// MostHistoryDisk is the largest General.HistoryDisk: a day.
const MostHistoryDisk = 24 * 60

// What SetPort may answer.
var (
	ErrPortTaken     = errors.New("another program has the port")
	ErrPortForbidden = errors.New("only the administrator may use the port")
)

// Preferences is what the window asks of the program about its settings. Each takes effect
// at once, and is remembered.
type Preferences interface {
	SetTheme(Theme)
	SetLanguage(tag string)
	SetAutostart(on bool)
	SetShareAtStart(on bool)
	SetNotify(on bool)
	SetOnClose(OnClose)
	// SetPort moves the stream to another port. It returns ErrPortTaken, ErrPortForbidden
	// or another reason to keep the old one.
	SetPort(port int) error
	SetIdle(idle time.Duration)
	// SetPictures takes a folder, or the usual one if it is empty. It calls told once, from any
	// goroutine, with why nothing can be saved there, else nil.
	SetPictures(dir string, told func(why error))
	// SetVideos is likewise for recordings.
	SetVideos(dir string, told func(why error))
	SetSplit(Split)
	SetRemoveOldest(on bool)
	// SetHistory takes from 0 to MostHistory MB.
	SetHistory(mb int)
	// SetHistoryDisk takes from 0 to MostHistoryDisk minutes.
	SetHistoryDisk(minutes int)
	// HideCamera leaves a camera out of the picker, or shows it again.
	HideCamera(c Camera, hide bool)
	Chooser
}

// general is the side with the settings of the program itself.
type general struct {
	*kit.Side
	program Preferences
	now     General // as shown
	hold    kit.Hold

	theme                    *kit.Dropdown[Theme]
	language                 *kit.Dropdown[string]
	login                    fyne.CanvasObject // the row with autostart
	autostart, share, notify *kit.Check
	onClose                  *kit.Dropdown[OnClose]
	words                    *kit.Notice
	places                   *places
	hidden                   *hiding
}

// newGeneral makes the side. It calls speak with the language that the user chooses, and
// label for a camera's name as the picker shows it.
func newGeneral(a fyne.App, p Program, files files, label func(Camera) string, speak func(tag string)) *general {
	g := &general{program: p, words: kit.NewNotice(), hidden: newHiding(p, label)}
	g.places = newPlaces(p, files, func() { g.Relayout() })
	g.theme = kit.NewDropdown(lang.L("Appearance"), func(t Theme) {
		g.set(func(now *General) { now.Theme = t })
		SetTheme(a, t)
		p.SetTheme(t)
	})
	g.language = kit.NewDropdown(lang.L("Language"), func(tag string) {
		g.set(func(now *General) { now.Language = tag })
		speak(tag)
	})
	g.autostart = kit.NewCheck(lang.L("Start when I log in"), func(on bool) {
		g.set(func(now *General) { now.Autostart = on })
		p.SetAutostart(on)
	})
	g.share = kit.NewCheck(lang.L("Share at start"), func(on bool) {
		g.set(func(now *General) { now.ShareAtStart = on })
		p.SetShareAtStart(on)
	})
	g.notify = kit.NewCheck(lang.L("Notify me of new viewers"), func(on bool) {
		g.set(func(now *General) { now.Notify = on })
		p.SetNotify(on)
	})
	g.onClose = kit.NewDropdown(lang.L("Closing the window while sharing"), func(choice OnClose) {
		g.set(func(now *General) { now.OnClose = choice })
		p.SetOnClose(choice)
	})
	g.build()
	return g
}

func (g *general) build() {
	g.login = kit.NewTick(g.autostart)
	rows := []fyne.CanvasObject{
		g.login, kit.NewTick(g.share), g.words.Label, kit.NewTick(g.notify),
		kit.NewField(lang.L("Closing the window while sharing"), g.onClose),
		kit.NewField(lang.L("Appearance"), g.theme), kit.NewField(lang.L("Language"), g.language),
	}
	rows = append(rows, g.places.rows()...)
	g.Side = kit.NewSide(lang.L("Program settings"), append(rows, g.hidden.list)...)
	for _, focused := range append(g.places.focused(), &g.theme.OnFocus, &g.language.OnFocus,
		&g.autostart.OnFocus, &g.share.OnFocus, &g.notify.OnFocus, &g.onClose.OnFocus, &g.hidden.focused) {
		*focused = g.Reveal
	}
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
	moved := g.places.show(s)
	if g.hidden.show(s) || moved {
		g.Relayout()
	}
}

func (g *general) draw() {
	moved := kit.SetVisible(g.login, g.now.CanAutostart)
	setChoice(g.theme, themeChoices(), g.now.Theme)
	setChoice(g.language, languages(), g.now.Language)
	g.autostart.Set(g.now.Autostart)
	g.share.Set(g.now.ShareAtStart)
	g.notify.Set(g.now.Notify)
	setChoice(g.onClose, closings(), g.now.OnClose)
	if g.words.Say(startWords(g.now)) || moved {
		g.Relayout()
	}
}

// setChoice shows the choice that has a value.
func setChoice[T comparable](d *kit.Dropdown[T], choices []kit.Choice[T], value T) {
	for _, c := range choices {
		if c.Value == value {
			d.Set(choices, c.Label)
		}
	}
}

// closings are the choices for closing the window, by their values.
func closings() []kit.Choice[OnClose] {
	return []kit.Choice[OnClose]{
		{Label: lang.L("Ask"), Value: AskOnClose},
		{Label: lang.L("Go on sharing"), Value: BackgroundOnClose},
		{Label: lang.L("Stop sharing and quit"), Value: QuitOnClose},
	}
}

func themeChoices() []kit.Choice[Theme] {
	return []kit.Choice[Theme]{
		{Label: lang.L("As the system"), Value: SystemTheme},
		{Label: lang.L("Light"), Value: LightTheme},
		{Label: lang.L("Dark"), Value: DarkTheme},
	}
}

func startWords(g General) string {
	switch {
	case g.ShareGiven:
		return lang.L("Sharing began because --share was given.")
	case g.Autostart && g.ShareAtStart:
		return lang.L("When you log in, sharing begins without opening the window. Start Fanlight to open it.")
	case g.Autostart:
		return lang.L("The window opens when you log in.")
	case g.ShareAtStart:
		return lang.L("Sharing begins whenever Fanlight is started.")
	default:
		return lang.L("Fanlight starts, and shares, only when you say so.")
	}
}
