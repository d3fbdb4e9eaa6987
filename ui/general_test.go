package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestProgramSettings(t *testing.T) {
	w, program, queue := open(t)
	s := liveState()
	s.General = General{CanAutostart: true, Notify: true}
	w.shown(t, queue, s)
	test.Tap(w.status.program)
	g := w.general
	if !g.Panel.Visible() || g.autostart.Checked || g.share.Checked || !g.notify.Checked || g.onClose.Selected != "Ask" {
		t.Errorf("shows %+v", g.now)
	}
	said := g.words.Label.Text
	test.Tap(g.autostart)
	if g.words.Label.Text == said || !strings.Contains(g.words.Label.Text, "when you log in") {
		t.Errorf("says %q", g.words.Label.Text)
	}
	test.Tap(g.share)
	test.Tap(g.notify)
	press(g.onClose, fyne.KeyRight)
	program.want(t, "autostart true", "share at start true", "notify false", "on close: Go on sharing")
	w.shown(t, queue, s) // the program has not done it yet
	if !g.autostart.Checked || g.onClose.Selected != "Go on sharing" {
		t.Error("jumps back")
	}
}

func TestProgramSettingsFollowTheProgram(t *testing.T) {
	w, program, queue := open(t)
	s := liveState()
	s.General = General{Autostart: true, ShareAtStart: true, OnClose: QuitOnClose}
	w.shown(t, queue, s)
	g := w.general
	if g.login.Visible() {
		t.Error("offers to start with the session where that cannot be")
	}
	s.General.CanAutostart = true
	w.shown(t, queue, s)
	if !g.login.Visible() || !g.autostart.Checked || !g.share.Checked || g.notify.Checked || g.onClose.Selected != "Stop sharing and quit" {
		t.Errorf("shows %+v", g.now)
	}
	program.want(t)
}
