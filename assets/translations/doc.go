// Package translations has what Fanlight says to people in their languages: one JSON file
// a language, in the format of go-i18n as Fyne's package lang reads it. The key of a
// sentence is the sentence in English, so en.json has only what is counted.
//
// The window adds the files to Fyne ([Files]) and translates with lang.L and lang.N. The
// viewer page and the cards speak the language of each viewer: see [Match] and [Language].
// Packages ui, streaming/web and app import it; it imports neither Fyne nor another
// package of Fanlight.
package translations
