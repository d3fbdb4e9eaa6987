package ui

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"fanlight/ui/kit"
)

var microphonesHere = []Microphone{
	{ID: "usb", Name: "Headset", Default: true}, {ID: "pci", Name: "Line in"}, {ID: "pci.monitor", Name: "Monitor of Speaker", Monitor: true},
}

func heardState() State {
	s := sharingState()
	s.Sound = Sound{Microphones: microphonesHere, Chosen: "usb", ChosenName: "Headset", Condition: Live, Level: 0.6}
	return s
}

func TestChooseMicrophone(t *testing.T) {
	w, program, queue := open(t)
	s := sharingState()
	w.shown(t, queue, s)
	test.Tap(w.share.gear)
	if !program.microphones {
		t.Error("the list was not asked for")
	}
	menu, told := w.access.mic.menu, w.access.mic.words.Label
	s.Sound.Microphones = microphonesHere
	w.shown(t, queue, s)
	var labels []string
	for _, c := range menu.Choices {
		labels = append(labels, c.Label)
	}
	if want := []string{"None", "Headset (default)", "Line in", "Monitor of Speaker (what this computer plays)"}; !slices.Equal(labels, want) || menu.Selected != "None" {
		t.Errorf("%q, %q is chosen", labels, menu.Selected)
	}
	menu.Open()
	tapEntry(t, w, "Line in")
	program.want(t, "microphone pci")
	if menu.Selected != "Line in" || told.Text != "It is on only while somebody listens, and as long after that as the camera." {
		t.Errorf("%q is chosen, says %q", menu.Selected, told.Text)
	}
	w.access.mic.hold = kit.Hold{} // the time of a change is over
	s.Sound = Sound{Chosen: "usb", ChosenName: "Headset", Condition: Lost, Reason: "the microphone is unplugged. Plug it in again"}
	w.shown(t, queue, s)
	if menu.Selected != "Headset" || told.Text != "The microphone is unplugged. Plug it in again" {
		t.Errorf("%q is chosen, says %q", menu.Selected, told.Text)
	}
	s.Sound.Given = true
	w.shown(t, queue, s)
	if !menu.Disabled() {
		t.Error("it can be changed, although it was given on the command line")
	}
	test.Tap(w.share.gear)
	if program.microphones {
		t.Error("the list is still asked for")
	}
}

func TestLightSaysThatTheMicrophoneIsOn(t *testing.T) {
	w, program, queue := open(t)
	mic, meter := w.tools.mic, w.tools.mic.meter
	for _, one := range []struct {
		change         func(*Sound)
		visible, level bool
		words          string
		importance     widget.Importance
	}{
		{func(s *Sound) { s.Chosen = "" }, false, false, "", widget.MediumImportance},
		{func(s *Sound) { s.Condition = Off }, true, false, "", widget.MediumImportance},
		{func(s *Sound) {}, true, true, "Microphone on", widget.DangerImportance},
		{func(s *Sound) { s.Condition = Starting }, true, false, "Microphone on", widget.DangerImportance},
		{func(s *Sound) { s.Muted = true }, true, false, "Muted", widget.WarningImportance},
		{func(s *Sound) { s.Condition = Lost }, true, false, "Microphone lost", widget.MediumImportance},
	} {
		s := heardState()
		one.change(&s.Sound)
		w.shown(t, queue, s)
		if mic.Visible() != one.visible || meter.Visible() != one.level || one.visible && (mic.Text != one.words || mic.Importance != one.importance) {
			t.Errorf("%+v: visible %t, meter %t, %q, importance %v", s.Sound, mic.Visible(), meter.Visible(), mic.Text, mic.Importance)
		}
	}
	w.shown(t, queue, heardState())
	w.press(keyMute)
	muted := heardState()
	muted.Sound.Muted = true
	w.shown(t, queue, muted)
	test.Tap(mic.Button)
	program.want(t, "mute true", "mute false")
}
