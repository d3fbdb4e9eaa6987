package newest

import (
	"errors"
	"io"
	"testing"

	"fanlight/drivers/caught"
	"fanlight/drivers/jpegs"
)

func TestSourceThatFailsEndsWithItsLastPictureAndTheError(t *testing.T) {
	for name, fail := range map[string]func() error{
		"an error": func() error { return io.ErrUnexpectedEOF },
		"a panic":  func() error { panic(io.ErrUnexpectedEOF) },
	} {
		source := func(yield func(jpegs.Picture, error) bool) {
			if yield(jpegs.Picture{JPEG: []byte("last")}, nil) {
				yield(jpegs.Picture{}, fail())
			}
		}
		stopped, pictures := 0, 0
		var failures []error
		for picture, err := range Of(source, func() { stopped++ }) {
			if err != nil {
				failures = append(failures, err)
			} else if pictures++; string(picture.JPEG) != "last" {
				t.Errorf("%s: got %q", name, picture.JPEG)
			}
		}
		if pictures != 1 || stopped != 1 || len(failures) != 1 || !errors.Is(failures[0], io.ErrUnexpectedEOF) {
			t.Errorf("%s: %d pictures, stopped %d times, %v", name, pictures, stopped, failures)
		}
		var fault *caught.Fault
		if panicked := name == "a panic"; errors.As(failures[0], &fault) != panicked {
			t.Errorf("%s: %T", name, failures[0])
		}
	}
}
