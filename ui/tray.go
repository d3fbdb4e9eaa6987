package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
)

// tray is the menu of the icon in the desktop's tray.
type tray struct {
	menu                  *fyne.Menu
	share, pause, viewers *fyne.MenuItem
}

// AddTray puts an icon into the desktop's tray. It must be called before Run, and only
// where there is a tray.
func (w *Window) AddTray() {
	if a, ok := w.app.(desktop.App); ok {
		w.tray = newTray(w)
		a.SetSystemTrayMenu(w.tray.menu)
	}
}

func newTray(w *Window) *tray {
	t := &tray{}
	t.share = fyne.NewMenuItem(lang.L("Share on the network"), func() { w.program.Share(!t.share.Checked) })
	t.pause = fyne.NewMenuItem(lang.L("Pause"), func() { w.program.Pause(!t.pause.Checked) })
	t.viewers = fyne.NewMenuItem("", nil)
	t.viewers.Disabled = true
	quit := fyne.NewMenuItem(lang.L("Quit"), w.quit)
	quit.IsQuit = true
	t.menu = fyne.NewMenu("Fanlight", fyne.NewMenuItem(lang.L("Open Fanlight"), w.front), fyne.NewMenuItemSeparator(),
		t.share, t.pause, t.viewers, fyne.NewMenuItemSeparator(), quit)
	t.show(State{})
	return t
}

// show draws the state. The tray's menu is made anew by each change, so it is told of
// changes only.
func (t *tray) show(s State) {
	words := viewerWords(s.Viewers)
	if !s.Sharing {
		words = lang.L("Not sharing")
	}
	paused := s.Condition == Paused
	if t.share.Checked == s.Sharing && t.pause.Checked == paused && t.viewers.Label == words {
		return
	}
	t.share.Checked, t.pause.Checked, t.viewers.Label = s.Sharing, paused, words
	t.menu.Refresh()
}
