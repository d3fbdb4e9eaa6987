package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"fanlight/assets"
	"fanlight/ui/kit"
)

// Microphone is one to choose.
type Microphone struct {
	ID, Name string
	Default  bool // of the system
	Monitor  bool // it hears what a loudspeaker of this computer plays
}

// Sound is how the microphone stands.
type Sound struct {
	// Microphones to choose from, in order; needed while [SoundSettings.ListMicrophones]
	// says so.
	Microphones []Microphone
	// Chosen is the ID of the one that viewers may hear; empty if there is none.
	Chosen, ChosenName string
	Condition          Condition // Off while nobody listens
	Reason             string    // a sentence, when Lost
	Muted              bool
	Level              float64 // from 0 to 1, while it is Live
	Given              bool    // on the command line: it cannot be changed while the program runs
}

// SoundSettings is what the window asks of the program about sound.
type SoundSettings interface {
	ChooseMicrophone(id string) // empty: none
	Mute(on bool)
	// ListMicrophones says whether the list of microphones is open.
	ListMicrophones(shown bool)
}

var (
	microphoneIcon = fyne.NewStaticResource("microphone.svg", assets.Microphone)
	mutedIcon      = fyne.NewStaticResource("muted.svg", assets.Muted)
)

// micLight is the light that says that the microphone is on, and the button that mutes it.
// It is there while one is chosen.
type micLight struct {
	*kit.Button
	meter  *kit.Meter
	now    Sound
	narrow bool
}

func newMicLight() *micLight {
	m := &micLight{Button: kit.NewIconButton("", theme.NewThemedResource(microphoneIcon), nil), meter: kit.NewMeter()}
	m.Keys = keyMute.String()
	m.Hide()
	m.meter.Hide()
	return m
}

// show draws the state, and reports whether the row has to be laid out anew.
func (m *micLight) show(s Sound) (moved bool) {
	m.meter.Set(s.Level)
	s.Level, s.Microphones = 0, nil
	before, words := m.now, m.Text
	m.now = s
	if before.Chosen != s.Chosen || before.Condition != s.Condition || before.Muted != s.Muted {
		m.draw()
	}
	visible := kit.SetVisible(m.Button, s.Chosen != "")
	metered := kit.SetVisible(m.meter, s.Chosen != "" && s.Condition == Live && !s.Muted)
	return visible || metered || m.Text != words
}

func (m *micLight) draw() {
	words := ""
	m.Name, m.Icon, m.Importance = lang.L("The microphone is off. Mute it"), theme.NewThemedResource(microphoneIcon), widget.MediumImportance
	switch {
	case m.now.Muted:
		words = lang.L("Muted")
		m.Name, m.Icon, m.Importance = lang.L("The microphone is muted. Let it be heard again"), theme.NewThemedResource(mutedIcon), widget.WarningImportance
	case m.now.Condition == Live || m.now.Condition == Starting:
		words = lang.L("Microphone on")
		m.Name, m.Importance = lang.L("The microphone is on: somebody listens. Mute it"), widget.DangerImportance
	case m.now.Condition == Lost:
		words = lang.L("Microphone lost")
		m.Name = lang.L("The microphone is lost: see the sharing settings. Mute it")
	}
	m.SetText(unless(m.narrow, words))
}

// micRows are the rows about the microphone in the sharing settings.
type micRows struct {
	program SoundSettings
	now     Sound // as shown
	hold    kit.Hold
	menu    *kit.Dropdown[string]
	words   *kit.Notice
	moved   func()
}

// newMicRows makes the rows. It calls moved when their heights have changed.
func newMicRows(p SoundSettings, moved func()) *micRows {
	m := &micRows{program: p, words: kit.NewNotice(), moved: moved}
	m.menu = kit.NewDropdown(lang.L("Microphone"), func(id string) {
		m.hold.Begin()
		m.now.ChosenName = m.now.nameOf(id)
		m.now.Chosen, m.now.Condition = id, Off
		if m.draw() {
			m.moved()
		}
		p.ChooseMicrophone(id)
	})
	return m
}

func (m *micRows) rows() []fyne.CanvasObject {
	return []fyne.CanvasObject{kit.NewField(lang.L("Microphone"), m.menu), m.words.Label}
}

// show draws the state, and reports whether a height may have changed.
func (m *micRows) show(now Sound) (moved bool) {
	if m.hold.Holds() {
		return false
	}
	m.now = now
	return m.draw()
}

func (m *micRows) draw() (moved bool) {
	choices := []kit.Choice[string]{{Label: lang.L("None"), Value: ""}}
	selected := choices[0].Label
	if m.now.Chosen != "" {
		selected = m.now.ChosenName
	}
	for _, one := range m.now.Microphones {
		label := microphoneWords(one)
		choices = append(choices, kit.Choice[string]{Label: label, Value: one.ID})
		if one.ID == m.now.Chosen {
			selected = label
		}
	}
	m.menu.Set(choices, selected)
	kit.SetEnabled(m.menu, !m.now.Given)
	return m.words.Say(soundWords(m.now))
}

// nameOf is the name of a microphone that is listed.
func (s Sound) nameOf(id string) string {
	for _, one := range s.Microphones {
		if one.ID == id {
			return one.Name
		}
	}
	return id
}

func microphoneWords(m Microphone) string {
	switch {
	case m.Default:
		return lang.L("{{.Name}} (default)", map[string]any{"Name": m.Name})
	case m.Monitor:
		return lang.L("{{.Name}} (what this computer plays)", map[string]any{"Name": m.Name})
	default:
		return m.Name
	}
}

func soundWords(s Sound) string {
	switch {
	case s.Given:
		return givenWords(true, "--microphone", "")
	case s.Condition == Lost:
		return told(s.Reason)
	case s.Chosen == "":
		return lang.L("Viewers hear nothing.")
	default:
		return lang.L("It is on only while somebody listens, and as long after that as the camera.")
	}
}
