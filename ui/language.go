package ui

import (
	"embed"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"

	"github.com/jeandeaual/go-locale"

	"fanlight/assets/translations"
	"fanlight/ui/kit"
)

// variants are the tags under which Fyne has its own words, where they differ. It looks up
// a sentence under the tag that suits the user best, and nowhere else, so Fanlight's must be
// there too.
var variants = map[string][]string{"pt": {"pt", "pt-BR"}, "zh": {"zh-Hans"}}

// addTranslations adds Fanlight's sentences to Fyne's, which all windows share.
var addTranslations = sync.OnceValue(func() error {
	for tag, content := range translations.Files() {
		tags := variants[tag]
		if tags == nil {
			tags = []string{tag}
		}
		for _, tag := range tags {
			if err := lang.AddTranslationsForLocale(content, fyne.Locale(tag)); err != nil {
				return fmt.Errorf("language %s: %w", tag, err)
			}
		}
	}
	return nil
})

// now is the language that is set. It is as global as Fyne's own, and in contrast to that
// may be asked for on any goroutine.
var now atomic.Pointer[translations.Language]

// SetLanguage sets the language of the windows that are made from now on: a tag of package
// translations, or the empty one for the system's. It must be called on the UI goroutine,
// or before the first window is made.
func SetLanguage(tag string) error {
	if err := addTranslations(); err != nil {
		return err
	}
	chosen := spoken(tag)
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		if tag != "" {
			return errors.New(lang.L("On this system the window speaks the system's language; choose another there."))
		}
	} else {
		// Fyne asks the environment, and only when translations are added. It is told a
		// language that Fanlight has: of others it would log each sentence as missing.
		// Programs that are started by this one are to have the user's own language again.
		for _, name := range []string{"LC_ALL", "LANGUAGE"} {
			defer restore(name)()
			os.Setenv(name, chosen.Tag())
		}
	}
	now.Store(&chosen)
	return lang.AddTranslationsFS(embed.FS{}, ".")
}

// spoken returns the language of a tag, the empty one for the system's.
func spoken(tag string) translations.Language {
	if tag == "" {
		tags, err := locale.GetLocales()
		if err != nil {
			fyne.LogError("Language of the system not known", err)
		}
		tag = strings.Join(tags, ",")
	}
	return translations.Match(tag)
}

// restore returns a function that gives a variable of the environment its present value.
func restore(name string) func() {
	before, set := os.LookupEnv(name)
	return func() {
		if set {
			os.Setenv(name, before)
		} else {
			os.Unsetenv(name)
		}
	}
}

// languages are those that the window speaks, by their own names.
func languages() []kit.Choice[string] {
	all := []kit.Choice[string]{{Label: lang.L("As the system")}}
	for _, l := range translations.All() {
		all = append(all, kit.Choice[string]{Label: l.Name(), Value: l.Tag()})
	}
	return all
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
