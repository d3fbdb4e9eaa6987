package reach

import (
	"strings"
	"unicode"
)

// Shown makes text from the network fit to be shown: one line of at most so many
// characters, without spaces at its ends, control characters or invisible ones such as
// a right-to-left override.
func Shown(text string, most int) string {
	var kept []rune
	for _, r := range text {
		if len(kept) < most && r != unicode.ReplacementChar && unicode.IsPrint(r) {
			kept = append(kept, r)
		}
	}
	return strings.TrimSpace(string(kept))
}
