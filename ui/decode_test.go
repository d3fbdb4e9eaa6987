package ui

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"

	"gocv.io/x/gocv"

	"fanlight/assets"
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

// busy is a JPEG picture of about 100 KB a megapixel, as a camera's is.
func busy(t testing.TB, width, height int) []byte {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			noise := uint8(random.UintN(24))
			picture.SetRGBA(x, y, color.RGBA{uint8(x/8) + noise, uint8(y/4) + noise, uint8((x+y)/16) + noise, 0xff})
		}
	}
	var encoded bytes.Buffer
	if err := jpeg.Encode(&encoded, picture, &jpeg.Options{Quality: 75}); err != nil {
		t.Fatal(err)
	}
	return encoded.Bytes()
}

func TestDecodeColours(t *testing.T) {
	for name, want := range map[string]color.RGBA{
		"red":  {R: 250, G: 10, B: 10, A: 255},
		"blue": {R: 10, G: 10, B: 250, A: 255},
		"grey": {R: 99, G: 99, B: 99, A: 255},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := decode(plain(t, 40, 30, want), image.Point{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got.Rect != image.Rect(0, 0, 40, 30) || got.Stride != 4*40 {
				t.Fatalf("bounds %v, stride %d", got.Rect, got.Stride)
			}
			for _, at := range []image.Point{{}, {X: 39}, {Y: 29}, {X: 39, Y: 29}} {
				if c := got.RGBAAt(at.X, at.Y); off(c.R, want.R) || off(c.G, want.G) || off(c.B, want.B) || c.A != 255 {
					t.Errorf("%v at %v, want %v", c, at, want)
				}
			}
		})
	}
}

// off allows for what JPEG loses.
func off(got, want uint8) bool { return int(got)-int(want) > 4 || int(want)-int(got) > 4 }

func TestDecodeReusesThePictureOfTheRightSize(t *testing.T) {
	picture := plain(t, 64, 48, color.White)
	first, err := decode(picture, image.Point{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := decode(picture, image.Point{}, first); err != nil || again != first {
		t.Errorf("not drawn into the given picture (%v)", err)
	}
	if half, err := decode(picture, image.Pt(32, 24), first); err != nil || half == first || half.Rect.Dx() != 32 {
		t.Errorf("half size: %v, %v", half.Rect, err)
	}
}

func TestDecodeNoMoreThanShown(t *testing.T) {
	tests := []struct {
		size, place image.Point
		want        gocv.IMReadFlag
	}{
		{image.Pt(1280, 720), image.Point{}, gocv.IMReadColor}, // not on screen yet
		{image.Pt(1280, 720), image.Pt(1280, 720), gocv.IMReadColor},
		{image.Pt(1280, 720), image.Pt(720, 405), gocv.IMReadColor},
		{image.Pt(1280, 720), image.Pt(704, 396), gocv.IMReadReducedColor2}, // a tenth over the half
		{image.Pt(1280, 720), image.Pt(640, 360), gocv.IMReadReducedColor2},
		{image.Pt(1280, 720), image.Pt(2000, 360), gocv.IMReadReducedColor2}, // letterboxed: the height counts
		{image.Pt(1280, 720), image.Pt(640, 2000), gocv.IMReadReducedColor2}, // the width counts
		{image.Pt(1280, 720), image.Pt(320, 180), gocv.IMReadReducedColor4},
		{image.Pt(1280, 720), image.Pt(100, 100), gocv.IMReadReducedColor8},
		{image.Pt(3840, 2160), image.Pt(668, 376), gocv.IMReadReducedColor4},
		{image.Pt(320, 240), image.Pt(668, 376), gocv.IMReadColor}, // smaller than shown
	}
	for _, test := range tests {
		if got := readFlag(test.size, test.place); got != test.want {
			t.Errorf("%v shown in %v: flag %d, want %d", test.size, test.place, got, test.want)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	good := plain(t, 64, 48, color.White)
	tests := map[string][]byte{
		"nothing":            nil,
		"no bytes":           {},
		"text":               []byte("<html>503 Service Unavailable</html>"),
		"PNG":                assets.Icon,
		"only the start":     good[:2],
		"header only":        good[:20],
		"zeros":              make([]byte, 100_000),
		"65535×65535":        claiming(t, good, 65535, 65535),
		"65 megapixels":      claiming(t, good, 8192, 8193),
		"no width":           claiming(t, good, 0, 48),
		"no height":          claiming(t, good, 64, 0),
		"width beyond 65500": claiming(t, good, 65535, 1), // libjpeg's own limit
	}
	for name, picture := range tests {
		t.Run(name, func(t *testing.T) {
			before := totalAlloc()
			got, err := decode(picture, image.Point{}, nil)
			if !errors.Is(err, errNoPicture) || got != nil {
				t.Errorf("a picture: %v, error: %v; want an error only", got != nil, err)
			}
			if used := totalAlloc() - before; used > 8<<20 {
				t.Errorf("%d bytes were allocated for nothing", used)
			}
		})
	}
}

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

func totalAlloc() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// A camera on a bad cable: whatever comes, decode returns.
func FuzzDecode(f *testing.F) {
	good := plain(f, 64, 48, color.RGBA{R: 200, G: 100, B: 50, A: 255})
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Fuzz(func(t *testing.T, picture []byte) {
		got, err := decode(picture, image.Pt(32, 24), nil)
		if (got == nil) == (err == nil) {
			t.Errorf("a picture: %v, error: %v", got != nil, err)
		}
	})
}

// OpenCV's memory is not the garbage collector's: a Mat that is not closed is lost.
func TestDecodeLeaksNoMat(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("reads /proc/self/statm")
	}
	picture := plain(t, 1280, 720, color.White)
	broken := picture[:len(picture)/2]
	var into *image.RGBA
	many := func() {
		for range 100 {
			into, _ = decode(picture, image.Point{}, into)
			_, _ = decode(broken, image.Pt(160, 90), nil)
		}
		runtime.GC()
	}
	many()
	before := resident(t)
	many()
	// Leaked, 100 pictures of 1280×720 in three bytes a pixel are 276 MB.
	if grown := resident(t) - before; grown > 100<<20 {
		t.Errorf("grew by %d MB", grown>>20)
	}
}

func resident(t *testing.T) int {
	t.Helper()
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	var size, pages int
	if _, err := fmt.Fscan(strings.NewReader(string(statm)), &size, &pages); err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize()
}

// What a 720p picture costs at the sizes of the preview.
func BenchmarkDecode720p(b *testing.B) {
	picture := busy(b, 1280, 720)
	b.Logf("a picture of %d KB", len(picture)>>10)
	for _, place := range []image.Point{{X: 1280, Y: 720}, {X: 668, Y: 376}, {X: 320, Y: 180}, {X: 160, Y: 90}} {
		b.Run(fmt.Sprintf("shown at %d×%d", place.X, place.Y), func(b *testing.B) {
			var into *image.RGBA
			for b.Loop() {
				drawn, err := decode(picture, place, into)
				if err != nil {
					b.Fatal(err)
				}
				into = drawn
			}
		})
	}
}
