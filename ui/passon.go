package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"fanlight/ui/kit"
)

// PassOn is a question: may a stream that asks for a passcode where it comes from be shared
// without one? Its number is zero while nothing is asked.
type PassOn struct {
	Number int
	Stream string
}

// passOn asks it.
type passOn struct {
	canvas  fyne.Canvas
	program Program
	asked   int // the number of the last question
}

// show asks each question once.
func (o *passOn) show(now PassOn) {
	if now.Number == 0 || now.Number == o.asked {
		return
	}
	o.asked = now.Number
	q := kit.NewQuestion(lang.L("Share it with everybody"), func() { o.program.PassOn(now.Number) })
	q.Ask(o.canvas, 440, q.Cancel,
		kit.NewTitle(lang.L("{{.Stream}} is locked", map[string]any{"Stream": now.Stream})),
		kit.NewWords(lang.L("Whoever shares it asks for a passcode, and you ask for none: everybody on this network could watch it with you. To keep it locked, set a passcode of your own first (the lock beside the name).")))
}
