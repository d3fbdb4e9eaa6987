package ui

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// busyState is one in which much is to be said.
func busyState() State {
	s := heardState()
	s.Viewers = 0
	s.Recording = Recording{Since: time.Now().Add(-75*time.Second - time.Second/2), Bytes: 812_345_678, Lost: 12}
	s.AskedWidth, s.AskedHeight = 1920, 1080
	return s
}

// Nothing that the status line says is cut off, and nothing else is either.
func TestStatusLineIsNotCut(t *testing.T) {
	recorded := sharingState()
	recorded.Viewers, recorded.Recording = 0, Recording{Since: time.Now(), Bytes: 1_000_000}
	lost := heardState()
	lost.Sound.Condition, lost.Sound.Level = Lost, 0
	for _, tag := range []string{"en", "de"} {
		speak(t, tag)
		for name, state := range map[string]State{"sharing": sharingState(), "microphone": heardState(), "recording": recorded, "microphone lost": lost, "busy": busyState()} {
			w, _, queue := open(t)
			for _, width := range []float32{704, 640, 480, 1280, 704} {
				w.window.Resize(fyne.NewSize(width, 607))
				w.shown(t, queue, state)
				label, line := w.status.words, w.status.line
				needed := fyne.MeasureText(label.Text, theme.TextSize(), label.TextStyle).Width
				if cut := needed > label.Size().Width-2*theme.InnerPadding(); cut && label.Size().Height < 2*fyne.MeasureText("x", theme.TextSize(), label.TextStyle).Height {
					t.Errorf("%s, %s at %v: %q needs %v, and has %v", tag, name, width, label.Text, needed, label.Size())
				}
				if right := w.status.right; right.Position().X < 0 || right.Position().X+right.Size().Width > line.Size().Width+0.5 || line.Size().Height < line.MinSize().Height {
					t.Errorf("%s, %s at %v: tools at %v of %v, in a line of %v", tag, name, width, right.Position(), right.Size(), line.Size())
				}
			}
		}
	}
}
