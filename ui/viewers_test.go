package ui

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"fanlight/ui/kit"
)

// watchedState has viewers and blocked addresses. The viewers came days ago, which reads
// the same however long a test takes.
func watchedState() State {
	s := sharingState()
	now := time.Now()
	s.Watching = []Viewer{
		{ID: 4, Address: "192.168.178.23", Name: "Living-Room-TV.local", Program: "Firefox on Android", Since: now.Add(-50 * time.Hour), FPS: 29.97},
		{ID: 9, Address: "192.168.178.31", Program: "VLC", Since: now.Add(-99 * time.Hour), FPS: 7.52},
	}
	s.KeptOut = []KeptOut{{Address: "192.168.178.66", Name: "somebodys-phone.local"}, {Address: "fe80::1ff:fe23:4567:890a"}}
	return s
}

const fingerprint = "9F:86:D0:81:88:4C:7D:65:9A:2F:EA:A0:C5:5A:D0:15:A3:BF:4F:1B:2B:0B:82:2C:D1:5D:6C:15:B0:F0:0A:08"

// openViewers makes a window with the list of viewers open.
func openViewers(t *testing.T, s State) (*Window, *asked, uiQueue) {
	t.Helper()
	w, program, queue := open(t)
	w.shown(t, queue, s)
	test.Tap(w.share.viewers)
	program.want(t, "list viewers true")
	program.calls = nil
	w.shown(t, queue, s)
	return w, program, queue
}

func TestViewersAreListedWhileTheListIsOpen(t *testing.T) {
	w, program, queue := open(t)
	w.shown(t, queue, watchedState())
	if len(w.viewers.here.Drawn.Objects) > 0 {
		t.Error("rows are made while nobody sees them")
	}
	test.Tap(w.share.viewers)
	want := []string{"Viewers", "2 viewers, at most", "Living-Room-TV.local", "2 days", "Firefox on Android", "30 fps",
		"192.168.178.31", "4 days", "VLC", "7.5 fps", "somebodys-phone.local", "192.168.178.66", "fe80::1ff:fe23:4567:890a"}
	got := words(w.viewers.Panel)
	for _, each := range want {
		if !slices.Contains(got, each) {
			t.Errorf("%q is missing in %q", each, got)
		}
	}
	test.Tap(w.share.gear)
	if w.viewers.Panel.Visible() || !w.access.Panel.Visible() {
		t.Error("there is room for one side at a time")
	}
	test.Tap(w.share.viewers)
	ended := watchedState()
	ended.Sharing, ended.Link = false, ""
	w.shown(t, queue, ended)
	if w.viewers.Panel.Visible() {
		t.Error("the list is open though nobody can watch")
	}
	program.want(t, "list viewers true", "list viewers false", "list viewers true", "list viewers false")
}

func TestViewersAreLetGoKeptOutAndLetInAgain(t *testing.T) {
	w, program, _ := openViewers(t, watchedState())
	for _, name := range []string{
		"Disconnect Living-Room-TV.local", "Block Living-Room-TV.local", "Disconnect 192.168.178.31", "Block 192.168.178.31",
		"Unblock 192.168.178.66", "Unblock fe80::1ff:fe23:4567:890a",
	} {
		test.Tap(button(t, w.viewers.Panel, name))
	}
	program.want(t, "let go 4", "keep out 4", "let go 9", "keep out 9", "admit 192.168.178.66", "admit fe80::1ff:fe23:4567:890a")
}

// A button must not become another viewer's just before the user presses it.
func TestViewersThatComeAndGoMoveNeitherFocusNorScroll(t *testing.T) {
	s := crowd(20)
	w, _, queue := openViewers(t, s)
	c := w.window.Canvas()
	w.viewers.Scroll.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -12*w.viewers.here.Drawn.Objects[0].Size().Height)})
	kept := button(t, w.viewers.Panel, "Block 10.0.0.12")
	c.Focus(kept)
	scrolled := w.viewers.Scroll.Offset.Y
	if scrolled == 0 || c.Focused() != fyne.Focusable(kept) {
		t.Fatalf("scrolled to %v, and the keyboard is at %v", scrolled, c.Focused())
	}
	s.Watching = slices.Clone(s.Watching)
	for i := range s.Watching {
		s.Watching[i].FPS = float64(i)
	}
	s.Watching = append(s.Watching[:15], Viewer{ID: 99, Address: "10.0.0.99", Since: time.Now()})
	w.shown(t, queue, s)
	if c.Focused() != fyne.Focusable(kept) || w.viewers.Scroll.Offset.Y != scrolled || button(t, w.viewers.Panel, "Block 10.0.0.12") != kept {
		t.Errorf("the keyboard is at %v, and %v became %v", c.Focused(), scrolled, w.viewers.Scroll.Offset.Y)
	}

	// When the row with the keyboard focus goes, the next one gets it, and at last the entry.
	next := button(t, w.viewers.Panel, "Block 10.0.0.13")
	s.Watching = slices.Delete(slices.Clone(s.Watching), 12, 13)
	w.shown(t, queue, s)
	if c.Focused() != fyne.Focusable(next) {
		t.Errorf("the keyboard is at %v", c.Focused())
	}
	s.Watching = nil
	w.shown(t, queue, s)
	if c.Focused() != fyne.Focusable(w.viewers.most) {
		t.Errorf("the keyboard is at %v", c.Focused())
	}
}

// The Tab key reaches every button, also in rows that are drawn only once they are in sight.
func TestViewersByKeyboard(t *testing.T) {
	s := crowd(40)
	w, program, _ := openViewers(t, s)
	c := w.window.Canvas()
	c.Focus(w.viewers.most)
	for id := range 40 {
		for _, want := range []string{"let go", "keep out"} {
			c.FocusNext()
			pressDown(c, fyne.KeySpace)
			program.want(t, fmt.Sprint(want, " ", id))
			program.calls = nil
			at, all := fyne.CurrentApp().Driver().AbsolutePositionForObject, w.viewers.Scroll
			top := at(c.Focused().(*kit.Button)).Y - at(all).Y
			if top < -40 || top > all.Size().Height {
				t.Fatalf("%d: the keyboard is at %v of %v, out of sight", id, top, all.Size().Height)
			}
		}
	}
	if drawn := len(w.viewers.here.Drawn.Objects); drawn > 15 {
		t.Errorf("%d rows are drawn", drawn)
	}
}

func crowd(n int) State {
	s := sharingState()
	for id := range uint64(n) {
		s.Watching = append(s.Watching, Viewer{ID: id, Address: fmt.Sprint("10.0.0.", id), Program: "VLC", Since: time.Now()})
	}
	return s
}

func TestNothingMovesWhileNumbersChange(t *testing.T) {
	w, _, queue := openViewers(t, watchedState())
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject
	places := func() (all []fyne.Position) {
		for _, o := range []fyne.CanvasObject{w.preview, w.share.link, w.share.viewers, w.share.copyIt, w.viewers.most,
			button(t, w.viewers.Panel, "Disconnect Living-Room-TV.local"), button(t, w.viewers.Panel, "Block 192.168.178.31")} {
			all = append(all, at(o))
		}
		return all
	}
	before := places()
	for _, n := range []int{0, 1, 9, 10, 99, 100} {
		s := watchedState()
		s.Viewers = n
		for i := range s.Watching {
			s.Watching[i].FPS, s.Watching[i].Since = float64(n), time.Now().Add(-time.Duration(n)*time.Hour)
		}
		w.shown(t, queue, s)
		if after := places(); !slices.Equal(before, after) {
			t.Errorf("%d viewers moved %v to %v", n, before, after)
		}
	}
}

func TestMostViewers(t *testing.T) {
	w, program, queue := openViewers(t, watchedState())
	enter := func(text string) {
		w.window.Canvas().Focus(w.viewers.most)
		w.viewers.most.SetText("")
		test.Type(w.viewers.most, text)
		press(w.viewers.most, fyne.KeyReturn)
	}
	for _, wrong := range []string{"0", "-1", "many", "1.5", "10001", "99999999999999999999"} {
		enter(wrong)
		w.shown(t, queue, watchedState())
		if got := w.viewers.words.Label; !got.Visible() || got.Text != "Enter a number from 1 to 10000." || w.viewers.most.Text != wrong {
			t.Errorf("%q: %v %q, and it became %q", wrong, got.Visible(), got.Text, w.viewers.most.Text)
		}
	}
	program.want(t)
	enter(" 7 ")
	program.want(t, "most 7")
	if w.viewers.words.Label.Visible() || w.viewers.most.Text != "7" {
		t.Errorf("still says %q about %q", w.viewers.words.Label.Text, w.viewers.most.Text)
	}
	enter("wrong")
	w.window.Canvas().Focus(w.viewers.most)
	press(w.viewers.most, fyne.KeyEscape)
	if w.viewers.words.Label.Visible() || w.viewers.most.Text != "7" {
		t.Errorf("Escape leaves %q and %q", w.viewers.words.Label.Text, w.viewers.most.Text)
	}
	given := watchedState()
	given.MaxViewersGiven, given.MaxViewers = true, 2
	w.shown(t, queue, given)
	if !w.viewers.most.Disabled() || w.viewers.most.Text != "2" || w.viewers.places.Text != "Full: 2 viewers, at most" || w.share.viewers.Text != "2 viewers, full" {
		t.Errorf("given by hand: disabled %v, %q, %q, %q", w.viewers.most.Disabled(), w.viewers.most.Text, w.viewers.places.Text, w.share.viewers.Text)
	}
}

func TestSinceWords(t *testing.T) {
	for ago, want := range map[time.Duration]string{
		-time.Second: "just now", 59 * time.Second: "just now", time.Minute: "1 min", 59*time.Minute + 59*time.Second: "59 min",
		time.Hour: "1 h 0 min", 47*time.Hour + 59*time.Minute: "47 h 59 min", 48 * time.Hour: "2 days",
	} {
		if got := sinceWords(ago); got != want {
			t.Errorf("%v: %q, want %q", ago, got, want)
		}
	}
}

func TestNumberOfViewersIsNotCutOff(t *testing.T) {
	speak(t, "de")
	w, _, queue := open(t)
	s := sharingState()
	w.shown(t, queue, s)
	test.Tap(w.share.viewers)
	for _, viewers := range []int{0, 2, 100} {
		s.Viewers = viewers
		w.shown(t, queue, s)
		label := w.viewers.places
		if least := label.MinSize().Height; label.Truncation != fyne.TextTruncateOff || label.Size().Height < least {
			t.Errorf("%q has a height of %v, and needs %v", label.Text, label.Size().Height, least)
		}
	}
}
