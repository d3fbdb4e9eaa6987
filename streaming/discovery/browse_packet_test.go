package discovery

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// isHidden tells whether a rune has no place in a text that is shown.
func isHidden(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && !isJoiner(r) }

func TestClean(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Front\x00door\r\n", "Front door"},
		{"gpj.\u202etnorF", "gpj.tnorF"},                     // RIGHT-TO-LEFT OVERRIDE
		{"\u2067a\u2069\u200b\ufeff\u00ad\U000e0041b", "ab"}, // isolates, ZERO WIDTH SPACE, BOM, SOFT HYPHEN, a tag
		{"👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"},               // a family
		{"می\u200cخواهم", "می\u200cخواهم"},                   // a Persian word
		{" \u200d \u200c", ""},
		{strings.Repeat("a", maxLabel-4) + " \u200db", strings.Repeat("a", maxLabel-4)}, // cut behind a joiner
	} {
		if got := clean(c.text, maxLabel); got != c.want {
			t.Errorf("clean(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func FuzzUnescaped(f *testing.F) {
	f.Add("Küche. (1) \\ 🎥")
	f.Add("\u202e\u200d evil \u2066\u200d")
	f.Fuzz(func(t *testing.T, label string) {
		if got := unescaped(escape(label)); got != label {
			t.Errorf("%q became %q", label, got)
		}
		if got := clean(label, maxLabel); len(got) > maxLabel || !utf8.ValidString(got) || clean(got, maxLabel) != got || strings.ContainsFunc(got, isHidden) {
			t.Errorf("%q cleaned is %q", label, got)
		}
		unescaped(label)
	})
}
