package turbo

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"strings"
	"testing"
)

// adobe is a segment that says which colours a file has: 0 for those that are not
// converted, which are red, green and blue, or four inks.
var adobe = []byte("\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00\x00")

// A few cameras and many programs write red, green and blue as they are.
func TestColoursThatAreNotConverted(t *testing.T) {
	file := encoded(t, painted(image.Pt(64, 48), Sampled444), 95)
	file = bytes.Join([][]byte{file[:2], adobe, file[20:]}, nil) // in place of JFIF's
	want, err := jpeg.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	turned, err := opened(t, file).Turn(Way{FlipX: true, FlipY: true})
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string][]byte{"as it is": file, "turned": turned} {
		for what, got := range colours(t, f) {
			for _, at := range []image.Point{{5, 5}, {60, 5}, {5, 40}, {30, 20}} {
				from := at
				if name == "turned" {
					from = image.Pt(63-at.X, 47-at.Y)
				}
				r, g, b, _ := want.At(from.X, from.Y).RGBA()
				if c := got.RGBAAt(at.X, at.Y); far(c.R, uint8(r>>8)) || far(c.G, uint8(g>>8)) || far(c.B, uint8(b>>8)) || c.A != 255 {
					t.Errorf("%s, by %s: %v at %v, want %d %d %d", name, what, c, at, r>>8, g>>8, b>>8)
				}
			}
		}
	}
}

// colours decodes a file in both ways there are.
func colours(t *testing.T, file []byte) map[string]*image.RGBA {
	t.Helper()
	picture := opened(t, file)
	direct := image.NewRGBA(image.Rectangle{Max: picture.Size()})
	if err := picture.DecodeRGBA(8, direct.Pix); err != nil {
		t.Fatal(err)
	}
	planes := image.NewRGBA(direct.Rect)
	if err := decoded(t, file, 8).ToRGBA(planes.Pix); err != nil {
		t.Fatal(err)
	}
	return map[string]*image.RGBA{"pixels": direct, "planes": planes}
}

// flat is a file of one block a component, each of one value, whose frame header
// has the marker sof. All tables are the simplest: DC differences of 7 bits have
// the code 0, the end of a block has the code 0 too.
func flat(sof byte, components int, scans string) []byte {
	n := byte(components)
	file := []byte{0xff, 0xd8}
	file = append(file, adobe...)
	file = append(append(file, 0xff, 0xdb, 0, 67, 0), bytes.Repeat([]byte{8}, 64)...)
	file = append(file, 0xff, sof, 0, 8+3*n, 8, 0, 8, 0, 8, n)
	for c := range n {
		file = append(file, c+1, 0x11, 0)
	}
	for class, symbol := range []byte{7, 0} {
		file = append(append(file, 0xff, 0xc4, 0, 20, byte(class)<<4, 1), bytes.Repeat([]byte{0}, 15)...)
		file = append(file, symbol)
	}
	return append(append(file, scans...), 0xff, 0xd9)
}

func TestInks(t *testing.T) {
	// One scan of all components: 0, seven bits of DC, 0, and ones at the end.
	bits := ""
	for _, dc := range []string{"1110000", "1000001", "1100000", "1111111"} {
		bits += "0" + dc + "0"
	}
	scan := []byte("\xff\xda\x00\x0e\x04\x01\x00\x02\x00\x03\x00\x04\x00\x00\x3f\x00")
	for bits += "1111"; len(bits) >= 8; bits = bits[8:] {
		b := byte(0)
		for _, bit := range bits[:8] {
			b = b<<1 | byte(bit-'0')
		}
		if scan = append(scan, b); b == 0xff {
			scan = append(scan, 0)
		}
	}
	file := flat(0xc0, 4, string(scan))
	want, err := jpeg.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if _, inks := want.(*image.CMYK); !inks {
		t.Fatalf("it is %T", want)
	}
	for what, got := range colours(t, file) {
		r, g, b, _ := want.At(3, 3).RGBA()
		if c := got.RGBAAt(3, 3); far(c.R, uint8(r>>8)) || far(c.G, uint8(g>>8)) || far(c.B, uint8(b>>8)) || c.A != 255 {
			t.Errorf("by %s: %v, want %v", what, c, color.RGBAModel.Convert(want.At(3, 3)))
		}
	}
}

// A few kilobytes of scans would keep the decoder busy for as long as they like.
func TestScansAreLimited(t *testing.T) {
	const (
		first = "\xff\xda\x00\x08\x01\x01\x00\x00\x00\x00\x7f\x7f" // a DC of 7 bits
		more  = "\xff\xda\x00\x08\x01\x01\x00\x01\x01\x00\x7f"     // a coefficient of zero
	)
	for _, test := range []struct {
		scans int
		fails bool
	}{{0, false}, {400, false}, {600, true}} {
		file := flat(0xc2, 1, first+strings.Repeat(more, test.scans))
		p := opened(t, file)
		_, turning := p.Turn(Way{FlipX: true})
		for what, err := range map[string]error{
			"planes": p.Decode(8, new(Planes)), "pixels": p.DecodeRGBA(8, make([]byte, 256)), "turning": turning,
		} {
			if (err != nil) != test.fails || err != nil && !strings.Contains(err.Error(), "scans") {
				t.Errorf("%d scans, %s: %v", test.scans, what, err)
			}
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	good := encoded(t, painted(image.Pt(64, 48), Sampled420), 80)
	for name, file := range map[string][]byte{
		"nothing": nil, "no bytes": {}, "text": []byte("<html>"), "PNG": []byte("\x89PNG\r\n\x1a\n"), "the start": good[:2],
		"header only": good[:20], "tables only": append(bytes.Clone(good[:20]), 0xff, 0xd9),
	} {
		if p, err := Open(file); err == nil {
			t.Errorf("%s: a picture of %v", name, p.Size())
		}
	}
}

// fenced is planes with memory behind what a small picture takes, all of sevens.
func fenced() *Planes {
	var p Planes
	for n := range p.pix {
		p.pix[n] = bytes.Repeat([]byte{7}, 1<<18)[:0]
	}
	return &p
}

// Whatever comes, the library neither hangs nor writes where it may not.
func FuzzOpen(f *testing.F) {
	for _, s := range samplings {
		file := encoded(f, painted(image.Pt(41, 23), s), 80)
		f.Add(file, 4)
		// The same ratio, said in another way.
		file = bytes.Clone(file)
		frame := bytes.Index(file, []byte{0xff, 0xc0})
		for n := 0; s != Grey && n < 3; n++ {
			if factors := &file[frame+11+3*n]; *factors&0x0f == 1 {
				*factors = *factors&0xf0 | 2
			}
		}
		f.Add(file, 3)
	}
	f.Add(flat(0xc2, 1, ""), 1)
	f.Fuzz(func(t *testing.T, file []byte, eighths int) {
		p, err := Open(file)
		if err != nil || p.Size().X*p.Size().Y > 1<<16 {
			return
		}
		eighths = 1 + (eighths&0xff)%8
		size := p.Reduced(eighths)
		planes := fenced()
		if p.Decode(eighths, planes) == nil && planes.Size() != size {
			t.Errorf("%v became %v", p.Size(), planes.Size())
		}
		for n, pix := range planes.pix {
			if behind := pix[len(pix):cap(pix)]; len(bytes.TrimLeft(behind, "\a")) > 0 {
				t.Errorf("plane %d was written past its end", n)
			}
		}
		pix := bytes.Repeat([]byte{7}, 4*size.X*size.Y+64)
		_ = p.DecodeRGBA(eighths, pix)
		if !bytes.Equal(pix[4*size.X*size.Y:], bytes.Repeat([]byte{7}, 64)) {
			t.Error("the pixels were written past their end")
		}
		for _, way := range every() {
			if turned, err := p.Turn(way); err == nil {
				if _, err := Open(turned); err != nil && !(way.Transpose && p.sampling == Sampled411) {
					t.Errorf("turned by %v: %v", way, err)
				}
			}
		}
	})
}
