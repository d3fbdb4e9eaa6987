package process

import (
	"bytes"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"fanlight/drivers/caught"
	"fanlight/drivers/secrets"
)

const (
	maxLines     = 20
	maxLine      = 200 // bytes of a line that are shown: 4 KB of all
	linesASecond = 10  // that are logged
	ellipsis     = "…"
)

// lastLines keeps the last lines that a program writes to its standard error, and logs up
// to linesASecond of them. Its memory is bounded however much is written. The lines that
// it returns and logs have no control characters, no secrets and a bounded length.
// Methods may be called from any goroutine.
type lastLines struct {
	log *slog.Logger // nil logs nothing

	mu     sync.Mutex
	lines  [][]byte
	line   []byte // the line that has not ended yet
	second time.Time
	logged int // lines in that second
	fault  error
}

// Write never fails. It is called by a goroutine of package exec.
func (l *lastLines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fault == nil {
		l.fault = caught.Do(func() error { l.add(p); return nil })
	}
	return len(p), nil
}

// add takes a part of what the program writes. A line ends with "\n" or "\r", as
// progress lines do.
func (l *lastLines) add(p []byte) {
	for rest := p; len(rest) > 0; {
		end := bytes.IndexAny(rest, "\r\n")
		if end < 0 {
			l.extend(rest)
			break
		}
		l.extend(rest[:end])
		l.endLine()
		rest = rest[end+1:]
	}
}

// extend appends to the current line. It keeps more than is shown, because secrets are
// found by the text around them.
func (l *lastLines) extend(p []byte) {
	l.line = append(l.line, p[:min(len(p), 4*maxLine-len(l.line))]...)
}

func (l *lastLines) endLine() {
	line := l.line
	if len(bytes.TrimSpace(line)) == 0 {
		l.line = line[:0]
		return
	}
	l.line = nil
	if len(l.lines) == maxLines {
		l.line = l.lines[0][:0]
		l.lines = slices.Delete(l.lines, 0, 1)
	}
	l.lines = append(l.lines, line)
	l.tell(line)
}

func (l *lastLines) tell(line []byte) {
	if now := time.Now(); now.Sub(l.second) >= time.Second {
		l.second, l.logged = now, 0
	}
	if l.logged++; l.log != nil && l.logged <= linesASecond {
		l.log.Debug("standard error", "line", readable(line))
	}
}

// all returns the lines, newest last, including one that has not ended, and the fault
// that they met, after which there are no more.
func (l *lastLines) all() (lines []string, fault error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, line := range append(slices.Clone(l.lines), l.line) {
		if text := readable(line); text != "" {
			lines = append(lines, text)
		}
	}
	return lines, l.fault
}

// escapes matches a terminal's control sequences, such as colours (ECMA-48 5.4).
var escapes = regexp.MustCompile(`\x1b\[[0-?]*[ -/]*[@-~]`)

// readable returns a line fit for a sentence or a log.
func readable(line []byte) string {
	text := strings.ToValidUTF8(string(escapes.ReplaceAll(line, nil)), "\uFFFD")
	text = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text)
	text = strings.TrimSpace(secrets.Hide(text))
	if len(text) > maxLine {
		text = strings.ToValidUTF8(text[:maxLine-len(ellipsis)], "") + ellipsis
	}
	return text
}
