package ui

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2/lang"
)

// Split is when a recording goes on in a new file: after so many bytes or such a time, where
// zero means never. At most one of them is set.
type Split struct {
	Bytes  int64
	Length time.Duration
}

// The bounds of a Split: the least has room for pictures beside the index of a file, and the most
// is more than a disk takes.
const (
	leastSplitBytes  = 2e6
	leastSplitLength = time.Second
	mostSplitBytes   = 1000e12
	mostSplitLength  = 1000 * time.Hour
)

// splitUnits are units of a Split in lower case, with the worth of each.
var splitUnits = map[string]Split{
	"mb": {Bytes: 1e6}, "gb": {Bytes: 1e9}, "tb": {Bytes: 1e12},
	"s": {Length: time.Second}, "sec": {Length: time.Second}, "second": {Length: time.Second}, "seconds": {Length: time.Second},
	"m": {Length: time.Minute}, "min": {Length: time.Minute}, "minute": {Length: time.Minute}, "minutes": {Length: time.Minute},
	"h": {Length: time.Hour}, "hour": {Length: time.Hour}, "hours": {Length: time.Hour},
}

func setSplit(p Preferences, text string) error {
	split, ok := readSplit(text)
	if !ok {
		return errors.New(lang.L("write a time such as 10 min, or a size such as 500 MB"))
	}
	p.SetSplit(split)
	return nil
}

// readSplit reads a time or size as people write it: "10 min", "1.5 GB", or nothing for never.
func readSplit(text string) (Split, bool) {
	text = strings.ToLower(strings.Join(strings.Fields(text), ""))
	if text == "" {
		return Split{}, true
	}
	number := strings.TrimRightFunc(text, func(r rune) bool { return r >= 'a' && r <= 'z' })
	unit, known := splitUnits[text[len(number):]]
	n, err := strconv.ParseFloat(strings.Replace(number, ",", ".", 1), 64)
	if !known || err != nil || math.IsNaN(n) {
		return Split{}, false
	}
	bytes, length := n*float64(unit.Bytes), n*float64(unit.Length)
	return Split{int64(bytes), time.Duration(length)},
		unit.Bytes > 0 && bytes >= leastSplitBytes && bytes <= mostSplitBytes ||
			unit.Length > 0 && length >= float64(leastSplitLength) && length <= float64(mostSplitLength)
}

// splitText is a Split as readSplit reads it.
func splitText(s Split) string {
	written := func(n float64, unit string) string { return strconv.FormatFloat(n, 'f', -1, 64) + " " + unit }
	switch {
	case s.Bytes >= 1e9 && s.Bytes%1e8 == 0:
		return written(float64(s.Bytes)/1e9, "GB")
	case s.Bytes > 0:
		return written(float64(s.Bytes)/1e6, "MB")
	case s.Length >= time.Hour && s.Length%time.Hour == 0:
		return written(s.Length.Hours(), "h")
	case s.Length >= time.Minute && s.Length%time.Minute == 0:
		return written(s.Length.Minutes(), "min")
	case s.Length > 0:
		return written(s.Length.Seconds(), "s")
	}
	return ""
}
