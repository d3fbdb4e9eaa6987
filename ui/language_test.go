package ui

import (
	"os"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"fanlight/assets/translations"
)

func TestLanguageIsChangedAtOnce(t *testing.T) {
	const word = "Program settings"
	t.Setenv("LC_ALL", "C") // where Fyne looks no further
	t.Cleanup(func() {
		if err := SetLanguage("en"); err != nil {
			t.Error(err)
		}
	})
	w, program, _ := preferring(t, func(s *State) { s.Sharing, s.Link = true, "http://lamp.local:8080/" })
	w.window.Canvas().Focus(w.general.language)
	w.window.Resize(fyne.NewSize(704, 607))
	var asked []string
	for _, l := range translations.All() { // by the keys, from the system's
		press(w.general.language, fyne.KeyRight)
		if asked = append(asked, "language "+l.Tag()); l.Tag() == "de" {
			break
		}
	}
	if got := w.status.program.Name; got != "Programmeinstellungen" {
		t.Errorf("the button is called %q", got)
	}
	if w.gear.Text != "Kamera" || w.share.gear.Text != "Freigabe" {
		t.Errorf("the buttons say %q and %q", w.gear.Text, w.share.gear.Text)
	}
	g := w.general
	if !g.Panel.Visible() || g.language.Selected != "Deutsch" || w.window.Canvas().Focused() != g.language {
		t.Errorf("shows %q, the settings: %t", g.language.Selected, g.Panel.Visible())
	}
	if w.picker.menu.Selected != "HD Webcam" || !w.share.details.Visible() || !w.preview.Visible() {
		t.Error("the window has lost its state")
	}
	if os.Getenv("LC_ALL") != "C" || os.Getenv("LANGUAGE") == "de" {
		t.Error("the environment is another one")
	}
	test.Tap(w.status.program)
	test.Tap(w.tools.snapshot) // the new buttons work
	program.want(t, append(asked, "snapshot")...)
	if w.general.Panel.Visible() {
		t.Error("the settings cannot be closed")
	}
	for range asked {
		press(w.general.language, fyne.KeyLeft)
	}
	if got := w.status.program.Name; got != word {
		t.Errorf("as the system: the button is called %q", got)
	}
}

func TestThemeIsChangedAtOnce(t *testing.T) {
	w, program, _ := preferring(t, nil)
	background := func() any {
		settings := fyne.CurrentApp().Settings()
		return settings.Theme().Color(theme.ColorNameBackground, settings.ThemeVariant())
	}
	chooser := w.general.theme
	press(chooser, fyne.KeyRight)
	light := background()
	press(chooser, fyne.KeyRight)
	if background() == light || chooser.Selected != "Dark" {
		t.Errorf("shows %q in %v", chooser.Selected, background())
	}
	press(chooser, fyne.KeyRight)
	program.want(t, "theme Light", "theme Dark", "theme As the system")
}
