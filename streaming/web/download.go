package web

import (
	"mime"
	"strings"
	"time"
	"unicode"
)

// longestFileName is the limit of a camera's name in a file name, in characters: file
// systems allow 255 bytes in all.
const longestFileName = 50

// attachment returns the Content-Disposition (RFC 6266) for saving a picture under the
// camera's name and its time in this machine's time zone. mime writes a name beyond
// ASCII as filename*, which every browser understands.
func attachment(camera string, taken time.Time) string {
	name := fileName(camera) + taken.Local().Format(" 2006-01-02 15.04.05") + ".jpg"
	return mime.FormatMediaType("attachment", map[string]string{"filename": name})
}

// fileName returns the text as part of a file name, without characters that Windows,
// macOS or Linux do not allow.
func fileName(text string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`/\:*?"<>|`, r):
			return '-'
		case r == unicode.ReplacementChar || !unicode.IsPrint(r):
			return -1
		default:
			return r
		}
	}, text)
	if runes := []rune(clean); len(runes) > longestFileName {
		clean = string(runes[:longestFileName])
	}
	if clean = strings.Trim(clean, " ."); clean == "" {
		return "Camera"
	}
	return clean
}
