package main

import (
	"bytes"
	"image/jpeg"
	"slices"
	"testing"
	"time"

	"fanlight/assets"
	"fanlight/drivers/jpegs"
	"fanlight/drivers/pixels"
	"fanlight/streaming"
)

// The fields of an analogue card's picture become one, also where nobody wants it turned;
// all other pictures pass through as they are.
func TestLensMakesOnePictureOfFields(t *testing.T) {
	picture := assets.Emulated()[0]
	field := func(polarity byte) []byte {
		avi1 := slices.Concat([]byte{0xFF, 0xE0, 0, 16}, []byte("AVI1"), []byte{polarity}, make([]byte, 9))
		return slices.Concat(picture[:2], avi1, picture[2:])
	}
	for _, test := range []struct {
		name          string
		picture       []byte
		look          pixels.Look
		width, height int // zero for a picture that is left as it is
	}{
		{"fields", slices.Concat(field(1), field(2)), pixels.Look{}, 1280, 1440},
		{"fields, turned", slices.Concat(field(2), field(1)), pixels.Look{Rotate: 90}, 1440, 1280},
		{"no fields", picture, pixels.Look{}, 0, 0},
	} {
		whole, info, err := jpegs.Mend(test.picture)
		if err != nil {
			t.Fatal(err)
		}
		l := lens{encoded: func(time.Duration) {}}
		l.set(test.look, 0)
		turned, err := l.turn(streaming.Picture{JPEG: whole, Info: info})
		l.close()
		if err != nil || (turned == nil) != (test.width == 0) {
			t.Errorf("%s: %d bytes, %v", test.name, len(turned), err)
		}
		if turned == nil {
			continue
		}
		if size, err := jpeg.DecodeConfig(bytes.NewReader(turned)); err != nil || size.Width != test.width || size.Height != test.height {
			t.Errorf("%s: %+v, %v", test.name, size, err)
		}
	}
}
