package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"fanlight/ui/kit"
)

// Past is what there is to be played: what is kept of the chosen camera, or a recording.
type Past struct {
	// Kept: pictures of the chosen camera are kept, or will be once it is on.
	Kept      bool
	Recording string // the ID of the recording that this is of; empty for the camera's history
	// Sections are the times with pictures, in order. Between them the camera was off.
	Sections []Section
}

// Section is a time without a gap, from its first picture to its last one.
type Section struct{ From, To time.Time }

const (
	jumpTime = 10 * time.Second
	// nearLive is how far behind live counts as live: a jump to there goes on live.
	nearLive = time.Second
)

// timeline is the line over the preview by which the user looks back: at what the camera saw
// before, or at a recording. Nobody else notices.
type timeline struct {
	reel    *reel
	now     func() time.Time
	changed func() // is called when something else is to be played
	marked  func() // is called when the mark has another size

	drawn                           *fyne.Container
	rail                            *kit.Rail
	pause, back, on, before, behind *kit.Button
	speed, live                     *kit.Button
	behindWords                     *widget.Label
	mark                            *kit.Mark
	past                            Past
	from, to                        time.Time // the ends of the rail
	fast                            float64   // the speed that is set
	resume                          float64   // the speed before the user began to drag the knob
	drawnFor                        Play
	second                          time.Time // for which it was drawn
}

func newTimeline(r *reel) *timeline {
	l := &timeline{reel: r, now: time.Now, rail: kit.NewRail(), mark: kit.NewMark(), fast: 1, resume: -1}
	l.pause = kit.NewIconButton("", theme.MediaPauseIcon(), l.flip)
	l.back = kit.NewIconButton(lang.L("10 seconds back"), theme.MediaFastRewindIcon(), func() { l.jump(-jumpTime) })
	l.on = kit.NewIconButton(lang.L("10 seconds on"), theme.MediaFastForwardIcon(), func() { l.jump(jumpTime) })
	l.before = kit.NewIconButton(lang.L("One picture back"), theme.MediaSkipPreviousIcon(), func() { l.step(-1) })
	l.behind = kit.NewIconButton(lang.L("One picture on"), theme.MediaSkipNextIcon(), func() { l.step(1) })
	l.speed = kit.NewButton("1×", "", l.another)
	l.live = kit.NewButton(lang.L("LIVE"), "", l.goLive)
	l.behindWords = widget.NewLabel("")
	l.behindWords.Truncation = fyne.TextTruncateEllipsis
	for keys, button := range map[combo]*kit.Button{
		keyHold: l.pause, keyBack: l.back, keyOn: l.on, keyBefore: l.before, keyBehind: l.behind, keySpeed: l.speed, keyLive: l.live,
	} {
		button.Keys = keys.String()
	}
	l.rail.OnMoved = l.seek
	l.rail.Name = func(at float32) string { return momentWords(l.past, l.moment(at), l.now()) }
	l.build()
	return l
}

func (l *timeline) build() {
	// The Tab key follows the order of the objects; container.NewBorder would put the middle first.
	left := container.New(layout.NewCustomPaddedHBoxLayout(4), l.back, l.pause, l.on)
	steps := container.New(layout.NewCustomPaddedHBoxLayout(4), l.before, l.behind)
	right := container.New(layout.NewCustomPaddedHBoxLayout(4), l.speed, l.live)
	buttons := container.New(kit.Roomy{Gap: 4}, left, steps, l.behindWords, right)
	rows := container.New(layout.NewCustomPaddedVBoxLayout(2), l.rail, buttons)
	padded := container.New(layout.NewCustomPaddedLayout(4, 6, 8, 8), rows)
	// It is dark in both themes, as the pictures below it may be light or dark.
	l.drawn = container.NewStack(container.NewThemeOverride(kit.NewVeil(padded), kit.Always{Variant: theme.VariantDark}))
}

// at is when the picture on screen was taken, or the one that is to come.
func (l *timeline) at() (Play, time.Time) {
	play, at := l.reel.now()
	if at.IsZero() {
		at = play.From
	}
	return play, at
}

// set plays something else.
func (l *timeline) set(p Play) {
	l.reel.set(p)
	l.second = time.Time{}
	l.draw()
	l.changed()
}

// flip pauses for the user alone, or ends that.
func (l *timeline) flip() {
	play, at := l.at()
	switch {
	case at.IsZero(): // there was no picture yet
	case play.Live() || play.Speed != 0:
		l.set(Play{From: at, Recording: play.Recording})
	case play.Recording != "" && !at.Before(l.to):
		l.set(Play{From: l.from, Speed: l.fast, Recording: play.Recording}) // from the start again
	default:
		l.set(Play{From: at, Speed: l.fast, Recording: play.Recording})
	}
}

// jump goes back or on. On to now is live again.
func (l *timeline) jump(by time.Duration) {
	play, at := l.at()
	if play.Live() && by > 0 {
		return
	}
	if at.IsZero() { // the first live picture is on its way
		at = l.now()
	}
	speed := play.Speed
	if play.Live() {
		speed = l.fast
	}
	l.play(at.Add(by), speed, play.Recording)
}

// play plays from a moment on, which may be before the first picture or after the last one.
func (l *timeline) play(from time.Time, speed float64, recording string) {
	l.measure(recording)
	if from.Before(l.from) {
		from = l.from
	}
	if recording == "" && l.now().Sub(from) < nearLive {
		l.goLive()
		return
	}
	if recording != "" && from.After(l.to) {
		from = l.to
	}
	l.set(Play{From: from, Speed: speed, Recording: recording})
}

// step stands still at the picture before or behind. Steps that are faster than the pictures
// add up.
func (l *timeline) step(by int) {
	play, at := l.reel.now()
	switch {
	case !at.IsZero():
		play = Play{From: at, Step: by, Recording: play.Recording}
	case play.Live():
		return
	default:
		play.Speed = 0
		play.Step += by
	}
	l.set(play)
}

// another sets the next speed.
func (l *timeline) another() {
	l.fast = map[float64]float64{1: 2, 2: 0.5, 0.5: 1}[l.fast]
	play, at := l.at()
	switch {
	case play.Live() && l.fast < 1 && !at.IsZero(), !play.Live() && play.Speed != 0:
		l.set(Play{From: at, Speed: l.fast, Recording: play.Recording})
	default:
		l.second = time.Time{}
		l.draw()
	}
}

// seek follows the knob. While it is dragged, single pictures are shown.
func (l *timeline) seek(at float32, done bool) {
	play, _ := l.reel.now()
	if l.resume < 0 {
		l.resume = play.Speed
		if play.Live() {
			l.resume = l.fast
		}
	}
	if !done {
		l.set(Play{From: l.moment(at), Recording: play.Recording})
		return
	}
	l.play(l.moment(at), l.resume, play.Recording)
	l.resume = -1
}

// goLive ends it all.
func (l *timeline) goLive() {
	l.fast = 1
	l.set(Play{})
}

// playRecording plays a recording from its start.
func (l *timeline) playRecording(id string) {
	l.set(Play{From: time.Unix(0, 0), Speed: l.fast, Recording: id})
}

// has reports whether a widget is one of its own.
func (l *timeline) has(o fyne.CanvasObject) bool {
	switch o {
	case l.rail, l.back, l.pause, l.on, l.before, l.behind, l.speed, l.live:
		return true
	}
	return false
}

// moment is the time of a place on the rail, and place the other way round.
func (l *timeline) moment(at float32) time.Time {
	return l.from.Add(time.Duration(float64(at) * float64(l.to.Sub(l.from))))
}

func (l *timeline) place(t time.Time) float32 {
	whole := l.to.Sub(l.from)
	if whole <= 0 {
		return 1
	}
	return min(max(float32(float64(t.Sub(l.from))/float64(whole)), 0), 1)
}
