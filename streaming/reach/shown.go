package reach

import (
	"strings"
	"unicode"
)

// Shown returns text from the network fit to be shown: one line of at most most
// characters, without spaces at its ends, control characters and invisible ones such as a
// right-to-left override.
func Shown(text string, most int) string {
	var kept []rune
	for _, r := range text {
		if len(kept) < most && r != unicode.ReplacementChar && unicode.IsPrint(r) {
			kept = append(kept, r)
		}
	}
	return strings.TrimSpace(string(kept))
}
