package lettering

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	// mostLetters bounds the work that a text can cause. A card has room for fewer.
	mostLetters = 1000
	// mostMarks is how many combining marks in a row are drawn. No language needs more.
	mostMarks = 6

	ellipsis   = "…"
	joiner     = '\u200D'         // joins emoji, and letters of Indian scripts
	nonJoiner  = '\u200C'         // keeps Persian letters apart
	mostToRead = 80 * mostLetters // bytes
)

// OneLine returns a text without what cannot be drawn on a line: white space of any kind
// becomes single spaces, and what cannot be seen is left out, marks that turn the
// direction of writing among it. A very long text is cut.
func OneLine(text string) string {
	if len(text) > mostToRead {
		end := mostToRead
		for end > mostToRead-utf8.UTFMax && !utf8.RuneStart(text[end]) {
			end--
		}
		text = text[:end]
	}
	text = strings.ToValidUTF8(text, "\uFFFD")
	var line strings.Builder
	letters, marks, space := 0, 0, false
	for _, r := range norm.NFC.String(text) {
		switch {
		case unicode.IsSpace(r):
			space = letters > 0
			continue
		case !unicode.IsGraphic(r) && r != joiner && r != nonJoiner:
			continue
		case unicode.IsMark(r):
			if marks++; marks > mostMarks {
				continue
			}
		default:
			marks = 0
		}
		if letters == mostLetters {
			line.WriteString(ellipsis)
			break
		}
		if space {
			line.WriteByte(' ')
			space = false
		}
		line.WriteRune(r)
		letters++
	}
	return line.String()
}
