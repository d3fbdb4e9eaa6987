package discovery

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxLabel is the length of a DNS label in bytes (RFC 1035 section 2.3.4).
const maxLabel = 63

// NameOn returns a stream's default name, "CAMERA on MACHINE". If that is longer than a name on the network may be,
// it shortens the camera's part: the machine's tells the stream from one that is passed on, or from another machine
// with the same camera.
func NameOn(camera, machine string) string {
	on := " on " + machine
	if len(camera)+len(on) <= maxLabel {
		return camera + on
	}
	const more = "…"
	return strings.TrimSpace(cut(camera, max(0, maxLabel-len(on)-len(more)))) + more + on
}

// instanceLabel makes name fit for a service instance name: valid UTF-8 without control characters (RFC 6763
// section 4.1.1), at most 63 bytes.
func instanceLabel(name string) (string, error) {
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r // a byte that is no UTF-8 arrives here as U+FFFD
	}, name)
	name = strings.TrimSpace(cut(strings.TrimSpace(name), maxLabel))
	if name == "" {
		return "", errors.New("cannot announce a stream without a name: give it one")
	}
	return name, nil
}

// cut shortens s to at most size bytes without splitting a rune.
func cut(s string, size int) string {
	if len(s) <= size {
		return s
	}
	for size > 0 && !utf8.RuneStart(s[size]) {
		size--
	}
	return s[:size]
}

// escape writes a label in presentation form (RFC 6763 section 4.3), to the letter as miekg/dns does when it reads
// the label from the wire, so that the two compare equal.
func escape(label string) string {
	var b strings.Builder
	for i := range len(label) {
		switch c := label[i]; {
		case c < ' ' || c > '~':
			fmt.Fprintf(&b, `\%03d`, c)
		case strings.IndexByte(`.();@"\ `, c) >= 0:
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
