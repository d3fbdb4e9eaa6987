package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
)

// tray is the menu of the icon in the desktop's tray.
type tray struct {
	menu           *fyne.Menu
	share, viewers *fyne.MenuItem
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
	t.viewers = fyne.NewMenuItem("", nil)
	t.viewers.Disabled = true
	quit := fyne.NewMenuItem(lang.L("Quit"), w.quit)
	quit.IsQuit = true
	t.menu = fyne.NewMenu("Fanlight", fyne.NewMenuItem(lang.L("Open Fanlight"), w.front), fyne.NewMenuItemSeparator(),
		t.share, t.viewers, fyne.NewMenuItemSeparator(), quit)
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
	if t.share.Checked == s.Sharing && t.viewers.Label == words {
		return
	}
	t.share.Checked, t.viewers.Label = s.Sharing, words
	t.menu.Refresh()
}
