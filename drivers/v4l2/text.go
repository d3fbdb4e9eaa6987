//go:build linux

package v4l2

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
)

// text returns a name of the kernel's, which ends in a zero byte.
func text(name []byte) string {
	name, _, _ = bytes.Cut(name, []byte{0})
	return oneLine(string(name))
}

// escapeSequence colours a terminal's text, moves its cursor and the like.
var escapeSequence = regexp.MustCompile("\x1b\\[[0-?]*[ -/]*[@-~]")

// oneLine makes a name fit for a line of a terminal, whatever bytes a device gave: it is
// UTF-8, without control characters, escape sequences or signs that turn the direction of
// writing, and without blanks around it.
func oneLine(name string) string {
	name = escapeSequence.ReplaceAllString(strings.ToValidUTF8(name, "\uFFFD"), "")
	name = strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return ' '
	}, name)
	return strings.Join(strings.Fields(name), " ")
}
