package network

import (
	"bytes"
	"io"
	"strings"
)

// boundaryOf returns the boundary parameter of a Content-Type. mime.ParseMediaType
// refuses what some cameras write.
func boundaryOf(contentType string) string {
	for _, parameter := range strings.Split(contentType, ";") {
		key, value, _ := strings.Cut(parameter, "=")
		if strings.EqualFold(strings.TrimSpace(key), "boundary") {
			return strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return ""
}

// boundaryWord removes the leading dashes: servers disagree on whether the parameter
// has them. It returns nil for what cannot be a boundary.
func boundaryWord(boundary string) []byte {
	word := strings.TrimLeft(strings.TrimSpace(boundary), "-")
	strange := func(r rune) bool { return r < ' ' || r > '~' }
	if len(word) > maxBoundary/2 || strings.ContainsFunc(word, strange) {
		return nil
	}
	return []byte(word)
}

// seek skips everything up to and including the next boundary line.
func (p *parts) seek() error {
	for passed := 0; ; {
		if len(p.word) == 0 {
			if err := p.learn(); err != nil {
				return err
			}
		}
		if found, ok := p.find(0); ok {
			p.start += found.after
			if found.last {
				return io.EOF
			}
			return nil
		}
		// Drop what has been searched, except what may be the beginning of the
		// boundary.
		if junk := len(p.window()) - maxBoundary; junk > 0 {
			p.start += junk
			if passed += junk; passed > maxPart {
				return errNoBoundary
			}
		}
		if err := p.more(); err != nil {
			return err
		}
	}
}

// learn takes the boundary from the line after the first picture, where neither the
// Content-Type nor the beginning of the body gave it.
func (p *parts) learn() error {
	if err := p.skipBlank(); err != nil {
		return err
	}
	line, err := p.line()
	if err != nil {
		return err
	}
	if bytes.HasPrefix(line, dashes) {
		p.word = boundaryWord(string(line))
	}
	if len(p.word) == 0 {
		return errNoBoundary
	}
	return nil
}

// delimiter is a boundary line in the window: the offset at which the part before it
// ends, the one at which the next part begins, and whether it is the last.
type delimiter struct {
	at, after int
	last      bool
}

// find searches the window from an offset for a whole boundary line. One that does
// not begin a line needs two dashes: not all servers send a line end after a picture.
func (p *parts) find(from int) (delimiter, bool) {
	w := p.window()
	for len(p.word) > 0 {
		i := bytes.Index(w[from:], p.word)
		if i < 0 {
			break
		}
		i += from
		from = i + 1
		at := i
		for at > 0 && w[at-1] == '-' {
			at--
		}
		if i-at < 2 && at > 0 && w[at-1] != '\n' {
			continue
		}
		rest := w[i+len(p.word):]
		eol := bytes.IndexByte(rest[:min(len(rest), maxBoundary)], '\n')
		if eol < 0 {
			continue
		}
		tail := string(bytes.TrimSpace(rest[:eol]))
		if tail != "" && tail != "--" {
			continue
		}
		return delimiter{
			at:    len(trimLineEnd(w[:at])),
			after: i + len(p.word) + eol + 1,
			last:  tail == "--",
		}, true
	}
	return delimiter{}, false
}

func trimLineEnd(b []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r"))
}
