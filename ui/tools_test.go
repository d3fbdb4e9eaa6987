package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

func TestSnapshotIsToldOnce(t *testing.T) {
	w, program, queue := open(t)
	s := liveState()
	w.shown(t, queue, s)
	test.Tap(w.tools.snapshot)
	program.want(t, "snapshot")
	s.Saved = Saved{Number: 1, Path: "/home/jo/Pictures/Fanlight/HD Webcam 2026-03-02 09.05.07.jpg"}
	w.shown(t, queue, s)
	if told := words(w.toast.Drawn); !slices.Equal(told, []string{"Saved HD Webcam 2026-03-02 09.05.07.jpg", "Show in folder"}) {
		t.Errorf("told: %q", told)
	}
	program.calls = nil
	test.Tap(button(t, w.toast.Drawn, "Show in folder"))
	program.want(t, "show "+s.Saved.Path)
	w.shown(t, queue, s)
	if w.toast.Drawn.Visible() {
		t.Error("the same snapshot is told again")
	}
	s.Saved = Saved{Number: 2, Problem: "the picture could not be saved; check the disk"}
	w.shown(t, queue, s)
	if told := words(w.toast.Drawn); !slices.Equal(told, []string{"The picture could not be saved; check the disk"}) {
		t.Errorf("told: %q", told)
	}
	s.Condition = Lost
	w.shown(t, queue, s)
	if !w.tools.snapshot.Disabled() {
		t.Error("a picture can be saved where there is none")
	}
}

func TestAnOldToastDoesNotHideANewOne(t *testing.T) {
	w, _, _ := open(t)
	hideOld := w.toast.Say("one")
	hideNew := w.toast.Say("two")
	hideOld()
	if !w.toast.Drawn.Visible() {
		t.Error("the first one's end hides the second")
	}
	hideNew()
	if w.toast.Drawn.Visible() {
		t.Error("it stays for ever")
	}
}

func TestPauseAndResume(t *testing.T) {
	w, program, queue := open(t)
	s := sharingState()
	w.shown(t, queue, s)
	w.preview.frames.publish(scene())
	w.preview.turn()
	test.Tap(w.tools.pause)
	s.Condition, s.Reason = Paused, "the owner has paused the camera"
	w.shown(t, queue, s)
	if w.preview.picture.Visible() || w.tools.pause.Text != "Resume" {
		t.Errorf("paused: picture %v, button %q", w.preview.picture.Visible(), w.tools.pause.Text)
	}
	test.Tap(w.tools.pause)
	s.Condition = Live
	w.shown(t, queue, s)
	if w.tools.pause.Text != "Pause" {
		t.Errorf("resumed: button %q", w.tools.pause.Text)
	}
	program.want(t, "pause true", "pause false")
}

func TestRecordAndEndIt(t *testing.T) {
	w, program, queue := open(t)
	s := sharingState()
	w.shown(t, queue, s)
	test.Tap(w.tools.record)
	s.Recording = Recording{Since: time.Now().Add(-75 * time.Second), Bytes: 12_345_678}
	w.shown(t, queue, s)
	if got := w.tools.record.Text; got != "1:15 · 12 MB" {
		t.Errorf("the button says %q", got)
	}
	if got := w.status.words.Text; strings.Contains(got, "recording") {
		t.Errorf("says %q, although there are viewers", got)
	}
	s.Viewers, s.Recording.Lost = 0, 12
	w.shown(t, queue, s)
	if got := w.status.words.Text; !strings.HasPrefix(got, "12 pictures lost: the disk is too slow · Live · recording keeps the camera on") {
		t.Errorf("says %q", got)
	}
	w.press(keyRecord)
	s.Recording = Recording{}
	w.shown(t, queue, s)
	if got := w.status.words.Text; strings.Contains(got, "recording") || w.tools.record.Text != "" || w.tools.record.Name != "Record the camera's pictures" {
		t.Errorf("says %q, and offers %q", got, w.tools.record.Name)
	}
	program.want(t, "record true", "record false")
}

func TestKeysDoWhatTheHelpSays(t *testing.T) {
	w, program, queue := open(t)
	s := nearbyState()
	s.Link, s.KeyLink, s.Sharing = "http://192.168.178.42:8080/", "http://192.168.178.42:8080/", true
	w.shown(t, queue, s)
	ctrl := func(key fyne.KeyName) {
		w.press(combo{key, true})
	}
	alone := func(key fyne.KeyName) { w.root.Press(&fyne.KeyEvent{Name: key}) }
	ctrl(fyne.KeyP)
	alone(fyne.KeySpace)
	ctrl(fyne.KeyS)
	program.want(t, "snapshot", "pause true", "share false")
	w.shown(t, queue, s)

	ctrl(fyne.KeyL)
	if got := w.app.Clipboard().Content(); got != s.Link {
		t.Errorf("Ctrl+L copies %q", got)
	}
	alone(fyne.KeyF11)
	if !w.window.FullScreen() || !w.stage.Over() {
		t.Error("F11 does not bring full screen")
	}
	alone(fyne.KeyEscape)
	if w.window.FullScreen() || w.stage.Over() {
		t.Error("Escape does not leave full screen")
	}
	for key, side := range map[fyne.KeyName]fyne.CanvasObject{
		fyne.KeyComma: w.drawer.Panel, fyne.KeyPeriod: w.access.Panel, fyne.KeyU: w.viewers.Panel, fyne.KeyN: w.network.Panel,
	} {
		ctrl(key)
		if !side.Visible() {
			t.Errorf("Ctrl+%s opens nothing", key)
		}
		alone(fyne.KeyEscape)
		if side.Visible() {
			t.Errorf("Escape does not close what Ctrl+%s opened", key)
		}
	}
	for name, opens := range map[string]func(){
		"F1": func() { alone(fyne.KeyF1) }, "?": func() { w.window.Canvas().OnTypedRune()('?') },
		"Ctrl+K": func() { ctrl(fyne.KeyK) }, "Ctrl+R": func() { ctrl(fyne.KeyR) },
		"Other camera…": func() { w.picker.menu.More.Action() },
	} {
		opens()
		overlays := w.window.Canvas().Overlays()
		if overlays.Top() == nil {
			t.Errorf("%s opens nothing", name)
		}
		program.calls = nil
		alone(fyne.KeySpace)
		ctrl(fyne.KeyS)
		program.want(t) // it is over the window
		alone(fyne.KeyEscape)
		if overlays.Top() != nil {
			t.Errorf("Escape does not close what %s opened", name)
		}
	}
}

func TestHelpNamesEveryKeyOnce(t *testing.T) {
	w, _, _ := open(t)
	had := map[combo]bool{}
	for _, a := range w.actions() {
		if had[a.keys] || a.words == "" {
			t.Errorf("%s (%s)", a.keys, a.words)
		}
		had[a.keys] = true
	}
	w.help.Open(w.help.done)
	told := words(w.window.Canvas().Overlays().Top())
	for keys := range had {
		if !slices.Contains(told, keys.String()) {
			t.Errorf("the help does not tell of %s: %q", keys, told)
		}
	}
	if !slices.Contains(told, "Fanlight 1.2.3") {
		t.Error("the version is nowhere to be read")
	}
}

func TestTooltipsNameTheKeys(t *testing.T) {
	w, _, queue := open(t)
	w.shown(t, queue, sharingState())
	hover := func(o desktop.Hoverable) []string {
		o.MouseIn(&desktop.MouseEvent{})
		defer o.MouseOut()
		return words(w.root)
	}
	for _, step := range []struct {
		o    desktop.Hoverable
		want string
	}{
		{w.tools.snapshot, "Save this picture (Ctrl+P)"},
		{w.tools.pause, "Pause for all viewers, camera off (Space)"},
		{w.tools.full, "Full screen (F11)"},
		{w.gear, "Camera settings (Ctrl+,)"},
		{w.share.gear, "Sharing settings (Ctrl+.)"},
		{w.share.sharing, "Share on the network (Ctrl+S)"},
		{w.share.copyIt, "Copy the link (Ctrl+L)"},
	} {
		if got := hover(step.o); !slices.Contains(got, step.want) {
			t.Errorf("no tooltip %q: %q", step.want, got)
		}
		if slices.Contains(words(w.root), step.want) {
			t.Errorf("%q stays", step.want)
		}
	}
}
