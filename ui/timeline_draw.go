package ui

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"fanlight/ui/kit"
)

// show draws the state: once a second, and not while nobody can see it.
func (l *timeline) show(s State) {
	play, at := l.reel.now()
	if s.Past.Recording == play.Recording {
		l.past = s.Past
	}
	if !play.Live() && play.Recording == "" && play.Speed > 1 && !at.IsZero() && l.now().Sub(at) < nearLive {
		l.goLive() // it has caught up
	}
	if now := l.now().Truncate(time.Second); now != l.second || play != l.drawnFor {
		l.draw()
	}
}

// draw draws what is played now.
func (l *timeline) draw() {
	play, at := l.at()
	l.drawnFor = play
	l.sayMark(play, at)
	if !l.drawn.Visible() {
		return
	}
	l.second = l.now().Truncate(time.Second)
	l.measure(play.Recording)
	place := float32(1)
	if !play.Live() {
		place = l.place(at)
	}
	spans := make([]kit.Span, 0, len(l.past.Sections))
	for _, s := range l.past.Sections {
		spans = append(spans, kit.Span{From: l.place(s.From), To: l.place(s.To)})
	}
	l.rail.Words = lang.L("Time line: {{.Moment}}", map[string]any{"Moment": positionWords(l.past, play, at, l.now())})
	l.rail.Set(spans, place)
	kit.SetText(l.behindWords, positionWords(l.past, play, at, l.now()))
	l.drawButtons(play)
}

// measure sets the ends of the rail: the last one is now, or the end of the recording.
func (l *timeline) measure(recording string) {
	if l.past.Recording != recording { // that of the one before it
		l.past = Past{Recording: recording}
	}
	l.from, l.to = l.now(), l.now()
	if n := len(l.past.Sections); n > 0 {
		l.from = l.past.Sections[0].From
		if recording != "" {
			l.to = l.past.Sections[n-1].To
		}
	}
}

func (l *timeline) drawButtons(play Play) {
	stands := !play.Live() && play.Speed == 0
	l.pause.Name, l.pause.Icon = lang.L("Pause for you only"), theme.MediaPauseIcon()
	if stands {
		l.pause.Name, l.pause.Icon = lang.L("Play on for you"), theme.MediaPlayIcon()
	}
	l.speed.Name = lang.L("Speed: {{.Speed}}", map[string]any{"Speed": speedWords(l.fast)})
	l.speed.Text = speedWords(l.fast)
	l.live.Name, l.live.Importance = lang.L("Go back to live"), widget.MediumImportance
	if play.Live() {
		l.live.Name, l.live.Importance = lang.L("This is live"), widget.SuccessImportance
	}
	kit.SetEnabled(l.on, !play.Live())
	kit.SetEnabled(l.behind, !play.Live())
	for _, b := range []*kit.Button{l.pause, l.speed, l.live} {
		b.Refresh()
	}
}

// sayMark marks pictures that are not live.
func (l *timeline) sayMark(play Play, at time.Time) {
	if play.Live() { // until the first live picture is there
		play = l.reel.onScreen()
	}
	words := ""
	if !play.Live() {
		words = markWords(play, at)
	}
	if l.mark.Say(words) {
		l.marked()
	}
}

// markWords say that a picture is not live.
func markWords(play Play, at time.Time) string {
	switch {
	case play.Recording != "":
		return lang.L("Recording, not live")
	case at.IsZero() || play.Speed != 0:
		return lang.L("Not live")
	default:
		return lang.L("Paused for you only")
	}
}

// positionWords say where in the past a picture is.
func positionWords(past Past, play Play, at, now time.Time) string {
	if play.Live() {
		return ""
	}
	return momentWords(past, at, now)
}

// momentWords say how far a moment is behind live, or how far in a recording.
func momentWords(past Past, at, now time.Time) string {
	if past.Recording != "" {
		n := len(past.Sections)
		if n == 0 {
			return ""
		}
		return clockWords(at.Sub(past.Sections[0].From)) + " / " + clockWords(past.Sections[n-1].To.Sub(past.Sections[0].From))
	}
	return lang.L("{{.Time}} behind live", map[string]any{"Time": clockWords(now.Sub(at))})
}

// clockWords are a time as on a clock: 0:42, 12:07 or 1:02:03.
func clockWords(d time.Duration) string {
	seconds := max(0, int(d.Seconds()))
	if seconds >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}

func speedWords(speed float64) string {
	if speed == 0.5 {
		return "½×"
	}
	return fmt.Sprintf("%g×", speed)
}

// replayWords are shown over the preview while a picture of the past is awaited.
func replayWords(picture bool) (heading, more string) {
	if picture {
		return "", ""
	}
	return lang.L("Waiting for the first picture…"), ""
}
