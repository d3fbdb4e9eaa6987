package ui

import (
	"embed"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"github.com/jeandeaual/go-locale"

	"fanlight/assets/translations"
)

// variants are the tags under which Fyne has its own words. It looks up a sentence under
// the tag that suits the user best, and nowhere else, so Fanlight's must be there too.
var variants = map[string][]string{"pt": {"pt", "pt-BR"}, "zh": {"zh", "zh-Hans"}}

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

// SetLanguage sets the language of what is drawn from now on: a tag of package
// translations, or the empty one for the system's. It must be called on the UI goroutine,
// or before the window is made. A window that is open is drawn anew by [Window.Speak].
func SetLanguage(tag string) error {
	if err := addTranslations(); err != nil {
		return err
	}
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		if tag != "" {
			return errors.New(lang.L("On this system the window speaks the system's language; choose another there."))
		}
	} else {
		// Fyne asks the environment, and only when translations are added. It is told a
		// language that Fanlight has: of others it would log each sentence as missing.
		// Programs that are started by this one are to have the user's own language again.
		tag := spoken(tag).Tag()
		for _, name := range []string{"LC_ALL", "LANGUAGE"} {
			defer restore(name)()
			os.Setenv(name, tag)
		}
	}
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

// Speak sets the language, see [SetLanguage], and draws the window anew in it. It may be
// called from any goroutine.
func (w *Window) Speak(tag string) {
	w.do(func() {
		if err := SetLanguage(tag); err != nil {
			w.banner.note(err.Error())
			return
		}
		w.setLanguage(tag)
		open := w.general.Panel.Visible()
		w.build()
		if open {
			w.status.program.OnTapped()
		}
		if w.tray != nil {
			w.AddTray()
		}
		w.draw()
	})
}

// setLanguage notes the language for what is said elsewhere than on the UI goroutine.
func (w *Window) setLanguage(tag string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.language = spoken(tag)
}

// inLanguage translates a sentence that another part of the program made, if it is known.
// It may be called from any goroutine.
func (w *Window) inLanguage(sentence string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.language.Sentence(sentence)
}

// told translates a sentence that another part of the program made, if it is known, and
// makes its first letter upper case.
func told(sentence string) string {
	if key, data, known := translations.Known(sentence); known {
		return capital(lang.L(key, data))
	}
	return capital(sentence)
}

// toldEach is told for each line.
func toldEach(lines string) string {
	all := strings.Split(lines, "\n")
	for i, line := range all {
		all[i] = told(line)
	}
	return strings.Join(all, "\n")
}

// toldInside is told for a sentence within another one. In English it keeps its small letter.
func toldInside(sentence string) string {
	if key, data, known := translations.Known(sentence); known {
		if words := lang.L(key, data); !strings.EqualFold(words, sentence) {
			return words
		}
	}
	return sentence
}
