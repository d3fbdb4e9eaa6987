package ui

import (
	"strings"

	"fyne.io/fyne/v2/lang"

	"fanlight/assets/translations"
)

// Other parts of the program make their sentences in English, which the log has too. The
// window translates those that package translations knows.

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

// translated translates a sentence that another part of the program made, if it is known,
// on any goroutine.
func translated(sentence string) string {
	if language := now.Load(); language != nil {
		return language.Sentence(sentence)
	}
	return sentence
}
