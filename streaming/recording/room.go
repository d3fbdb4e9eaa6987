package recording

import "fmt"

// fullError is the error for a disk that has too little room left. Its text is a sentence
// for the user.
type fullError struct {
	dir  string
	free uint64 // bytes
}

func (e *fullError) Error() string {
	return fmt.Sprintf("the disk of %s has only %d MB left, so nothing more is recorded; make room, or choose another folder", e.dir, e.free>>20)
}

// enoughRoom returns a fullError if the disk is nearly full, or will be with so many bytes more.
// Where the room is not known, it is enough.
func enoughRoom(dir string, more int) error {
	if free, known := free(dir); known && free < leastFree+uint64(more) {
		return &fullError{dir, free}
	}
	return nil
}
