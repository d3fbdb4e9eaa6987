package ui

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"testing"
)

// plain is a JPEG picture of one colour.
func plain(t testing.TB, width, height int, c color.Color) []byte {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(picture, picture.Rect, image.NewUniform(c), image.Point{}, draw.Src)
	var encoded bytes.Buffer
	if err := jpeg.Encode(&encoded, picture, nil); err != nil {
		t.Fatal(err)
	}
	return encoded.Bytes()
}

// off allows for what JPEG loses.
func off(got, want uint8) bool { return int(got)-int(want) > 4 || int(want)-int(got) > 4 }

// claiming changes the size that the frame header (SOF0) of a JPEG states.
func claiming(t *testing.T, picture []byte, width, height uint16) []byte {
	t.Helper()
	changed := bytes.Clone(picture)
	at := bytes.Index(changed, []byte{0xff, 0xc0})
	if at < 0 {
		t.Fatal("no SOF0 marker")
	}
	binary.BigEndian.PutUint16(changed[at+5:], height)
	binary.BigEndian.PutUint16(changed[at+7:], width)
	return changed
}

// decode is a [Decode] of the standard library, for pictures of one colour: of a
// size divided by 1, 2, 4 or 8, which is the smallest that fills the place but for a
// tenth.
func decode(picture []byte, place image.Point, into *image.RGBA) (*image.RGBA, error) {
	header, err := jpeg.DecodeConfig(bytes.NewReader(picture))
	if err != nil {
		return nil, err
	}
	if header.Width*header.Height > 1<<22 {
		return nil, errors.New("too large for a test")
	}
	decoded, err := jpeg.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, err
	}
	bounds := decoded.Bounds()
	for range 3 {
		half := image.Rect(0, 0, bounds.Dx()/2, bounds.Dy()/2)
		if place == (image.Point{}) || 11*half.Dx() < 10*place.X && 11*half.Dy() < 10*place.Y {
			break
		}
		bounds = half
	}
	if into == nil || into.Rect != bounds {
		into = image.NewRGBA(bounds)
	}
	draw.Draw(into, bounds, image.NewUniform(decoded.At(0, 0)), image.Point{}, draw.Src)
	return into, nil
}
