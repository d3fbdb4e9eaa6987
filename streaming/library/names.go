package library

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestName is the most bytes of a file's name, its ending among them, on all systems.
const longestName = 255

// checkName returns an error unless a name is one of a file in the folder that may be a
// recording.
func checkName(name string) error {
	if !filepath.IsLocal(name) || strings.ContainsAny(name, `/\`) || strings.HasPrefix(name, ".") ||
		!strings.EqualFold(filepath.Ext(name), extension) {
		return errGone
	}
	return nil
}

// reserved are names that Windows gives to devices, whatever their ending, and spaces before it.
var reserved = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\.|$)`)

// nameOf makes the name of a file of what a user has typed, with an ending. It refuses, in
// words, what some system does not allow.
func nameOf(typed, ending string) (string, error) {
	name := strings.TrimSpace(typed)
	if typed := filepath.Ext(name); strings.EqualFold(typed, ending) { // of another length, maybe
		name = strings.TrimSpace(strings.TrimSuffix(name, typed))
	}
	unprintable := func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }
	switch {
	case name == "":
		return "", errors.New("the recording needs a name; type one")
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unprintable):
		return "", errors.New("the name must be one line of text")
	case strings.ContainsAny(name, `/\:*?"<>|`):
		return "", errors.New(`the name must have none of / \ : * ? " < > |`)
	case strings.HasPrefix(name, ".") || strings.HasSuffix(name, "."):
		return "", errors.New("the name must not begin or end with a dot")
	case reserved.MatchString(name):
		return "", fmt.Errorf("the name %s is kept by Windows for itself; choose another one", name)
	case len(name)+len(ending) > longestName:
		return "", errors.New("the name is too long; use at most 80 letters")
	}
	return name + ending, nil
}
