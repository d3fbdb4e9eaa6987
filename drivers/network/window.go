package network

import (
	"bytes"
	"io"
)

// line returns the line that the window begins with, including its end, and does not
// consume it.
func (p *parts) line() ([]byte, error) {
	for {
		if eol := bytes.IndexByte(p.window(), '\n'); eol >= 0 {
			return p.window()[:eol+1], nil
		}
		if len(p.window()) > maxPartHeader {
			return nil, errNoBoundary
		}
		if err := p.more(); err != nil {
			return nil, err
		}
	}
}

// skipBlank skips empty lines, and reads until two bytes follow.
func (p *parts) skipBlank() error {
	for {
		if err := p.fill(len(soi)); err != nil {
			return err
		}
		if c := p.window()[0]; c != '\r' && c != '\n' {
			return nil
		}
		p.start++
	}
}

func (p *parts) window() []byte { return p.buf[p.start:p.end] }

// fill reads until the window has n bytes.
func (p *parts) fill(n int) error {
	for len(p.window()) < n {
		if err := p.more(); err != nil {
			return err
		}
	}
	return nil
}

// more reads more bytes. It may move the window, so that slices of it become invalid.
func (p *parts) more() error {
	const step = 64 << 10
	if len(p.window()) > maxPart+maxPartHeader {
		return errPartTooLarge
	}
	if len(p.buf)-p.end < step/2 {
		whole := p.buf
		if len(p.window()) > len(p.buf)/2 || len(p.buf) == 0 {
			whole = make([]byte, 2*len(p.buf)+step)
		}
		p.end = copy(whole, p.window())
		p.start, p.buf = 0, whole
	}
	n, err := io.ReadAtLeast(p.body, p.buf[p.end:], 1)
	p.end += n
	return err
}
