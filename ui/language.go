package ui

import (
	"fmt"
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"

	"fanlight/ui/kit"
)

// languages are those that the window speaks, by their own names.
var languages = []kit.Choice[string]{
	{Label: "English", Value: "en"},
	{Label: "Deutsch", Value: "de"},
	{Label: "Français", Value: "fr"},
	{Label: "Español", Value: "es"},
	{Label: "Português", Value: "pt"},
	{Label: "Italiano", Value: "it"},
	{Label: "Polski", Value: "pl"},
	{Label: "日本語", Value: "ja"},
	{Label: "简体中文", Value: "zh"},
	{Label: "العربية", Value: "ar"},
}

// SetLanguage sets the language of the windows that are made from now on, by its tag; the
// empty one is the system's.
//
// Fyne takes the language from the environment, and only when translations are added. So
// an empty one is added, with the environment changed for as long as that takes: programs
// that are run as cameras get the user's own.
func SetLanguage(tag string) error {
	if tag != "" {
		for name, value := range map[string]string{"LC_ALL": tag + ".UTF-8", "LANGUAGE": tag} {
			before, was := os.LookupEnv(name)
			if err := os.Setenv(name, value); err != nil {
				return fmt.Errorf("the language cannot be changed: %w", err)
			}
			defer func() {
				if was {
					os.Setenv(name, before)
				} else {
					os.Unsetenv(name)
				}
			}()
		}
	}
	return lang.AddTranslations(fyne.NewStaticResource("en.json", []byte("{}")))
}

// speak changes the window's language: all but the picture is made anew, with the side open
// in which it was chosen.
func (w *Window) speak(tag string) {
	w.program.SetLanguage(tag)
	if err := SetLanguage(tag); err != nil {
		w.banner.note(refusal(err))
		return
	}
	chosen, before := w.general.now, w.stage
	full := before.Full()
	before.Picture = canvas.NewRectangle(nil) // a timer may lay it out once more
	w.build()
	w.general.set(func(now *General) { *now = chosen })
	w.stage.SetFull(full)
	w.tools.setFull(full)
	w.reshaped() // the stage tells of changes only
	if w.tray != nil {
		w.tray.menu.Items = newTray(w).menu.Items
	}
	w.draw()
	w.status.program.OnTapped()
	w.window.Canvas().Focus(w.general.language)
}
