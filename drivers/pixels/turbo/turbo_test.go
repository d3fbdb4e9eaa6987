package turbo

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"runtime"
	"strings"
	"sync"
	"testing"
)

var samplings = map[string]Sampling{
	"4:4:4": Sampled444, "4:2:2": Sampled422, "4:2:0": Sampled420, "grey": Grey, "4:4:0": Sampled440, "4:1:1": Sampled411,
}

// painted is a picture in which no two corners look alike.
func painted(size image.Point, s Sampling) *Planes {
	var p Planes
	p.Reset(size, s)
	for n, plane := range p.All() {
		for y := range plane.Height {
			for x := range plane.Line(y) {
				plane.Line(y)[x] = byte(30 + 60*n + 100*x/plane.Width + 60*y/plane.Height)
			}
		}
	}
	return &p
}

func encoded(t testing.TB, p *Planes, quality int) []byte {
	t.Helper()
	file, err := p.Encode(quality)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func opened(t testing.TB, file []byte) Picture {
	t.Helper()
	p, err := Open(file)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func decoded(t testing.TB, file []byte, eighths int) *Planes {
	t.Helper()
	var p Planes
	if err := opened(t, file).Decode(eighths, &p); err != nil {
		t.Fatal(err)
	}
	return &p
}

// difference is the largest between two pictures' values.
func difference(t testing.TB, a, b *Planes) int {
	t.Helper()
	if a.Size() != b.Size() || a.Sampling() != b.Sampling() {
		t.Fatalf("%v with sampling %d, and %v with %d", a.Size(), a.Sampling(), b.Size(), b.Sampling())
	}
	largest := 0
	planes := b.All()
	for n, plane := range a.All() {
		for y := range plane.Height {
			for x, value := range plane.Line(y) {
				d := int(value) - int(planes[n].Line(y)[x])
				largest = max(largest, d, -d)
			}
		}
	}
	return largest
}

func TestPlanesThereAndBack(t *testing.T) {
	for name, s := range samplings {
		for _, size := range []image.Point{{64, 48}, {61, 47}, {1, 1}, {3, 2}} {
			p := painted(size, s)
			back := decoded(t, encoded(t, p, 100), 8)
			if d := difference(t, p, back); d > 6 {
				t.Errorf("%s, %v: off by %d", name, size, d)
			}
		}
	}
}

func TestDecodeEighths(t *testing.T) {
	for name, s := range samplings {
		for _, size := range []image.Point{{64, 48}, {61, 47}, {1, 1}, {17, 400}} {
			file := encoded(t, painted(size, s), 95)
			for eighths := 1; eighths <= 8; eighths++ {
				p := opened(t, file)
				want := image.Pt((size.X*eighths+7)/8, (size.Y*eighths+7)/8)
				small := decoded(t, file, eighths)
				if p.Reduced(eighths) != want || small.Size() != want {
					t.Fatalf("%s, %v, %d eighths: %v", name, size, eighths, small.Size())
				}
				middle := func(p *Planes) int {
					plane := p.All()[0]
					return int(plane.Line(plane.Height / 2)[plane.Width/2])
				}
				if d := middle(small) - middle(decoded(t, file, 8)); d > 20 || d < -20 {
					t.Errorf("%s, %v, %d eighths: the middle is off by %d", name, size, eighths, d)
				}
				pix := bytes.Repeat([]byte{7}, 4*want.X*want.Y+4)
				if err := p.DecodeRGBA(eighths, pix); err != nil {
					t.Fatal(err)
				}
				if pix[3] != 255 || pix[4*want.X*want.Y-1] != 255 || !bytes.Equal(pix[4*want.X*want.Y:], []byte{7, 7, 7, 7}) {
					t.Errorf("%s, %v, %d eighths: not as many opaque pixels as there are", name, size, eighths)
				}
			}
		}
	}
}

func TestPixelsThereAndBack(t *testing.T) {
	size := image.Pt(5, 3)
	want := color.RGBA{R: 200, G: 90, B: 30, A: 255}
	for format, pixel := range map[Format][]byte{
		RGB: {200, 90, 30}, BGR: {30, 90, 200}, RGBX: {200, 90, 30, 0}, BGRX: {30, 90, 200, 0},
	} {
		stride := size.X*len(pixel) + 2
		var pix []byte
		for range size.Y {
			pix = append(append(pix, bytes.Repeat(pixel, size.X)...), 1, 2)
		}
		var p Planes
		if err := p.FromPixels(pix[:len(pix)-2], format, size, stride, Sampled420); err != nil {
			t.Fatal(err)
		}
		picture := image.NewRGBA(image.Rectangle{Max: size})
		if err := p.ToRGBA(picture.Pix); err != nil {
			t.Fatal(err)
		}
		for at := range size.X * size.Y {
			got := picture.RGBAAt(at%size.X, at/size.X)
			if far(got.R, want.R) || far(got.G, want.G) || far(got.B, want.B) || got.A != 255 {
				t.Fatalf("format %d: %v, want %v", format, got, want)
			}
		}
	}
}

func far(got, want uint8) bool { return int(got)-int(want) > 3 || int(want)-int(got) > 3 }

// The library would write past the end.
func TestShortMemory(t *testing.T) {
	p := painted(image.Pt(16, 16), Sampled420)
	picture := opened(t, encoded(t, p, 80))
	for name, err := range map[string]error{
		"decoding":    picture.DecodeRGBA(8, make([]byte, 16*16*4-1)),
		"to pixels":   p.ToRGBA(make([]byte, 16*16*4-1)),
		"from pixels": new(Planes).FromPixels(make([]byte, 16*16*3-1), RGB, image.Pt(16, 16), 48, Sampled420),
		"short lines": new(Planes).FromPixels(make([]byte, 16*16*4), BGRX, image.Pt(16, 16), 63, Sampled420),
		"no pixels":   new(Planes).FromPixels(nil, RGB, image.Point{}, 0, Sampled420),
	} {
		if !errors.Is(err, errShort) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEncodedIsReadByAnother(t *testing.T) {
	file := encoded(t, painted(image.Pt(61, 47), Sampled420), 80)
	picture, err := jpeg.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if ycc, ok := picture.(*image.YCbCr); !ok || ycc.Rect.Size() != image.Pt(61, 47) || ycc.SubsampleRatio != image.YCbCrSubsampleRatio420 {
		t.Errorf("read as %T of %v", picture, picture.Bounds())
	}
}

// What a decoder can get over is no error; what leaves a part grey is one.
func TestDamage(t *testing.T) {
	file := encoded(t, painted(image.Pt(64, 48), Sampled420), 95)
	huffman := bytes.Index(file, []byte{0xff, 0xc4})
	scan := bytes.Index(file, []byte{0xff, 0xda})
	middle := (scan + len(file)) / 2
	for name, test := range map[string]struct {
		file []byte
		want string // of the error
	}{
		"whole":                       {file, ""},
		"stray bytes before a marker": {bytes.Join([][]byte{file[:huffman], {0, 0}, file[huffman:]}, nil), ""},
		"cut short":                   {file[:middle], "remature end"},
		"cut short, with its end":     {bytes.Join([][]byte{file[:middle], {0xff, 0xd9}}, nil), "premature end"},
	} {
		p := opened(t, test.file)
		_, turning := p.Turn(Way{FlipX: true})
		for what, err := range map[string]error{
			"planes": p.Decode(8, new(Planes)), "pixels": p.DecodeRGBA(8, make([]byte, 64*48*4)), "turning": turning,
		} {
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s, %s: %v, want %q", name, what, err, test.want)
			}
		}
	}
}

// The library keeps the text of an error by thread, and goroutines change theirs:
// each must be told of its own.
func TestDamageFromManyGoroutines(t *testing.T) {
	file := encoded(t, painted(image.Pt(64, 48), Sampled420), 95)
	stray := bytes.Join([][]byte{file[:20], {0, 0}, file[20:]}, nil)
	var working sync.WaitGroup
	for n := range 8 {
		working.Go(func() {
			for range 300 {
				switch _, err := opened(t, stray).Turn(Way{}); {
				case n%2 == 0 && err != nil:
					t.Error(err)
				case n%2 == 1:
					if _, err := Open(file[:10]); err == nil || strings.Contains(err.Error(), "extraneous") {
						t.Errorf("opened what has no header: %v", err)
					}
				}
				runtime.Gosched()
			}
		})
	}
	working.Wait()
}
