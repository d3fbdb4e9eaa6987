package pixels

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"sync"
	"testing"

	"fanlight/assets"
	"fanlight/drivers/pixels/turbo"
)

// redAndBlue is a JPEG picture, red on the left and blue on the right.
func redAndBlue(t testing.TB, width, height int) []byte {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(picture, picture.Rect, image.NewUniform(color.RGBA{B: 200, A: 255}), image.Point{}, draw.Src)
	draw.Draw(picture, image.Rect(0, 0, width/2, height), image.NewUniform(color.RGBA{R: 200, A: 255}), image.Point{}, draw.Src)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestShrinkToTheWidthInTheSameShape(t *testing.T) {
	for _, test := range []struct {
		from  image.Point
		width int
		want  image.Point
	}{
		{image.Pt(1280, 720), 640, image.Pt(640, 360)},   // the half that libjpeg decodes
		{image.Pt(1280, 720), 480, image.Pt(480, 270)},   // between the half and the quarter
		{image.Pt(1280, 720), 1120, image.Pt(1120, 630)}, // above the half
		{image.Pt(1280, 720), 160, image.Pt(160, 90)},
		{image.Pt(1280, 720), 16, image.Pt(16, 9)}, // below the eighth
		{image.Pt(1281, 721), 640, image.Pt(640, 360)},
		{image.Pt(720, 1280), 320, image.Pt(320, 569)}, // upright
		{image.Pt(640, 480), 640, image.Pt(640, 480)},
		{image.Pt(640, 480), 800, image.Pt(640, 480)}, // never larger
		{image.Pt(640, 480), 0, image.Pt(640, 480)},
		{image.Pt(640, 2), 8, image.Pt(8, 1)}, // never no line at all
	} {
		t.Run(fmt.Sprintf("%v to %d", test.from, test.width), func(t *testing.T) {
			shrunk, err := Shrink(redAndBlue(t, test.from.X, test.from.Y), test.width, 0)
			if err != nil {
				t.Fatal(err)
			}
			got, err := jpeg.Decode(bytes.NewReader(shrunk))
			if err != nil {
				t.Fatal(err)
			}
			if got.Bounds().Size() != test.want {
				t.Fatalf("%v, want %v", got.Bounds().Size(), test.want)
			}
			left, _, wrong, _ := got.At(0, 0).RGBA()
			_, _, right, _ := got.At(test.want.X-1, test.want.Y-1).RGBA()
			if left>>8 < 180 || wrong>>8 > 20 || right>>8 < 180 {
				t.Errorf("red %d with blue %d on the left, blue %d on the right", left>>8, wrong>>8, right>>8)
			}
		})
	}
}

// The smaller picture has no EXIF data, and stands as the large one is shown.
func TestShrinkFollowsOrientation(t *testing.T) {
	picture := corners(t, 640, 480)
	for orientation, want := range map[uint16]string{1: "RGBW", 2: "GRWB", 3: "WBGR", 4: "BWRG", 5: "RBGW", 6: "BRWG", 7: "WGBR", 8: "GWRB"} {
		for _, width := range []int{0, 240, 100} {
			size := image.Pt(640, 480)
			if orientation >= 5 {
				size = image.Pt(480, 640)
			}
			if width > 0 {
				size = image.Pt(width, (size.Y*width+size.X/2)/size.X)
			}
			shrunk, err := Shrink(oriented(picture, orientation), width, 95)
			if err != nil {
				t.Fatal(err)
			}
			wantCorners(t, shrunk, size, want)
		}
	}
}

// Other encoders let pixels share colours in other ways.
func TestShrinkSamplings(t *testing.T) {
	for _, sampling := range []turbo.Sampling{turbo.Sampled444, turbo.Sampled422, turbo.Sampled440, turbo.Sampled411} {
		var p turbo.Planes
		raw := paint(RGB24, 642, 478, 642*3)
		if err := p.FromPixels(raw.Pix, turbo.RGB, image.Pt(642, 478), 642*3, sampling); err != nil {
			t.Fatal(err)
		}
		picture, err := p.Encode(95)
		if err != nil {
			t.Fatal(err)
		}
		for _, width := range []int{0, 321, 300, 100} {
			shrunk, err := Shrink(picture, width, 95)
			if err != nil {
				t.Fatal(err)
			}
			size := decoded(t, shrunk).Bounds().Size()
			if width > 0 && size.X != width {
				t.Errorf("sampling %d: %d wide, want %d", sampling, size.X, width)
			}
			wantCorners(t, shrunk, size, "RGBW")
		}
	}
}

func TestShrinkLowerQualityTakesFewerBytes(t *testing.T) {
	picture := assets.Emulated()[0]
	last := len(picture)
	for _, quality := range []int{0, 60, 30} {
		shrunk, err := Shrink(picture, 640, quality)
		if err != nil || len(shrunk) >= last {
			t.Errorf("quality %d: %d bytes after %d, %v", quality, len(shrunk), last, err)
		}
		last = len(shrunk)
	}
}

func TestShrinkRefuses(t *testing.T) {
	good := redAndBlue(t, 64, 48)
	huge := bytes.Clone(good)
	at := bytes.Index(huge, []byte{0xFF, 0xC0}) // the frame header: length, precision, height, width
	copy(huge[at+5:], []byte{0xFF, 0xFF, 0xFF, 0xFF})
	for name, picture := range map[string][]byte{
		"nothing": nil, "text": []byte("no picture"), "only a header": good[:at+19], "a PNG": []byte("\x89PNG\r\n\x1a\n"), "65535×65535": huge,
	} {
		if shrunk, err := Shrink(picture, 32, 0); err == nil {
			t.Errorf("%s became %d bytes", name, len(shrunk))
		}
	}
	for _, quality := range []int{-1, 101} {
		if _, err := Shrink(good, 32, quality); err == nil {
			t.Errorf("quality %d is taken", quality)
		}
	}
	if _, err := Shrink([]byte("no picture"), 32, 0); !errors.Is(err, errNoPicture) {
		t.Error(err)
	}
}

func TestShrinkFromManyGoroutines(t *testing.T) {
	picture := assets.Emulated()[0]
	want, err := Shrink(picture, 320, 0)
	if err != nil {
		t.Fatal(err)
	}
	var working sync.WaitGroup
	for range 4 {
		working.Go(func() {
			if got, err := Shrink(picture, 320, 0); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%d bytes, want the same %d, %v", len(got), len(want), err)
			}
		})
	}
	working.Wait()
}

func FuzzShrink(f *testing.F) {
	good := redAndBlue(f, 64, 48)
	f.Add(good, 32, 0)
	f.Add(good, 7, 50)
	f.Add(good[:len(good)/2], 32, 0)
	f.Add([]byte("\xff\xd8\xff\xd9"), 1, 1)
	f.Fuzz(func(t *testing.T, picture []byte, width, quality int) {
		file, err := open(picture)
		if err == nil && file.Size().X*file.Size().Y > 1<<22 {
			return // only slow
		}
		shrunk, err := Shrink(picture, width, quality)
		if err != nil {
			return
		}
		got, err := jpeg.DecodeConfig(bytes.NewReader(shrunk))
		if err != nil {
			t.Fatal(err)
		}
		if longest := max(file.Size().X, file.Size().Y); got.Width > longest || width > 0 && got.Width > width {
			t.Errorf("%v became %d×%d where %d was wanted", file.Size(), got.Width, got.Height, width)
		}
	})
}

func BenchmarkShrink720p(b *testing.B) {
	picture := assets.Emulated()[0]
	for _, width := range []int{0, 960, 640, 320} {
		b.Run(fmt.Sprint(width), func(b *testing.B) {
			for b.Loop() {
				if _, err := Shrink(picture, width, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
