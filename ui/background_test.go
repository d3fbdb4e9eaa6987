package ui

import (
	"context"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestClosingTheWindow(t *testing.T) {
	for name, c := range map[string]struct {
		sharing bool
		onClose OnClose
		asked   bool
		hidden  bool
		calls   []string
	}{
		"not sharing":           {false, AskOnClose, false, true, []string{"quit"}},
		"not sharing, remember": {false, BackgroundOnClose, false, true, []string{"quit"}},
		"sharing":               {true, AskOnClose, true, false, nil},
		"sharing, go on":        {true, BackgroundOnClose, false, true, nil},
		"sharing, stop":         {true, QuitOnClose, false, true, []string{"quit"}},
	} {
		t.Run(name, func(t *testing.T) {
			w, program, queue := open(t)
			s := sharingState()
			s.Sharing, s.General.OnClose = c.sharing, c.onClose
			w.shown(t, queue, s)
			w.closing()
			if asked := w.asking != nil && w.asking.IsOpen(); asked != c.asked || w.hidden != c.hidden {
				t.Errorf("asked %v, hidden %v", asked, w.hidden)
			}
			program.want(t, c.calls...)
		})
	}
}

func TestAnswerToClosingIsRemembered(t *testing.T) {
	for name, c := range map[string]struct {
		button string
		hidden bool
		calls  []string
	}{
		"go on":  {"Go on sharing in the background", true, []string{"on close: Go on sharing"}},
		"stop":   {"Stop sharing and quit", true, []string{"on close: Stop sharing and quit", "quit"}},
		"cancel": {"Cancel", false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w, program, queue := open(t)
			w.shown(t, queue, sharingState())
			w.closing()
			w.closing() // by somebody impatient
			if n := len(w.window.Canvas().Overlays().List()); n != 1 {
				t.Fatalf("it is asked %d times", n)
			}
			test.Tap(button(t, w.asking, c.button))
			if w.asking.IsOpen() || w.hidden != c.hidden {
				t.Errorf("still asked %v, hidden %v", w.asking.IsOpen(), w.hidden)
			}
			program.want(t, c.calls...)
		})
	}
}

func TestEscapeGoesOnInTheWindow(t *testing.T) {
	w, program, queue := open(t)
	w.shown(t, queue, sharingState())
	w.closing()
	button(t, w.asking, "Go on sharing in the background").KeyDown(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if w.asking.IsOpen() || w.hidden {
		t.Errorf("still asked %v, hidden %v", w.asking.IsOpen(), w.hidden)
	}
	program.want(t)
}

func TestQuestionIsGoneOnceSharingHasEnded(t *testing.T) {
	w, _, queue := open(t)
	w.shown(t, queue, sharingState())
	w.closing()
	w.shown(t, queue, liveState())
	if w.asking.IsOpen() {
		t.Error("still asked")
	}
}

// In the background the preview does not keep the camera on.
func TestPreviewRestsInTheBackground(t *testing.T) {
	playing := make(chan bool, 1)
	w, _, queue := openWith(t, func(ctx context.Context, _ Play) iter.Seq2[[]byte, time.Time] {
		return func(func([]byte, time.Time) bool) {
			playing <- true
			<-ctx.Done()
			playing <- false
		}
	})
	w.shown(t, queue, sharingState())
	w.front()
	if !<-playing {
		t.Fatal("does not play")
	}
	w.front() // a second start of what is in front already
	w.hide()
	if <-playing {
		t.Fatal("plays twice")
	}
	w.Front()
	queue.next(t)
	if !<-playing || w.hidden {
		t.Fatal("does not play again")
	}
	w.Close()
	if <-playing {
		t.Fatal("plays on")
	}
	w.front() // as a second start may ask while the program leaves
	if len(playing) > 0 {
		t.Error("plays anew though closed")
	}
}

// Hidden and not sharing, nobody would know that the program runs.
func TestBackgroundEndsWithSharing(t *testing.T) {
	failed := liveState()
	failed.Problem = taken
	for name, c := range map[string]struct {
		state  State
		tray   bool
		hidden bool
		calls  []string
	}{
		"sharing":          {sharingState(), false, true, nil},
		"stopped":          {liveState(), false, true, []string{"quit"}},
		"stopped, in tray": {liveState(), true, true, nil},
		"failed":           {failed, false, false, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w, program, queue := open(t)
			if c.tray {
				w.tray = newTray(w)
			}
			w.shown(t, queue, sharingState())
			w.hide()
			w.shown(t, queue, c.state)
			if w.hidden != c.hidden {
				t.Errorf("hidden %v", w.hidden)
			}
			program.want(t, c.calls...)
			w.Close()
		})
	}
}

func TestTray(t *testing.T) {
	w, program, queue := open(t)
	w.tray = newTray(w)
	labels := func() (all []string) {
		for _, item := range w.tray.menu.Items {
			if !item.IsSeparator {
				all = append(all, item.Label)
			}
		}
		return all
	}
	w.shown(t, queue, liveState())
	if got := labels(); !slices.Equal(got, []string{"Open Fanlight", "Share on the network", "Pause", "Not sharing", "Quit"}) || w.tray.share.Checked {
		t.Errorf("offers %q, sharing %v", got, w.tray.share.Checked)
	}
	w.tray.share.Action()
	w.shown(t, queue, sharingState())
	if w.tray.viewers.Label != "2 viewers" || !w.tray.share.Checked {
		t.Errorf("says %q, sharing %v", w.tray.viewers.Label, w.tray.share.Checked)
	}
	w.tray.share.Action()
	w.closing()
	if said := strings.Join(words(w.asking), " "); !strings.Contains(said, "icon in the tray") {
		t.Errorf("the way back: %q", said)
	}
	w.asking.Close()
	w.hide()
	w.tray.menu.Items[0].Action()
	if w.hidden {
		t.Error("the window stays away")
	}
	w.tray.menu.Items[len(w.tray.menu.Items)-1].Action()
	program.want(t, "share true", "share false", "quit")
	w.Close()
}
