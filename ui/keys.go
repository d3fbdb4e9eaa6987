package ui

import (
	"runtime"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"

	"fanlight/ui/kit"
)

// combo is a key, alone or with Ctrl (Cmd on macOS).
type combo struct {
	key  fyne.KeyName
	ctrl bool
}

// The keys of the window's actions.
var (
	keyShare    = combo{fyne.KeyS, true}
	keyPause    = combo{fyne.KeySpace, false}
	keySnapshot = combo{fyne.KeyP, true}
	keyRecord   = combo{fyne.KeyE, true}
	keySaveLast = combo{fyne.KeyT, true}
	keyMute     = combo{fyne.KeyM, true}
	keyFull     = combo{fyne.KeyF11, false}
	keyCamera   = combo{fyne.KeyK, true}
	keySettings = combo{fyne.KeyComma, true}
	keySharing  = combo{fyne.KeyPeriod, true}
	keyViewers  = combo{fyne.KeyU, true}
	keyNetwork  = combo{fyne.KeyN, true}
	keyLibrary  = combo{fyne.KeyO, true}
	keyLink     = combo{fyne.KeyL, true}
	keyCode     = combo{fyne.KeyR, true}
	keyOpen     = combo{fyne.KeyB, true}
	keyWhole    = combo{fyne.Key0, true}
	keyQuit     = combo{fyne.KeyQ, true}
	keyHelp     = combo{fyne.KeyF1, false}

	// These are for looking back, which nobody else notices.
	keyHold   = combo{fyne.KeyK, false}
	keyBack   = combo{fyne.KeyLeft, false}
	keyOn     = combo{fyne.KeyRight, false}
	keyBefore = combo{fyne.KeyComma, false}
	keyBehind = combo{fyne.KeyPeriod, false}
	keySpeed  = combo{fyne.KeyX, false}
	keyLive   = combo{fyne.KeyEnd, false}
)

// String is how a keyboard shows it: "Ctrl+S".
func (c combo) String() string {
	name := string(c.key)
	switch c.key {
	case fyne.KeySpace:
		name = lang.L("Space")
	case fyne.KeyEnd:
		name = lang.L("End")
	case fyne.KeyLeft:
		name = "←"
	case fyne.KeyRight:
		name = "→"
	}
	switch {
	case c.ctrl && runtime.GOOS == "darwin":
		return "⌘" + name
	case c.ctrl:
		return lang.L("Ctrl+{{.Key}}", map[string]any{"Key": name})
	default:
		return name
	}
}

// action is something that the window does when keys are pressed, wherever the focus is.
type action struct {
	keys  combo
	words string
	do    func()
}

// aside returns what a key does that opens a side by a function: Tab begins there then.
func (w *Window) aside(open func()) func() {
	return func() {
		before := w.sides.Open()
		open()
		if opened := w.sides.Open(); opened != nil && opened != before {
			opened.Enter(w.window.Canvas())
		}
	}
}

// actions lists the window's actions, as the help sheet shows them.
func (w *Window) actions() []action {
	tap := func(b *kit.Button) func() {
		return func() {
			if b.Visible() && !b.Disabled() {
				b.OnTapped()
			}
		}
	}
	linked := func(b *kit.Button) func() {
		return func() {
			if w.share.details.Visible() {
				b.OnTapped()
			}
		}
	}
	looking := func(b *kit.Button) func() {
		return func() {
			if w.stage.Lined() && !b.Disabled() {
				b.OnTapped()
			}
		}
	}
	l := w.timeline
	return []action{
		{keyShare, lang.L("Share on the network, or end it"), w.share.sharing.Flip},
		{keyPause, lang.L("Pause for all viewers, or resume"), tap(w.tools.pause)},
		{keySnapshot, lang.L("Snapshot: save this picture"), tap(w.tools.snapshot)},
		{keyRecord, lang.L("Record, or end the recording"), tap(w.tools.record)},
		{keySaveLast, lang.L("Save the last 30 seconds"), tap(w.tools.last)},
		{keyHold, lang.L("Pause for you only, or play on"), looking(l.pause)},
		{keyBack, lang.L("Look back: 10 seconds"), looking(l.back)},
		{keyOn, lang.L("10 seconds on"), looking(l.on)},
		{keyBefore, lang.L("Look back: one picture"), looking(l.before)},
		{keyBehind, lang.L("One picture on"), looking(l.behind)},
		{keySpeed, lang.L("Half, double or usual speed"), looking(l.speed)},
		{keyLive, lang.L("Go back to live"), looking(l.live)},
		{keyMute, lang.L("Mute the microphone, or let it be heard"), tap(w.tools.mic.Button)},
		{keyFull, lang.L("Full screen (or double click); Escape leaves it"), tap(w.tools.full)},
		{keyCamera, lang.L("Choose a camera"), w.picker.menu.Open},
		{keySettings, lang.L("Camera settings"), w.aside(tap(w.gear))},
		{keySharing, lang.L("Sharing settings"), w.aside(tap(w.share.gear))},
		{keyViewers, lang.L("Viewers"), w.aside(linked(w.share.viewers))},
		{keyNetwork, lang.L("On this network"), w.aside(tap(w.network.toggle))},
		{keyLibrary, lang.L("Recordings"), w.aside(tap(w.library.toggle))},
		{keyLink, lang.L("Copy the link"), linked(&w.share.copyIt.Button)},
		{keyCode, lang.L("Show the link as a QR code"), linked(w.share.code)},
		{keyOpen, lang.L("Open the page in a browser"), linked(w.share.open)},
		{keyWhole, lang.L("Show the whole picture again (the wheel zooms)"), w.preview.whole},
		{keyQuit, lang.L("Quit"), w.quit},
		{keyHelp, lang.L("This help (also ?)"), tap(w.tools.help)},
	}
}

// listen makes the keys do what the actions say.
func (w *Window) listen() {
	c := w.window.Canvas()
	w.keys = map[combo]func(){}
	for _, a := range w.actions() {
		w.keys[a.keys] = a.do
		if a.keys.ctrl {
			shortcut := &desktop.CustomShortcut{KeyName: a.keys.key, Modifier: fyne.KeyModifierShortcutDefault}
			c.AddShortcut(shortcut, func(fyne.Shortcut) { w.press(a.keys) })
		}
	}
	c.SetOnTypedRune(func(r rune) {
		if r == '?' {
			w.press(keyHelp)
		}
	})
}

// press does what keys are for, unless a sheet or a menu is open.
func (w *Window) press(keys combo) {
	if w.window.Canvas().Overlays().Top() != nil {
		return
	}
	w.stir()
	if do := w.keys[keys]; do != nil {
		do()
	}
}

// pressed is called with a key that nothing else uses, while no sheet is open.
func (w *Window) pressed(key fyne.KeyName) {
	if key == fyne.KeyEscape {
		w.stir()
		if !w.sides.CloseAll() {
			w.setFull(false)
		}
		return
	}
	w.press(combo{key, false})
}
