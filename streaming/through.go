package streaming

import (
	"errors"
	"slices"
	"strings"
)

// Two Fanlights that watch each other would pass the same pictures round in a loop.
// So each picture lists the programs that it came through: each appends its mark, and
// refuses a picture that has its own mark already.

// mostMarks is how many programs a picture may come through.
const mostMarks = 16

var (
	errComesBack  = errors.New("this stream shows what is shared here, so the pictures would go round in a loop. Choose another camera here or there")
	errFarFetched = errors.New("this stream came through too many Fanlights in a row. Watch the one that has the camera")
)

// takes returns an error if a picture must not be passed on.
func (s Source) takes(p Picture) error {
	marks := strings.Fields(p.Through)
	switch {
	case slices.Contains(marks, s.Mark):
		return errComesBack
	case len(marks) >= mostMarks:
		return errFarFetched
	}
	return nil
}

// marked returns the picture with the source's mark appended.
func (s Source) marked(p Picture) Picture {
	if p.Through == "" {
		p.Through = s.Mark
	} else {
		p.Through = strings.TrimSpace(p.Through + " " + s.Mark)
	}
	return p
}
