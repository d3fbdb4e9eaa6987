package ui

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"fanlight/ui/kit"
)

// drawer is the side with the settings of the chosen camera. The preview beside it shows
// the effect of each change.
type drawer struct {
	*kit.Side
	program Program
	camera  string // the ID of the camera whose settings are shown

	modes     *kit.Dropdown[Mode]
	modeField *fyne.Container
	modeHold  kit.Hold

	quality *kit.NumberField

	look     Look // as shown
	lookHold kit.Hold
	selfHold kit.Hold
	turn     *kit.Dropdown[int]
	mirror   *kit.Check
	selfie   *kit.Check // mirrors the preview only
	text     *kit.LineEntry
	clock    *kit.Check

	controls *controls
	own      *fyne.Container // the camera's own settings, with the line above them
	reset    *kit.Button
}

func newDrawer(p Program) *drawer {
	d := &drawer{program: p}
	d.modes = kit.NewDropdown(lang.L("Resolution"), d.setMode)
	d.modeField = kit.NewField(lang.L("Resolution"), d.modes)
	d.quality = kit.NewNumberField(lang.L("JPEG quality"), 1, 100, 1, func(int) {})
	// Not with every step: a camera that sends raw pictures may be reopened for it.
	d.quality.Slider.OnChangeEnded = func(float64) { p.SetQuality(d.quality.Slider.Number()) }
	d.turn = kit.NewDropdown(lang.L("Rotate"), func(degrees int) { d.setLook(func(l *Look) { l.Rotate = degrees }) })
	d.selfie = kit.NewCheck(lang.L("Mirror the preview only"), d.setSelfie)
	d.mirror = kit.NewCheck(lang.L("Mirror"), func(on bool) { d.setLook(func(l *Look) { l.Mirror = on }) })
	d.text = kit.NewLineEntry(lang.L("Text on the picture"), func(text string) { d.setLook(func(l *Look) { l.Text = text }) })
	d.text.Optional = true
	d.clock = kit.NewCheck(lang.L("Show date and time"), func(on bool) { d.setLook(func(l *Look) { l.Clock = on }) })
	d.controls = newControls(p.SetControl)
	d.reset = kit.NewButton(lang.L("Reset to defaults"), lang.L("Reset to defaults"), func() {
		d.controls.follow()
		p.ResetControls()
	})
	pad := layout.NewCustomPaddedLayout(8, 4, 0, 0)
	d.own = kit.NewRows(container.New(pad, widget.NewSeparator()), d.controls.list, container.New(pad, d.reset))
	d.build()
	return d
}

func (d *drawer) build() {
	// A tick can bring the quality: it is below, so that no tick moves away from under the pointer.
	d.Side = kit.NewSide(lang.L("Camera settings"), d.modeField, kit.NewField(lang.L("Rotate"), d.turn), kit.NewTick(d.mirror), kit.NewTick(d.selfie),
		kit.NewField(lang.L("Text"), d.text.Drawn()), kit.NewTick(d.clock), d.quality.Object, d.own)
	for _, focused := range []*kit.FocusFunc{
		&d.modes.OnFocus, &d.turn.OnFocus, &d.mirror.OnFocus, &d.selfie.OnFocus, &d.text.OnFocus, &d.clock.OnFocus,
		&d.quality.Slider.OnFocus, &d.controls.focused, &d.reset.OnFocus,
	} {
		*focused = d.Reveal
	}
}

// show draws the state.
func (d *drawer) show(s State) {
	if s.Chosen != d.camera { // what the user has just set was for another camera
		d.camera = s.Chosen
		d.modeHold.End()
		d.lookHold.End()
		d.selfHold.End()
		d.quality.Slider.Follow()
		d.controls.follow()
	}
	settings := s.Settings
	d.modes.Choices = modeChoices(settings.Modes)
	if !d.modeHold.Holds() {
		d.modes.Set(d.modes.Choices, modeWords(settings.Mode))
	}
	d.quality.Set(settings.Quality)
	if !d.lookHold.Holds() {
		d.look = settings.Look
		d.showLook()
	}
	if !d.selfHold.Holds() {
		d.selfie.Set(settings.MirrorPreview)
	}
	kit.SetEnabled(d.reset, changed(settings.Controls))
	moved := d.controls.show(settings.Controls)
	moved = kit.SetVisible(d.modeField, len(settings.Modes) > 0) || moved
	moved = kit.SetVisible(d.quality.Object, settings.Encodes) || moved
	moved = kit.SetVisible(d.own, len(settings.Controls) > 0) || moved
	if moved {
		d.Relayout()
	}
}

func (d *drawer) setMode(m Mode) {
	d.modeHold.Begin()
	d.modes.Set(d.modes.Choices, modeWords(m))
	d.program.SetMode(m)
}

// setLook changes one field of the look that is shown, and asks the program for the whole.
func (d *drawer) setLook(change func(*Look)) {
	change(&d.look)
	d.lookHold.Begin()
	d.showLook()
	d.program.SetLook(d.look)
}

func (d *drawer) setSelfie(on bool) {
	d.selfHold.Begin()
	d.program.MirrorPreview(on)
}

func modeChoices(modes []Mode) []kit.Choice[Mode] {
	choices := []kit.Choice[Mode]{{Label: modeWords(Mode{})}}
	for _, m := range modes {
		if m != (Mode{}) {
			choices = append(choices, kit.Choice[Mode]{Label: modeWords(m), Value: m})
		}
	}
	return choices
}

var turns = []kit.Choice[int]{
	{Label: turnWords(0), Value: 0}, {Label: turnWords(90), Value: 90}, {Label: turnWords(180), Value: 180}, {Label: turnWords(270), Value: 270},
}

func turnWords(degrees int) string { return fmt.Sprintf("%d°", degrees) }

func (d *drawer) showLook() {
	d.turn.Set(turns, turnWords(d.look.Rotate))
	d.mirror.Set(d.look.Mirror)
	d.text.Set(d.look.Text)
	d.clock.Set(d.look.Clock)
}
