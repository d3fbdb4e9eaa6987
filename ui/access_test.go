package ui

import (
	"errors"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestPasscode(t *testing.T) {
	w, program, queue := open(t)
	s := sharingState()
	w.shown(t, queue, s)
	test.Tap(w.share.gear)
	entry, told := w.access.passcode, w.access.words.Label
	enter := func(text string) {
		w.window.Canvas().Focus(entry)
		entry.SetText(text)
		press(entry, fyne.KeyReturn)
	}
	if !strings.HasPrefix(told.Text, "Anybody on the network can watch.") || !entry.Password {
		t.Errorf("says %q, hidden %v", told.Text, entry.Password)
	}
	enter("  hush ")
	s.Passcode = "hush"
	w.shown(t, queue, s)
	program.want(t, `passcode "  hush "`)
	if entry.Text != "hush" || !strings.HasPrefix(told.Text, "Changing it disconnects all viewers: they must enter the new one.") {
		t.Errorf("shows %q, says %q", entry.Text, told.Text)
	}

	// An invalid text stays to be corrected, with the reason below. Spaces do not remove the passcode.
	program.calls, program.refused = nil, errors.New("a passcode is more than spaces; leave it empty for none")
	enter("   ")
	w.shown(t, queue, s)
	program.want(t, `passcode "   "`)
	if entry.Text != "   " || told.Text != "A passcode is more than spaces; leave it empty for none." {
		t.Errorf("shows %q, says %q", entry.Text, told.Text)
	}
	if least := told.MinSize().Height; told.Size().Height < least {
		t.Errorf("words of %v are cut off at %v", least, told.Size().Height)
	}
	program.refused = nil
	w.window.Canvas().Focus(entry)
	press(entry, fyne.KeyEscape)
	if entry.Text != "hush" || !strings.HasPrefix(told.Text, "Changing it") {
		t.Errorf("Escape leaves %q and %q", entry.Text, told.Text)
	}
	program.calls = nil
	enter("")
	program.want(t, `passcode ""`)
	if entry.Text != "" {
		t.Errorf("emptied, it is %q", entry.Text)
	}

	s.Passcode, s.PasscodeGiven = "by hand", true
	w.shown(t, queue, s)
	if !entry.Disabled() || entry.Text != "by hand" || !strings.HasPrefix(told.Text, "Set by --passcode or $FANLIGHT_PASSCODE for this run") {
		t.Errorf("given by hand: disabled %v, %q, says %q", entry.Disabled(), entry.Text, told.Text)
	}
}

func TestPasscodeIsNotReadAloudWhileItIsHidden(t *testing.T) {
	w, _, queue := open(t)
	s := sharingState()
	s.Passcode = "hush"
	w.shown(t, queue, s)
	if got := w.access.passcode.AccessibilityLabel(); got != "Passcode: hidden" {
		t.Errorf("says %q", got)
	}
	w.access.passcode.Password = false // as the eye at its end does
	if got := w.access.passcode.AccessibilityLabel(); got != "Passcode: hush" {
		t.Errorf("says %q", got)
	}
}

func TestOwnerSaysWhetherViewersMayRewind(t *testing.T) {
	w, program, queue := open(t)
	s := sharingState()
	w.shown(t, queue, s)
	test.Tap(w.share.gear)
	check, told := w.access.rewind, w.access.told.Label
	if !check.Checked || check.Text != "Viewers may rewind" || told.Visible() {
		t.Errorf("%q is %v, says %q", check.Text, check.Checked, told.Text)
	}
	test.Tap(check)
	program.want(t, "rewind false")
	s.Rewind = false
	w.shown(t, queue, s)
	test.Tap(check)
	program.want(t, "rewind false", "rewind true")
	s.RewindGiven = true
	w.shown(t, queue, s)
	if check.Checked || !check.Disabled() || !told.Visible() || !strings.HasPrefix(told.Text, "Set by --no-rewind") {
		t.Errorf("given by hand: it is %v, disabled %v, says %q", check.Checked, check.Disabled(), told.Text)
	}
}
