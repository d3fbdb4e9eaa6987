package pixels

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"runtime"
	"testing"

	"fanlight/assets"
)

func TestPreviewColours(t *testing.T) {
	for name, want := range map[string]color.RGBA{
		"red":  {R: 250, G: 10, B: 10, A: 255},
		"blue": {R: 10, G: 10, B: 250, A: 255},
		"grey": {R: 99, G: 99, B: 99, A: 255},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Preview(filled(t, 40, 30, want), image.Point{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got.Rect != image.Rect(0, 0, 40, 30) || got.Stride != 4*40 {
				t.Fatalf("bounds %v, stride %d", got.Rect, got.Stride)
			}
			for _, at := range []image.Point{{}, {X: 39}, {Y: 29}, {X: 39, Y: 29}} {
				if c := got.RGBAAt(at.X, at.Y); !near(c, want, 4) || c.A != 255 {
					t.Errorf("%v at %v, want %v", c, at, want)
				}
			}
		})
	}
}

func TestPreviewReusesThePictureOfTheRightSize(t *testing.T) {
	picture := filled(t, 64, 48, color.White)
	first, err := Preview(picture, image.Point{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Preview(picture, image.Point{}, first); err != nil || again != first {
		t.Errorf("not drawn into the given picture (%v)", err)
	}
	if half, err := Preview(picture, image.Pt(32, 24), first); err != nil || half == first || half.Rect.Dx() != 32 {
		t.Errorf("half size: %v, %v", half.Rect, err)
	}
}

func TestPreviewNoMoreThanShown(t *testing.T) {
	tests := []struct {
		size, place image.Point
		want        int
	}{
		{image.Pt(1280, 720), image.Point{}, 1}, // not on screen yet
		{image.Pt(1280, 720), image.Pt(1280, 720), 1},
		{image.Pt(1280, 720), image.Pt(720, 405), 1},
		{image.Pt(1280, 720), image.Pt(704, 396), 2}, // a tenth over the half
		{image.Pt(1280, 720), image.Pt(640, 360), 2},
		{image.Pt(1280, 720), image.Pt(2000, 360), 2}, // letterboxed: the height counts
		{image.Pt(1280, 720), image.Pt(640, 2000), 2}, // the width counts
		{image.Pt(1280, 720), image.Pt(320, 180), 4},
		{image.Pt(1280, 720), image.Pt(100, 100), 8},
		{image.Pt(3840, 2160), image.Pt(668, 376), 4},
		{image.Pt(320, 240), image.Pt(668, 376), 1}, // smaller than shown
	}
	for _, test := range tests {
		if got := divisor(test.size, test.place); got != test.want {
			t.Errorf("%v shown in %v: divided by %d, want %d", test.size, test.place, got, test.want)
		}
	}
}

// The preview stands as a browser shows the same picture.
func TestPreviewFollowsOrientation(t *testing.T) {
	picture := corners(t, 640, 480)
	for orientation, want := range map[uint16]string{1: "RGBW", 2: "GRWB", 3: "WBGR", 4: "BWRG", 5: "RBGW", 6: "BRWG", 7: "WGBR", 8: "GWRB"} {
		size := image.Pt(320, 240)
		if orientation >= 5 {
			size = image.Pt(240, 320)
		}
		got, err := Preview(oriented(picture, orientation), size, nil)
		if err != nil {
			t.Fatal(err)
		}
		wantCornersOf(t, got, size, want)
		if got.RGBAAt(5, 5).A != 255 {
			t.Errorf("orientation %d: it can be seen through", orientation)
		}
	}
}

func TestPreviewRefuses(t *testing.T) {
	good := filled(t, 64, 48, color.White)
	tests := map[string][]byte{
		"nothing":            nil,
		"no bytes":           {},
		"text":               []byte("<html>503 Service Unavailable</html>"),
		"PNG":                assets.Icon,
		"only the start":     good[:2],
		"header only":        good[:20],
		"cut short":          good[:len(good)/2],
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
			got, err := Preview(picture, image.Point{}, nil)
			if !errors.Is(err, errNoPicture) || got != nil {
				t.Errorf("a picture: %v, error: %v; want an error only", got != nil, err)
			}
			if used := totalAlloc() - before; used > 8<<20 {
				t.Errorf("%d bytes were allocated for nothing", used)
			}
		})
	}
}

func totalAlloc() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// A camera on a bad cable: whatever comes, Preview returns.
func FuzzPreview(f *testing.F) {
	good := filled(f, 64, 48, color.RGBA{R: 200, G: 100, B: 50, A: 255})
	f.Add(good)
	f.Add(oriented(good, 6))
	f.Add(good[:len(good)/2])
	f.Fuzz(func(t *testing.T, picture []byte) {
		if file, err := open(picture); err == nil && file.Size().X*file.Size().Y > 1<<22 {
			return // only slow
		}
		before := bytes.Clone(picture)
		got, err := Preview(picture, image.Pt(32, 24), nil)
		if (got == nil) == (err == nil) {
			t.Errorf("a picture: %v, error: %v", got != nil, err)
		}
		if !bytes.Equal(picture, before) {
			t.Error("the borrowed picture was changed")
		}
	})
}

// What is decoded once more into the same picture costs no memory.
func TestPreviewLeaksNothing(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("reads /proc/self/statm")
	}
	picture := filled(t, 1280, 720, color.White)
	broken := picture[:len(picture)/2]
	var into *image.RGBA
	many := func() {
		for range 100 {
			into, _ = Preview(picture, image.Point{}, into)
			_, _ = Preview(broken, image.Pt(160, 90), nil)
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

// What a 720p picture costs at the sizes of the preview.
func BenchmarkPreview720p(b *testing.B) {
	picture, err := noisy(BGR24, 1280, 720).Encode(85)
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("a picture of %d KB", len(picture)>>10)
	for _, place := range []image.Point{{X: 1280, Y: 720}, {X: 668, Y: 376}, {X: 320, Y: 180}, {X: 160, Y: 90}} {
		b.Run(fmt.Sprintf("shown at %d×%d", place.X, place.Y), func(b *testing.B) {
			var into *image.RGBA
			for b.Loop() {
				drawn, err := Preview(picture, place, into)
				if err != nil {
					b.Fatal(err)
				}
				into = drawn
			}
		})
	}
}
