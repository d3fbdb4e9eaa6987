// Package filename names files with a camera's pictures. web calls it for those that a
// browser saves, app for those that the window saves. It imports the standard library alone.
package filename

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
)

// longest is that of a camera's name in a file's, in characters: file systems take 255
// bytes in all.
const longest = 50

// Picture is the name of a JPEG file: the camera's name and the time in this machine's
// time zone.
func Picture(camera string, taken time.Time) string { return named(camera, taken) + ".jpg" }

// Recording is the name of a Matroska file: the camera's name and the time of its first
// picture. It tries for a name that is free: number is 1, and more after names were taken.
func Recording(camera string, begun time.Time, number int) string {
	if number > 1 {
		return fmt.Sprintf("%s (%d).mkv", named(camera, begun), number)
	}
	return named(camera, begun) + ".mkv"
}

// recorded is what names of recordings are like. Browsers give a " (1)" to a second copy of a
// file, which is the user's.
var recorded = regexp.MustCompile(`^.+ (\d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d)(?: \((?:[2-9]|[1-9]\d{1,8})\))?\.mkv$`)

// Recorded reads when a recording was begun from its name, and reports whether it is one that
// Recording gives.
func Recorded(name string) (begun time.Time, ok bool) {
	found := recorded.FindStringSubmatch(name)
	if found == nil {
		return time.Time{}, false
	}
	begun, err := time.ParseInLocation("2006-01-02 15.04.05", found[1], time.Local)
	return begun, err == nil
}

func named(camera string, at time.Time) string {
	return clean(camera) + at.Local().Format(" 2006-01-02 15.04.05")
}

// clean makes a part of a file name of any text: without what Windows, macOS or Linux
// do not allow in one.
func clean(text string) string {
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
	if runes := []rune(clean); len(runes) > longest {
		clean = string(runes[:longest])
	}
	if clean = strings.Trim(clean, " ."); clean == "" {
		return "Camera"
	}
	return clean
}
