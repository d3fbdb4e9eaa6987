package translations

import (
	"slices"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// Language translates into one language. Its methods may be called from any goroutine.
// The zero value is not valid.
type Language struct{ *spoken }

type spoken struct {
	tag, name string
	localizer *i18n.Localizer
	messages  map[string]*i18n.Message // by key
}

// All returns the languages that can be chosen, English first.
func All() []Language { return slices.Clone(load().languages) }

// English returns the language of log, terminal and programs.
func English() Language { return load().languages[0] }

// Match returns the language that suits the header Accept-Language of a request best:
// English if there is none, or none that is known.
func Match(acceptLanguage string) Language {
	l := load()
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return l.languages[0]
	}
	_, at, confidence := l.matcher.Match(wanted...)
	if confidence == language.No {
		return l.languages[0]
	}
	return l.languages[at]
}

// Tag is the language's BCP 47 tag, "de".
func (l Language) Tag() string { return l.tag }

// Name is what the language calls itself, "Deutsch".
func (l Language) Name() string { return l.name }

// RightToLeft reports whether the language is written so.
func (l Language) RightToLeft() bool {
	script, _ := language.MustParse(l.tag).Script()
	return slices.Contains([]string{"Arab", "Hebr", "Syrc", "Thaa"}, script.String())
}

// Decimal writes a number with at most so many decimals, "7,5" in German. The digits are
// Western ones in every language, as those of whole numbers are in the sentences.
func (l Language) Decimal(x float64, decimals int) string {
	tag := language.MustParse(l.tag + "-u-nu-latn")
	return message.NewPrinter(tag).Sprint(number.Decimal(x, number.MaxFractionDigits(decimals), number.NoSeparator()))
}

// Text translates a sentence. Its key is the sentence in English; data fills in its
// fields, {{.Camera}}. A sentence that the language lacks is in English.
func (l Language) Text(key string, data any) string {
	return l.say(&i18n.LocalizeConfig{DefaultMessage: &i18n.Message{ID: key, Other: key}, TemplateData: data})
}

// Plural translates a sentence that depends on a number.
func (l Language) Plural(key string, n int, data any) string {
	return l.say(&i18n.LocalizeConfig{DefaultMessage: &i18n.Message{ID: key, Other: key}, PluralCount: n, TemplateData: data})
}

// say leaves out the error: it says that the language lacks the sentence, or a form of it,
// which the tests find.
func (l Language) say(c *i18n.LocalizeConfig) string {
	text, _ := l.localizer.Localize(c)
	return text
}

// Forms returns a sentence with its fields left open, by the plural forms of the language;
// one that is not counted has the form "other" only.
func (l Language) Forms(key string) map[string]string {
	m := l.messages[key]
	if m == nil {
		m = English().messages[key]
	}
	if m == nil {
		return map[string]string{"other": key}
	}
	forms := map[string]string{}
	for form, text := range map[string]string{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many, "other": m.Other} {
		if text != "" {
			forms[form] = text
		}
	}
	return forms
}
