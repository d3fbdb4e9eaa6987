package ui

import (
	"time"

	"fyne.io/fyne/v2"

	"fanlight/ui/kit"
)

// How long what lies over the picture stays when nothing is done with it: the pointer is
// on the picture, or it has left it.
const (
	stayOnPicture = 3 * time.Second
	stayBeside    = 10 * time.Second
)

// idle hides what lies over the picture while nobody uses it.
type idle struct {
	stage  *kit.Stage
	root   *kit.Root
	canvas fyne.Canvas
	busy   func() bool // tells whether there is a reason to hide nothing now
	inUse  func() bool // tells whether the line over the picture is used
	later  func(after time.Duration, do func()) (will bool)

	until   time.Time
	waiting bool // for look
}

// stir shows everything, for a while.
func (i *idle) stir(stay time.Duration) {
	i.until = time.Now().Add(stay)
	i.stage.SetBare(false)
	i.stage.SetCalm(false)
	i.wait()
}

// wait has look called when it may be time.
func (i *idle) wait() {
	if (i.stage.Over() || i.stage.Lined()) && !i.waiting {
		i.waiting = i.later(time.Until(i.until), i.look)
	}
}

// look hides what lies over the picture if its time has come: all but the picture where
// that has the whole window, else only the line.
func (i *idle) look() {
	i.waiting = false
	used := i.busy
	if !i.stage.Over() {
		i.stage.SetBare(false)
		used = i.inUse
	}
	if used() {
		i.until = time.Now().Add(stayOnPicture)
	}
	if time.Now().Before(i.until) {
		i.wait()
		return
	}
	if !i.stage.Over() {
		i.stage.SetCalm(true)
		return
	}
	i.root.HideTip()
	i.canvas.Unfocus()
	i.stage.SetBare(true)
}
