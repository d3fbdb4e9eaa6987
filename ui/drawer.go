package ui

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

// drawer holds the settings of the chosen camera, beside the preview: one sees
// what turning the brightness up does.
type drawer struct {
	*side
	program Program
	camera  string // whose settings are shown

	modes     *dropdown[Mode]
	modeField *fyne.Container
	modeHold  hold

	quality *numberField

	look     Look // as shown
	lookHold hold
	turn     *dropdown[int]
	mirror   *check
	text     *lineEntry
	clock    *check

	controls *controls
	own      *fyne.Container // the camera's own settings, with the line above them
	reset    *button
}

func newDrawer(p Program) *drawer {
	d := &drawer{program: p}
	d.modes = newDropdown("Picture", d.setMode)
	d.modeField = newField("Picture", d.modes)
	d.quality = newNumber("JPEG quality", 1, 100, 1, func(int) {})
	// A camera that sends raw pictures may have to be opened anew for it: not with every step.
	d.quality.slider.OnChangeEnded = func(float64) { p.SetQuality(d.quality.slider.value()) }
	d.turn = newDropdown("Turn", func(degrees int) { d.setLook(func(l *Look) { l.Rotate = degrees }) })
	d.mirror = newCheck("Mirror", func(on bool) { d.setLook(func(l *Look) { l.Mirror = on }) })
	d.text = newLineEntry("Text on the picture", func(text string) { d.setLook(func(l *Look) { l.Text = text }) })
	d.text.optional = true
	d.clock = newCheck("Show date and time", func(on bool) { d.setLook(func(l *Look) { l.Clock = on }) })
	d.controls = newControls(p.SetControl)
	d.reset = newButton("Reset to defaults", "Reset to defaults", func() {
		d.controls.follow()
		p.ResetControls()
	})
	pad := layout.NewCustomPaddedLayout(8, 4, 0, 0)
	d.own = newRows(container.New(pad, widget.NewSeparator()), d.controls.list, container.New(pad, d.reset))
	d.build()
	return d
}

func (d *drawer) build() {
	d.side = newSide("Camera settings", d.modeField, d.quality.object, newField("Turn", d.turn), newTick(d.mirror),
		newField("Text", d.text.drawn()), newTick(d.clock), d.own)
	for _, focused := range []*attention{
		&d.modes.focused, &d.quality.slider.focused, &d.turn.focused, &d.mirror.focused, &d.text.focused, &d.clock.focused,
		&d.controls.focused, &d.reset.focused,
	} {
		*focused = d.reveal
	}
}

// show follows the state of the program.
func (d *drawer) show(s State) {
	if s.Chosen != d.camera { // what was set is of another camera
		d.camera = s.Chosen
		d.modeHold.end()
		d.lookHold.end()
		d.quality.slider.hold.end()
		d.controls.follow()
	}
	settings := s.Settings
	d.modes.choices = modeChoices(settings.Modes)
	if !d.modeHold.holds() {
		d.modes.set(d.modes.choices, modeWords(settings.Mode))
	}
	d.quality.set(settings.Quality)
	if !d.lookHold.holds() {
		d.look = settings.Look
		d.showLook()
	}
	setEnabled(d.reset, changed(settings.Controls))
	moved := d.controls.show(settings.Controls)
	moved = setShown(d.modeField, len(settings.Modes) > 0) || moved
	moved = setShown(d.quality.object, settings.Encodes) || moved
	moved = setShown(d.own, len(settings.Controls) > 0) || moved
	if moved {
		d.themed.Refresh()
	}
}

func (d *drawer) setMode(m Mode) {
	d.modeHold.begin()
	d.modes.set(d.modes.choices, modeWords(m))
	d.program.SetMode(m)
}

// setLook changes one thing about what is shown, and asks for the whole.
func (d *drawer) setLook(change func(*Look)) {
	change(&d.look)
	d.lookHold.begin()
	d.showLook()
	d.program.SetLook(d.look)
}

var turns = []choice[int]{{turnWords(0), 0}, {turnWords(90), 90}, {turnWords(180), 180}, {turnWords(270), 270}}

func turnWords(degrees int) string { return fmt.Sprintf("%d°", degrees) }

func (d *drawer) showLook() {
	d.turn.set(turns, turnWords(d.look.Rotate))
	d.mirror.set(d.look.Mirror)
	d.text.set(d.look.Text)
	d.clock.set(d.look.Clock)
}

// setShown reports whether it changed anything.
func setShown(o fyne.CanvasObject, visible bool) bool {
	before := o.Visible()
	setVisible(o, visible)
	return before != visible
}
