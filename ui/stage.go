package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"fanlight/ui/kit"
)

// hook ties the picture and its tools to the stage.
func (w *Window) hook() {
	w.preview.doubled = func() { w.setFull(!w.stage.Full()) }
	w.preview.pointed = func(onIt bool) {
		if onIt {
			w.idle.stir(stayOnPicture)
		} else {
			w.idle.stir(stayBeside)
		}
	}
	w.tools.snapshot.OnTapped = func() { w.program.Snapshot(w.preview.reel.onScreen()) }
	w.tools.record.OnTapped = func() { w.program.Record(!w.tools.recording.On()) }
	w.tools.mic.OnTapped = func() { w.program.Mute(!w.tools.mic.now.Muted) }
	w.tools.pause.OnTapped = func() { w.program.Pause(!w.tools.paused) }
	w.tools.last.OnTapped = w.program.SaveLast
	w.timeline.changed, w.timeline.marked = w.replayed, w.stage.Refresh
	w.preview.played = w.timeline.draw
	w.tools.moved = w.status.line.Refresh
	w.tools.full.OnTapped = func() { w.setFull(!w.stage.Full()) }
	w.tools.help.OnTapped = func() { w.help.Open(w.help.done) }
}

// stir shows what lies over the picture, for a key that was pressed.
func (w *Window) stir() { w.idle.stir(stayBeside) }

// setFull gives the picture the whole screen, or ends that.
func (w *Window) setFull(full bool) {
	if full == w.stage.Full() {
		return
	}
	w.window.SetFullScreen(full)
	w.tools.setFull(full)
	w.stage.SetFull(full)
	w.idle.stir(stayOnPicture)
}

// reshaped is called by the stage before it lays out a window of another shape.
func (w *Window) reshaped() {
	over, narrow := w.stage.Over(), w.stage.Narrow()
	w.preview.setCorners(!over)
	w.tools.setNarrow(narrow)
	w.share.setNarrow(narrow)
	w.gear.SetText(unless(narrow, lang.L("Camera")))
	w.banner.setNarrow(narrow)
	w.idle.stir(stayOnPicture)
}

// busy reports whether what lies over the picture must stay: it is in use, or there is
// no picture.
func (w *Window) busy() bool {
	c := w.window.Canvas()
	_, typing := c.Focused().(*kit.LineEntry)
	return typing || c.Overlays().Top() != nil || w.stage.Beside.Visible() ||
		!w.preview.picture.Visible() || w.preview.curtain.Drawn.Visible()
}

// later calls do on the UI goroutine after a time, unless the window is closed by then.
// It does not, and says so, while the window is not shown yet.
func (w *Window) later(after time.Duration, do func()) (will bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.running {
		return false
	}
	time.AfterFunc(after, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.running {
			w.do(do)
		}
	})
	return true
}

// setRunning notes that the UI goroutine runs, or has ended.
func (w *Window) setRunning(running bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.running, w.closed = running && !w.closed, w.closed || !running
}

// bannerMoved is called when there is another problem, or none any more.
func (w *Window) bannerMoved() {
	w.relayout()
	w.stir()
}

// replayed is called when the user wants to see something else of the past, or live again.
func (w *Window) replayed() {
	if play, _ := w.preview.reel.now(); play.Live() && w.newest().Condition != Live {
		w.preview.forget() // no other picture will come soon
	}
	w.preview.draw()
	w.stir()
}

// showTimeline draws the line over the preview, where there is something to look back at.
func (w *Window) showTimeline(s State) {
	play, _ := w.preview.reel.now()
	w.stage.SetLined(s.Chosen != "" && s.Past.Kept || !play.Live())
	w.timeline.show(s)
	w.idle.wait()
}

// looksBack reports whether the line over the preview must stay: it is in use.
func (w *Window) looksBack() bool {
	play, _ := w.preview.reel.now()
	focused, _ := w.window.Canvas().Focused().(fyne.CanvasObject)
	return !play.Live() || w.timeline.rail.Pulled() || focused != nil && w.timeline.has(focused)
}

// unless returns a button's words, or none where there is only room for its icon.
func unless(narrow bool, words string) string {
	if narrow {
		return ""
	}
	return words
}
