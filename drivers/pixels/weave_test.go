package pixels

import (
	"bytes"
	"image"
	"image/color"
	"testing"

	"fanlight/drivers/jpegs"
	"fanlight/drivers/pixels/turbo"
)

// halved is a picture whose fields have a colour each, as an analogue card sends it: the
// field with the first line, which is red, comes first or last.
func halved(t *testing.T, width, height int, s turbo.Sampling, lowerFirst bool) []byte {
	t.Helper()
	field := func(c color.RGBA, polarity byte) []byte {
		var p turbo.Planes
		pix := bytes.Repeat([]byte{c.R, c.G, c.B}, width*height)
		if err := p.FromPixels(pix, turbo.RGB, image.Pt(width, height), width*3, s); err != nil {
			t.Fatal(err)
		}
		file, err := p.Encode(95)
		if err != nil {
			t.Fatal(err)
		}
		segment := append([]byte{0xFF, 0xE0, 0, 16}, "AVI1"...)
		segment = append(segment, polarity, 0, 0, 0, 0, 0, 0, 0, 0, 0)
		return append(append(bytes.Clone(file[:2]), segment...), file[2:]...)
	}
	upper, lower := field(quarters[0], 1), field(quarters[2], 2)
	if lowerFirst {
		upper, lower = lower, upper
	}
	return bytes.Join([][]byte{upper, lower}, []byte{0, 0, 0})
}

// Analogue cards send the odd and the even lines one behind the other.
func TestFieldsBecomeOnePicture(t *testing.T) {
	for name, sampling := range map[string]turbo.Sampling{"4:4:4": turbo.Sampled444, "4:2:2": turbo.Sampled422, "4:2:0": turbo.Sampled420} {
		for _, height := range []int{24, 25} {
			for _, lowerFirst := range []bool{false, true} {
				whole, info, err := jpegs.Mend(halved(t, 64, height, sampling, lowerFirst))
				if err != nil || info.Height != 2*height || info.Second == 0 {
					t.Fatalf("%+v, %v", info, err)
				}
				woven, err := Weave(whole, info, 100)
				if err != nil {
					t.Fatal(err)
				}
				picture := decoded(t, woven)
				if size := picture.Bounds().Size(); size != image.Pt(64, 2*height) {
					t.Errorf("%s: %v", name, size)
				}
				for y := range 4 {
					// Only the brightness of lines is told apart where two share their colours.
					want, got := grey(quarters[y%2*2]), color.GrayModel.Convert(picture.At(30, y+8)).(color.Gray).Y
					if int(got)-int(want) > 12 || int(want)-int(got) > 12 {
						t.Errorf("%s of %d lines, lower first %t: line %d is %d, want %d", name, height, lowerFirst, y, got, want)
					}
				}
			}
		}
	}
}

func TestWeaveRefuses(t *testing.T) {
	whole, info, err := jpegs.Mend(halved(t, 64, 24, turbo.Sampled420, false))
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		fields  []byte
		second  int
		quality int
	}{
		"one picture":     {whole, 0, 80},
		"behind the end":  {whole, len(whole), 80},
		"another offset":  {whole, info.Second - 1, 80},
		"not alike":       {append(bytes.Clone(whole[:info.Second]), corners(t, 64, 48)...), info.Second, 80},
		"another quality": {whole, info.Second, 101},
	} {
		if woven, err := Weave(test.fields, jpegs.Info{Second: test.second}, test.quality); err == nil {
			t.Errorf("%s: %d bytes", name, len(woven))
		}
	}
}
