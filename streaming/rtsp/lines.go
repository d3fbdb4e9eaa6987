package rtsp

import (
	"bytes"
	"log/slog"
	"strings"

	"fanlight/drivers/secrets"
)

const (
	// Of each ffmpeg so many lines are logged, and so many bytes of each.
	mostLines   = 20
	longestLine = 4096
)

// lines logs what ffmpeg says of its troubles. It is for one goroutine.
type lines struct {
	log  *slog.Logger
	line []byte
	all  int
	last string // fit to be shown
}

func (l *lines) Write(b []byte) (int, error) {
	eachLine(&l.line, b, func(line string) {
		l.last = secrets.Hide(line)
		if l.all++; l.all <= mostLines {
			l.log.Warn("ffmpeg", "line", l.last)
		}
	})
	return len(b), nil
}

// eachLine calls take for each whole line, the rest of which before is in kept.
func eachLine(kept *[]byte, b []byte, take func(line string)) {
	for {
		end := bytes.IndexAny(b, "\r\n")
		if end < 0 {
			*kept = append(*kept, b[:min(len(b), longestLine-len(*kept))]...)
			return
		}
		line := append(*kept, b[:end]...)
		*kept, b = nil, b[end+1:]
		if text := strings.TrimSpace(strings.ToValidUTF8(string(line[:min(len(line), longestLine)]), "")); text != "" {
			take(text)
		}
	}
}
