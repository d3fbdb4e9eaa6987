package ui

import (
	"context"
	"iter"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// looking opens a window whose camera has pictures of the last two minutes, at noon. A live
// picture is on screen.
func looking(t *testing.T) (*Window, *asked, uiQueue) {
	t.Helper()
	w, program, queue := open(t)
	w.timeline.now = func() time.Time { return noon }
	w.shown(t, queue, keptState())
	w.preview.frames.publish(scene())
	w.preview.turn()
	w.arrives(noon)
	return w, program, queue
}

// plays checks what the preview plays.
func (w *Window) plays(t *testing.T, what string, want Play) {
	t.Helper()
	got, _ := w.preview.reel.now()
	if diff := got.From.Sub(want.From).Abs(); diff > time.Second && !(got.Live() && want.Live()) || got.Live() != want.Live() ||
		got.Speed != want.Speed || got.Step != want.Step || got.Recording != want.Recording {
		t.Errorf("%s: plays %+v, want %+v", what, got, want)
	}
}

func TestLookingBackByKeysAndClicks(t *testing.T) {
	key := func(name fyne.KeyName) func(w *Window) {
		return func(w *Window) { w.root.Press(&fyne.KeyEvent{Name: name}) }
	}
	for by, does := range map[string]struct{ hold, back, on, before, behind, speed, live func(w *Window) }{
		"keys": {key(fyne.KeyK), key(fyne.KeyLeft), key(fyne.KeyRight), key(fyne.KeyComma), key(fyne.KeyPeriod), key(fyne.KeyX), key(fyne.KeyEnd)},
		"clicks": {
			func(w *Window) { test.Tap(w.timeline.pause) }, func(w *Window) { test.Tap(w.timeline.back) }, func(w *Window) { test.Tap(w.timeline.on) },
			func(w *Window) { test.Tap(w.timeline.before) }, func(w *Window) { test.Tap(w.timeline.behind) }, func(w *Window) { test.Tap(w.timeline.speed) },
			func(w *Window) { test.Tap(w.timeline.live) },
		},
	} {
		t.Run(by, func(t *testing.T) {
			w, program, _ := looking(t)
			does.back(w)
			w.plays(t, "back", Play{From: before(10 * time.Second), Speed: 1})
			does.back(w) // before a picture of it is there
			w.plays(t, "back again", Play{From: before(20 * time.Second), Speed: 1})
			w.arrives(before(20 * time.Second))
			does.hold(w)
			w.plays(t, "paused", Play{From: before(20 * time.Second)})
			if got := w.timeline.mark.Text(); got != "Paused for you only" {
				t.Errorf("marked %q", got)
			}
			w.arrives(before(20 * time.Second))
			does.before(w)
			does.before(w)
			w.plays(t, "two pictures back", Play{From: before(20 * time.Second), Step: -2})
			w.arrives(before(21 * time.Second))
			does.behind(w)
			w.plays(t, "one picture on", Play{From: before(21 * time.Second), Step: 1})
			w.arrives(before(20 * time.Second))
			does.hold(w)
			w.plays(t, "on", Play{From: before(20 * time.Second), Speed: 1})
			if got := w.timeline.mark.Text(); got != "Not live" {
				t.Errorf("marked %q", got)
			}
			does.speed(w)
			w.plays(t, "double speed", Play{From: before(20 * time.Second), Speed: 2})
			does.speed(w)
			w.plays(t, "half speed", Play{From: before(20 * time.Second), Speed: 0.5})
			does.on(w)
			w.plays(t, "on by ten seconds", Play{From: before(10 * time.Second), Speed: 0.5})
			does.on(w)
			w.plays(t, "on to now", Play{})
			does.back(w)
			does.live(w)
			w.plays(t, "live", Play{})
			program.want(t) // nobody else notices
		})
	}
}

func TestAReplayIsMarkedUntilALivePictureIsThere(t *testing.T) {
	w, _, _ := looking(t)
	rewind(w, time.Minute)
	if !w.timeline.mark.Drawn.Visible() || w.timeline.behindWords.Text != "1:00 behind live" {
		t.Fatalf("marked %q, says %q", w.timeline.mark.Text(), w.timeline.behindWords.Text)
	}
	w.timeline.goLive()
	if !w.timeline.mark.Drawn.Visible() {
		t.Error("the picture of before counts as live")
	}
	w.arrives(noon)
	if w.timeline.mark.Drawn.Visible() || w.timeline.behindWords.Text != "" {
		t.Errorf("live: marked %q, says %q", w.timeline.mark.Text(), w.timeline.behindWords.Text)
	}
}

// Snapshot saves what is seen.
func TestSnapshotIsOfThePictureOnScreen(t *testing.T) {
	w, program, queue := looking(t)
	s := keptState()
	s.Condition = Lost
	test.Tap(w.timeline.back)
	test.Tap(w.tools.snapshot) // the picture of that time is not there yet
	w.arrives(before(9 * time.Second))
	w.shown(t, queue, s)
	test.Tap(w.tools.snapshot)
	w.timeline.goLive()
	w.arrives(noon)
	w.shown(t, queue, s)
	test.Tap(w.tools.snapshot) // there is none
	program.want(t, "snapshot", "snapshot "+before(9*time.Second).UTC().Format("15:04:05.000"))
}

func TestKnobIsDragged(t *testing.T) {
	w, _, _ := looking(t)
	rail := w.timeline.rail
	drag := func(share float32) {
		x := 7 + share*(rail.Size().Width-14)
		rail.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, 8)}})
	}
	drag(0.25)
	w.plays(t, "while it is dragged", Play{From: before(90 * time.Second)})
	drag(0.5)
	w.plays(t, "while it is dragged on", Play{From: before(time.Minute)})
	rail.DragEnd()
	w.plays(t, "then", Play{From: before(time.Minute), Speed: 1})
	w.arrives(before(time.Minute))
	test.Tap(w.timeline.pause)
	drag(0.75)
	rail.DragEnd()
	w.plays(t, "paused, then dragged", Play{From: before(30 * time.Second)})
	drag(1)
	rail.DragEnd()
	w.plays(t, "at the end", Play{})
	test.TapAt(rail, fyne.NewPos(7, 8))
	w.plays(t, "a click", Play{From: before(2 * time.Minute), Speed: 1})
}

func TestAnotherCameraIsLive(t *testing.T) {
	w, _, queue := looking(t)
	rewind(w, time.Minute)
	w.preview.choose("v4l2:b")
	w.plays(t, "chosen", Play{})
	s := keptState()
	s.Chosen = "v4l2:b"
	w.shown(t, queue, s)
	w.plays(t, "then", Play{})
	if w.preview.picture.Visible() || w.timeline.mark.Drawn.Visible() {
		t.Error("the picture of the camera before stays")
	}
}

func TestDoubleSpeedEndsLive(t *testing.T) {
	w, _, queue := looking(t)
	w.timeline.set(Play{From: before(10 * time.Second), Speed: 2})
	w.arrives(before(500 * time.Millisecond))
	w.shown(t, queue, keptState())
	w.plays(t, "caught up", Play{})
}

func TestThePastStaysDuringAPause(t *testing.T) {
	w, _, queue := looking(t)
	rewind(w, time.Minute)
	s := keptState()
	s.Condition = Paused
	w.shown(t, queue, s)
	if !w.preview.picture.Visible() || w.preview.curtain.Drawn.Visible() {
		t.Error("what was before the pause is not shown")
	}
	w.timeline.goLive()
	if w.preview.picture.Visible() || !w.preview.curtain.Drawn.Visible() {
		t.Error("a picture is shown as live during the pause")
	}
}

// The line goes away when only the picture is looked at, and stays while it is used.
func TestTheLineHidesItself(t *testing.T) {
	w, _, queue := looking(t)
	if !w.timeline.drawn.Visible() {
		t.Fatal("at first it is hidden: nobody would find it")
	}
	w.passTime()
	if w.timeline.drawn.Visible() {
		t.Error("it stays")
	}
	w.preview.MouseMoved(&desktop.MouseEvent{})
	if !w.timeline.drawn.Visible() {
		t.Error("the pointer does not bring it back")
	}
	rewind(w, time.Minute)
	w.passTime()
	if !w.timeline.drawn.Visible() {
		t.Error("it goes away while it is used")
	}
	w.setFull(true)
	w.passTime()
	if w.timeline.drawn.Visible() || !w.timeline.mark.Drawn.Visible() {
		t.Error("in full screen there must be the mark, and nothing else")
	}
	w.setFull(false)
	w.timeline.goLive()
	s := keptState()
	s.Past = Past{}
	w.shown(t, queue, s)
	if w.timeline.drawn.Visible() || !w.tools.last.Disabled() || !strings.Contains(w.tools.last.Name, "Nothing is kept") {
		t.Errorf("where nothing is kept there is a line, or a button that says %q", w.tools.last.Name)
	}
}

// Whatever is played, its first picture is of the time that was asked for.
func TestThePreviewPlaysWhatTheLineSays(t *testing.T) {
	asked := make(chan Play, 100)
	w, _, queue := openWith(t, func(ctx context.Context, play Play) iter.Seq2[[]byte, time.Time] {
		return func(yield func([]byte, time.Time) bool) {
			asked <- play
			colour, at := green, noon
			if !play.Live() {
				colour, at = red, play.From
			}
			yield(plain(t, 64, 36, colour), at)
			<-ctx.Done()
		}
	})
	w.timeline.now = func() time.Time { return noon }
	w.shown(t, queue, keptState())
	w.preview.start()
	defer w.preview.stop()
	queue.next(t)
	if play := <-asked; !play.Live() || !w.preview.shows(green) {
		t.Errorf("at first: plays %+v, shows %v", play, w.preview.colour())
	}
	test.Tap(w.timeline.back)
	queue.next(t)
	queue.next(t)
	if play := <-asked; !play.From.Equal(before(10*time.Second)) || !w.preview.shows(red) || w.timeline.mark.Text() != "Not live" {
		t.Errorf("back: plays %+v, shows %v, marked %q", play, w.preview.colour(), w.timeline.mark.Text())
	}
	w.preview.sight.set(hidden, false)
	w.preview.sight.set(hidden, true)
	if play := <-asked; !play.From.Equal(before(10*time.Second)) || play.Speed != 1 {
		t.Errorf("in sight again: plays %+v", play)
	}
	queue.next(t)
	test.Tap(w.timeline.live)
	queue.next(t)
	queue.next(t)
	if play := <-asked; !play.Live() || !w.preview.shows(green) || w.timeline.mark.Text() != "" {
		t.Errorf("live: plays %+v, shows %v, marked %q", play, w.preview.colour(), w.timeline.mark.Text())
	}
}
