package network

import (
	"bytes"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// partHeader has the fields of a part's header that are used.
type partHeader struct {
	length  int // in bytes; 0 where it is absent or makes no sense
	taken   time.Time
	through string
}

// header reads the header lines and the empty line after them. An empty line before
// them is skipped.
func (p *parts) header() (partHeader, error) {
	var header partHeader
	if err := p.skipBlank(); err != nil {
		return header, err
	}
	for size := 0; ; {
		if err := p.fill(len(soi)); err != nil {
			return header, err
		}
		if bytes.HasPrefix(p.window(), soi) {
			return header, nil // no header at all, or no empty line behind it
		}
		line, err := p.line()
		if err != nil {
			return header, err
		}
		p.start += len(line)
		if size += len(line); size > maxPartHeader {
			return header, errNoBoundary
		}
		text := strings.TrimSpace(string(line))
		if text == "" {
			return header, nil
		}
		key, value, _ := strings.Cut(text, ":")
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "content-length":
			if n, err := strconv.Atoi(value); err == nil && n > 0 {
				header.length = n
			}
		case "x-timestamp":
			header.taken = takenAt(value, time.Now())
		case "x-through":
			header.through = marksIn(value)
		}
	}
}

// isHeaderLine reports whether a line reads like "Content-Type: image/jpeg".
func isHeaderLine(line []byte) bool {
	key, _, found := bytes.Cut(line, []byte(":"))
	return found && len(key) > 0 && !bytes.ContainsFunc(key, func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z')
	})
}

const (
	// oldest and skew bound the times that are accepted from a source. Beyond them
	// its clock is wrong, or counts from another moment: mjpg-streamer sends the
	// uptime of the kernel.
	oldest = time.Hour
	skew   = time.Second
)

// marksIn reads an X-Through. It returns nothing unless all words consist of letters
// and digits.
func marksIn(value string) string {
	strange := func(r rune) bool { return (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z') }
	words := strings.Fields(value)
	if len(value) > longestMarks || slices.ContainsFunc(words, func(w string) bool { return strings.ContainsFunc(w, strange) }) {
		return ""
	}
	return strings.Join(words, " ")
}

// takenAt reads an X-Timestamp, seconds since 1970 with a fraction. It returns zero,
// which stands for now, unless the time is at most an hour old. A time up to a second
// ahead, of a clock that is fast, is replaced by now.
func takenAt(stamp string, now time.Time) time.Time {
	seconds, err := strconv.ParseFloat(stamp, 64)
	if err != nil || !(math.Abs(seconds) < math.MaxInt32*2) {
		return time.Time{}
	}
	whole, fraction := math.Modf(seconds)
	taken := time.Unix(int64(whole), int64(math.Round(fraction*1e6))*1000)
	switch age := now.Sub(taken); {
	case age > oldest || age < -skew:
		return time.Time{}
	case age < 0:
		return now
	}
	return taken
}
