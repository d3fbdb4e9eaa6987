package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"fanlight/ui/kit"
)

func TestShareSwitch(t *testing.T) {
	w, program, queue := open(t)
	w.shown(t, queue, liveState())
	test.Tap(w.share.sharing)
	program.want(t, "share true")
	w.shown(t, queue, sharingState())
	program.want(t, "share true")
	test.Tap(w.share.sharing)
	program.want(t, "share true", "share false")

	failed := sharingState() // the program could not stop sharing: the switch tells the truth
	w.shown(t, queue, failed)
	if w.share.sharing.AccessibilityLabel() != "Share on the network: on" {
		t.Error("the switch is off while the camera is shared")
	}
}

func TestShareDetails(t *testing.T) {
	w, _, queue := open(t)
	for _, test := range []struct {
		name    string
		change  func(*State)
		visible bool
		viewers string
	}{
		{"not sharing", func(s *State) { s.Sharing = false }, false, ""},
		{"sharing, no link yet", func(s *State) { s.Link = "" }, false, ""},
		{"nobody", func(s *State) { s.Viewers = 0 }, true, "No viewers"},
		{"one", func(s *State) { s.Viewers = 1 }, true, "1 viewer"},
		{"two", func(*State) {}, true, "2 viewers"},
		{"not sharing again", func(s *State) { s.Sharing = false }, false, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := sharingState()
			test.change(&s)
			w.shown(t, queue, s)
			if w.share.details.Visible() != test.visible {
				t.Fatalf("visible: %v", !test.visible)
			}
			if test.visible && (w.share.link.Text != s.Link || w.share.viewers.Text != test.viewers) {
				t.Errorf("%q, %q", w.share.link.Text, w.share.viewers.Text)
			}
		})
	}
}

func TestShareCopyAndOpen(t *testing.T) {
	a, program := test.NewTempApp(t), &asked{}
	a.Settings().SetTheme(kit.Calm{})
	s := newShare(a, program)
	window := test.NewWindow(s.panel)
	defer window.Close()
	s.show(sharingState())
	test.Tap(s.copyIt)
	if got := a.Clipboard().Content(); got != "http://192.168.178.42:8080/" {
		t.Errorf("copied %q", got)
	}
	test.Tap(s.open)
	program.want(t, "open link http://192.168.178.42:8080/")
}

// renamed types a text into the field with the stream's name.
func renamed(w *Window, text string) {
	w.window.Canvas().Focus(w.share.name)
	w.share.name.SetText("")
	test.Type(w.share.name, text)
}

// nameSteps are edits of the name: what is shown then, and asked of the program.
var nameSteps = []struct {
	name string
	edit func(t *testing.T, w *Window, queue uiQueue)
	text string
	want []string
}{
	{"Enter", func(_ *testing.T, w *Window, _ uiQueue) {
		renamed(w, "  Hall \t")
		press(w.share.name, fyne.KeyReturn)
	}, "Hall", []string{"rename Hall"}},
	{"focus leaves", func(_ *testing.T, w *Window, _ uiQueue) {
		renamed(w, "Hall")
		w.window.Canvas().Unfocus()
	}, "Hall", []string{"rename Hall"}},
	{"Enter, then focus elsewhere", func(_ *testing.T, w *Window, _ uiQueue) {
		renamed(w, "Hall")
		press(w.share.name, fyne.KeyReturn)
		w.window.Canvas().Focus(w.share.sharing)
		w.window.Canvas().Unfocus()
	}, "Hall", []string{"rename Hall"}},
	{"Escape", func(_ *testing.T, w *Window, _ uiQueue) {
		renamed(w, "Hall")
		press(w.share.name, fyne.KeyEscape)
	}, "HD Webcam on workshop", nil},
	{"emptied", func(_ *testing.T, w *Window, _ uiQueue) {
		renamed(w, "  ")
		w.window.Canvas().Unfocus()
	}, "HD Webcam on workshop", nil},
	{"left alone", func(_ *testing.T, w *Window, _ uiQueue) {
		w.window.Canvas().Focus(w.share.name)
		w.window.Canvas().Unfocus()
	}, "HD Webcam on workshop", nil},
	{"a state comes while typing", func(t *testing.T, w *Window, queue uiQueue) {
		renamed(w, "Hall")
		w.shown(t, queue, State{Name: "New", Viewers: 3})
		if w.share.name.Text != "Hall" {
			t.Errorf("what was typed became %q", w.share.name.Text)
		}
		w.window.Canvas().Unfocus()
	}, "Hall", []string{"rename Hall"}},
	{"another name comes while looking on", func(t *testing.T, w *Window, queue uiQueue) {
		w.window.Canvas().Focus(w.share.name)
		w.shown(t, queue, State{Name: "New"})
		w.window.Canvas().Unfocus()
	}, "New", nil},
	{"the program says otherwise later", func(t *testing.T, w *Window, queue uiQueue) {
		renamed(w, "Hall")
		w.window.Canvas().Unfocus()
		w.shown(t, queue, State{Name: "Hall (2)"})
	}, "Hall (2)", []string{"rename Hall"}},
}

func TestName(t *testing.T) {
	for _, test := range nameSteps {
		t.Run(test.name, func(t *testing.T) {
			w, program, queue := open(t)
			w.shown(t, queue, liveState())
			test.edit(t, w, queue)
			if w.share.name.Text != test.text {
				t.Errorf("shows %q, want %q", w.share.name.Text, test.text)
			}
			program.want(t, test.want...)
		})
	}
}
