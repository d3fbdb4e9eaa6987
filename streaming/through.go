package streaming

import (
	"errors"
	"slices"
	"strings"
)

// Two Fanlights that watch each other would pass the same pictures round for ever.
// So each picture says which programs it came through: every one puts its mark behind
// those of the others, and takes no picture that has its own mark already.

// mostMarks is how many programs a picture may have come through.
const mostMarks = 16

var (
	errComesBack  = errors.New("this stream shows what is shared here, so the pictures would go round for ever. Choose another camera here, or there")
	errFarFetched = errors.New("this stream has come through too many Fanlights, one behind the other: watch the one that has the camera")
)

// takes tells why a picture is not to be passed on; nil if it is.
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

// marked puts the source's mark behind those of a picture.
func (s Source) marked(p Picture) Picture {
	if p.Through == "" {
		p.Through = s.Mark
	} else {
		p.Through = strings.TrimSpace(p.Through + " " + s.Mark)
	}
	return p
}
