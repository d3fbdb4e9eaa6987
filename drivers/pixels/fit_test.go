package pixels

import (
	"bytes"
	"image"
	"image/jpeg"
	"testing"

	"fanlight/drivers/jpegs"
)

func TestFit(t *testing.T) {
	for _, c := range []struct{ have, want image.Point }{
		{image.Pt(64, 48), image.Pt(64, 48)},
		{image.Pt(642, 362), image.Pt(640, 360)},
		{image.Pt(5, 3), image.Pt(8, 8)},
		{image.Pt(2592, 1944), image.Pt(2040, 1528)},
		{image.Pt(100, 3000), image.Pt(64, 2040)},
		{image.Pt(1, 3000), image.Pt(8, 2040)},
	} {
		picture := image.NewGray(image.Rectangle{Max: c.have})
		for i := range picture.Pix {
			picture.Pix[i] = 200
		}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, picture, nil); err != nil {
			t.Fatal(err)
		}
		fitted, err := Fit(b.Bytes(), 2040, 8)
		if err != nil {
			t.Errorf("%v: %v", c.have, err)
			continue
		}
		got, err := jpeg.Decode(bytes.NewReader(fitted))
		if err != nil {
			t.Fatal(err)
		}
		if _, isColour := got.(*image.YCbCr); !isColour || got.Bounds().Size() != c.want {
			t.Errorf("%v became %T of %v, want %v", c.have, got, got.Bounds().Size(), c.want)
		}
		last := got.Bounds().Max.Sub(image.Pt(1, 1))
		for _, at := range []image.Point{{}, last} {
			if r, g, b, _ := got.At(at.X, at.Y).RGBA(); r>>8 < 190 || r>>8 > 210 || g>>8 < 190 || g>>8 > 210 || b>>8 < 190 || b>>8 > 210 {
				t.Errorf("%v: %d %d %d at %v, want 200", c.have, r>>8, g>>8, b>>8, at)
			}
		}
	}
}

func TestFitAndRecodeRefuse(t *testing.T) {
	for _, picture := range [][]byte{nil, []byte("<html>"), {0xFF, 0xD8, 0xFF, 0xD9}} {
		if _, err := Fit(picture, 2040, 8); err == nil {
			t.Errorf("%q is fitted", picture)
		}
		if _, err := Recode(picture); err == nil {
			t.Errorf("%q is recoded", picture)
		}
	}
}

func TestRecodeMakesStandardTables(t *testing.T) {
	picture := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for i := range picture.Pix {
		picture.Pix[i] = byte(i)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, nil); err != nil {
		t.Fatal(err)
	}
	recoded, err := Recode(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	_, info, err := jpegs.Mend(recoded)
	want, wantErr := jpeg.Decode(&b)
	got, gotErr := jpeg.Decode(bytes.NewReader(recoded))
	if err != nil || wantErr != nil || gotErr != nil || info.Width != 64 || !bytes.Equal(got.(*image.YCbCr).Y, want.(*image.YCbCr).Y) {
		t.Errorf("another picture: %v, %v, %v, %+v", err, wantErr, gotErr, info)
	}
}
