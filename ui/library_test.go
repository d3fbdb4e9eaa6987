package ui

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// browsing opens the list of recordings.
func browsing(t *testing.T, s State) (*Window, *asked, uiQueue) {
	t.Helper()
	w, program, queue := open(t)
	w.timeline.now = func() time.Time { return noon }
	w.shown(t, queue, s)
	w.press(keyLibrary)
	program.want(t, "list recordings true")
	program.calls = nil
	w.shown(t, queue, s)
	return w, program, queue
}

func TestLibraryListsWhatThereIs(t *testing.T) {
	w, _, queue := browsing(t, filmState())
	shown := words(w.library.Panel)
	for _, want := range []string{"HD Webcam 2026-03-03 09.05.07", "2026-03-02 12:00", "1:15 · 225 MB", "3:07:00 · 33.7 GB"} {
		if !slices.Contains(shown, want) {
			t.Errorf("does not say %q: %q", want, shown)
		}
	}
	for want, library := range map[string]Library{
		"Looking for recordings…":                                      {Reading: true},
		"No recordings yet. The red dot below the picture begins one.": {},
		"The recordings cannot be listed":                              {Problem: "the recordings cannot be listed"},
	} {
		s := keptState()
		s.Library = library
		w.shown(t, queue, s)
		if got := w.library.hint.Label.Text; got != want {
			t.Errorf("says %q, want %q", got, want)
		}
	}
}

func TestRecordingIsPlayedInThePreview(t *testing.T) {
	w, program, queue := browsing(t, filmState())
	test.Tap(button(t, w.library.Panel, "Play HD Webcam 2026-03-03 09.05.07"))
	w.plays(t, "at first", Play{From: time.Unix(0, 0), Speed: 1, Recording: "0"})
	s := filmState()
	s.Past = Past{Recording: "0", Sections: []Section{{before(time.Hour), before(time.Hour - 75*time.Second)}}}
	w.arrives(before(time.Hour - 15*time.Second))
	w.shown(t, queue, s)
	w.timeline.draw()
	if got := w.timeline.behindWords.Text; got != "0:15 / 1:15" || w.timeline.mark.Text() != "Recording, not live" {
		t.Errorf("says %q, marked %q", got, w.timeline.mark.Text())
	}
	if !slices.Contains(words(w.library.Panel), "on screen") {
		t.Errorf("the list does not say which one it is: %q", words(w.library.Panel))
	}
	test.Tap(w.timeline.on)
	w.plays(t, "on", Play{From: before(time.Hour - 25*time.Second), Speed: 1, Recording: "0"})
	w.arrives(before(time.Hour - 75*time.Second))
	test.Tap(w.timeline.pause)
	test.Tap(w.timeline.pause)
	w.arrives(before(time.Hour - 75*time.Second))
	s.Library.Recordings = s.Library.Recordings[1:]
	w.shown(t, queue, s)
	w.plays(t, "deleted", Play{})
	program.want(t)
}

func TestRecordingIsShownRenamedDeletedAndBroughtBack(t *testing.T) {
	w, program, queue := browsing(t, filmState())
	test.Tap(button(t, w.library.Panel, "Show in folder"))
	test.Tap(button(t, w.library.Panel, "Rename"))
	focused := w.window.Canvas().Focused()
	test.Type(focused, "at night")
	press(focused, fyne.KeyReturn)
	test.Tap(button(t, w.library.Panel, "Delete"))
	s := filmState()
	s.Library.Deleted = Deleted{Number: 1, ID: "0", Name: "HD Webcam.mkv"}
	w.shown(t, queue, s)
	if told := words(w.toast.Drawn); !slices.Equal(told, []string{"Deleted HD Webcam.mkv", "Undo"}) {
		t.Errorf("told: %q", told)
	}
	test.Tap(button(t, w.toast.Drawn, "Undo"))
	program.want(t, "show /home/jo/Videos/Fanlight/0.mkv", `rename recording 0 "at nightHD Webcam 2026-03-03 09.05.07"`, "delete 0", "restore 0")
}

func TestAFinishedRecordingIsTold(t *testing.T) {
	w, program, queue := looking(t)
	w.press(keySaveLast)
	test.Tap(w.tools.last)
	program.want(t, "save last", "save last")
	program.calls = nil
	s := keptState()
	s.Recorded = Recorded{Number: 1, ID: "a.mkv", Path: "/home/jo/Videos/Fanlight/a.mkv"}
	w.shown(t, queue, s)
	if told := words(w.toast.Drawn); !slices.Equal(told, []string{"Recorded a.mkv", "Show in folder", "Play"}) {
		t.Errorf("told: %q", told)
	}
	test.Tap(button(t, w.toast.Drawn, "Show in folder"))
	program.want(t, "show /home/jo/Videos/Fanlight/a.mkv")
	s.Recorded.Number = 2
	w.shown(t, queue, s)
	test.Tap(button(t, w.toast.Drawn, "Play"))
	w.plays(t, "told", Play{From: time.Unix(0, 0), Speed: 1, Recording: "a.mkv"})
	s.Recorded = Recorded{Number: 3, Problem: "the disk is full"}
	w.shown(t, queue, s)
	if told := words(w.toast.Drawn); !slices.Equal(told, []string{"The disk is full"}) {
		t.Errorf("told: %q", told)
	}
}

// Only rows in sight are made: a thousand recordings cost no more than ten.
func TestAThousandRecordings(t *testing.T) {
	s := filmState()
	first := s.Library.Recordings[0]
	s.Library.Recordings = nil
	for i := range 1000 {
		first.ID = fmt.Sprint(i)
		s.Library.Recordings = append(s.Library.Recordings, first)
	}
	w, _, _ := browsing(t, s)
	if n := len(w.library.films.Drawn.Objects); n < 2 || n > 20 {
		t.Errorf("%d rows are drawn", n)
	}
}
