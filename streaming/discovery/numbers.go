package discovery

import (
	"fmt"
	"regexp"
	"strconv"
)

// mostNumbers bounds the numbers behind a name, for a network on which somebody claims
// every one: then the plain name has its turn again.
const mostNumbers = 99

var (
	numberBehind     = regexp.MustCompile(`^(.+?)(?: \(([0-9]{1,2})\))+$`)
	hostNumberBehind = regexp.MustCompile(`^(.+)-([0-9]{1,2})$`)
)

// numbered is the name to probe for after number-1 names were taken: "Name", "Name (2)",
// "Name (3)". One that has a number already goes on from there, and gets no second one; a year is no number.
func numbered(label string, number int) string {
	return renumbered(label, numberBehind, " (%d)", number)
}

// numberedHost does the same for a host name, as avahi-daemon does: "lamp-2".
func numberedHost(label string, number int) string {
	return renumbered(label, hostNumberBehind, "-%d", number)
}

func renumbered(label string, behind *regexp.Regexp, suffix string, number int) string {
	number = (number-1)%mostNumbers + 1
	if number == 1 {
		return label
	}
	if parts := behind.FindStringSubmatch(label); parts != nil {
		before, _ := strconv.Atoi(parts[2]) // digits
		label, number = parts[1], before+number-1
	}
	suffix = fmt.Sprintf(suffix, number)
	return cut(label, maxLabel-len(suffix)) + suffix
}
