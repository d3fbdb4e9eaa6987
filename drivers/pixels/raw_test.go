package pixels

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"strings"
	"testing"
)

var all = []Layout{YUYV, UYVY, YVYU, NV12, NV21, I420, YV12, RGB24, BGR24, RGBA32, BGRA32, Grey}

// The four quarters of the test picture, row by row.
var quarters = [4]color.RGBA{
	{R: 220, G: 40, B: 40, A: 255},
	{R: 40, G: 200, B: 60, A: 255},
	{R: 50, G: 60, B: 230, A: 255},
	{R: 240, G: 240, B: 240, A: 255},
}

// quarter is the number of the quarter that a pixel lies in, bounded on even
// pixels, since others would share colours across the bound.
func quarter(x, y, width, height int) int {
	n := 0
	if x >= width/4*2 {
		n++
	}
	if y >= height/4*2 {
		n += 2
	}
	return n
}

// limited is a colour as BT.601 YUV in the limited range, by the formula of the
// recommendation and not OpenCV's integers.
func limited(c color.RGBA) (y, u, v byte) {
	r, g, b := float64(c.R)/255, float64(c.G)/255, float64(c.B)/255
	luma := 0.299*r + 0.587*g + 0.114*b
	return byte(16 + 219*luma + 0.5), byte(128 + 224*(b-luma)/1.772 + 0.5), byte(128 + 224*(r-luma)/1.402 + 0.5)
}

func grey(c color.RGBA) byte {
	return byte(0.299*float64(c.R) + 0.587*float64(c.G) + 0.114*float64(c.B) + 0.5)
}

// paint lays the test picture out in memory, with bright padding that would show.
func paint(layout Layout, width, height, stride int) Raw {
	rows := height
	if layouts[layout].chroma >= onePlane {
		rows += height / 2
	}
	pix := bytes.Repeat([]byte{0xfe}, stride*rows)
	for y := range height {
		for x := range width {
			c := quarters[quarter(x, y, width, height)]
			luma, u, v := limited(c)
			line := pix[y*stride:]
			packed := func(values ...byte) { copy(line[x*len(values):], values) }
			// Chroma in planes of its own is written four times over.
			mixed := func(even, odd byte) { pix[stride*(height+y/2)+x] = []byte{even, odd}[x%2] }
			planes := func(first, second byte) {
				at := stride*height + y/2*(stride/2) + x/2
				pix[at], pix[at+stride/2*(height/2)] = first, second
			}
			switch layout {
			case YUYV:
				packed(luma, []byte{u, v}[x%2])
			case YVYU:
				packed(luma, []byte{v, u}[x%2])
			case UYVY:
				packed([]byte{u, v}[x%2], luma)
			case NV12:
				packed(luma)
				mixed(u, v)
			case NV21:
				packed(luma)
				mixed(v, u)
			case I420:
				packed(luma)
				planes(u, v)
			case YV12:
				packed(luma)
				planes(v, u)
			case RGB24:
				packed(c.R, c.G, c.B)
			case BGR24:
				packed(c.B, c.G, c.R)
			case RGBA32:
				packed(c.R, c.G, c.B, 0)
			case BGRA32:
				packed(c.B, c.G, c.R, 0)
			case Grey:
				packed(grey(c))
			}
		}
	}
	return Raw{Pix: pix, Layout: layout, Width: width, Height: height, Stride: stride}
}

// decoded is a JPEG file's picture as Go's own decoder reads it.
func decoded(t testing.TB, file []byte) image.Image {
	t.Helper()
	picture, err := jpeg.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

func near(got color.Color, want color.RGBA, within int) bool {
	r, g, b, _ := got.RGBA()
	for _, off := range []int{int(r>>8) - int(want.R), int(g>>8) - int(want.G), int(b>>8) - int(want.B)} {
		if off < -within || off > within {
			return false
		}
	}
	return true
}

// wantQuarters compares every pixel that is far enough from the bounds for JPEG
// not to mix it with another quarter's.
func wantQuarters(t *testing.T, picture image.Image, width, height int, in func(color.RGBA) color.RGBA) {
	t.Helper()
	if size := picture.Bounds().Size(); size != image.Pt(width, height) {
		t.Fatalf("the picture is %v", size)
	}
	const margin = 16
	checked := 0
	for y := range height {
		for x := range width {
			n := quarter(x, y, width, height)
			if n != quarter(max(x-margin, 0), max(y-margin, 0), width, height) ||
				n != quarter(x+margin, y+margin, width, height) {
				continue
			}
			checked++
			if want := in(quarters[n]); !near(picture.At(x, y), want, 6) {
				t.Fatalf("%v at %d,%d, want %v", picture.At(x, y), x, y, want)
			}
		}
	}
	if checked < width*height/8 {
		t.Fatalf("only %d pixels of %d×%d were compared", checked, width, height)
	}
}

func TestEncodeColours(t *testing.T) {
	sizes := []image.Point{{X: 128, Y: 96}, {X: 126, Y: 98}, {X: 130, Y: 102}, {X: 127, Y: 99}}
	for _, layout := range all {
		for _, size := range sizes {
			shared := layouts[layout].chroma != none
			if shared && size.X%2 != 0 {
				continue // refused: see TestEncodeRefuses
			}
			tight := size.X * layouts[layout].pixel
			for _, padding := range []int{0, 1, 2, 6, 32} {
				if layouts[layout].chroma == twoPlanes && padding%2 != 0 {
					continue
				}
				t.Run(fmt.Sprintf("%v %d×%d padded by %d", layout, size.X, size.Y, padding), func(t *testing.T) {
					raw := paint(layout, size.X, size.Y, tight+padding)
					before := bytes.Clone(raw.Pix)
					if padding == 0 {
						raw.Stride = 0
					}
					file, err := raw.Encode(100)
					if err != nil {
						t.Fatal(err)
					}
					in := func(c color.RGBA) color.RGBA { return c }
					if layout == Grey {
						in = func(c color.RGBA) color.RGBA { return color.RGBA{grey(c), grey(c), grey(c), 255} }
					}
					wantQuarters(t, decoded(t, file), size.X, size.Y, in)
					if !bytes.Equal(raw.Pix, before) {
						t.Error("the borrowed memory was changed")
					}
				})
			}
		}
	}
}

// The last line's padding is often not delivered.
func TestEncodeWithoutTheLastPadding(t *testing.T) {
	for _, layout := range all {
		raw := paint(layout, 64, 48, 64*layouts[layout].pixel+32)
		raw.Pix = raw.Pix[:len(raw.Pix)-32]
		file, err := raw.Encode(0)
		if layouts[layout].chroma == twoPlanes {
			if err == nil {
				t.Errorf("%v: OpenCV would read past the end", layout)
			}
			continue
		}
		if err != nil || decoded(t, file).Bounds().Dx() != 64 {
			t.Errorf("%v: %v", layout, err)
		}
	}
}

func TestEncodeSmallest(t *testing.T) {
	for _, layout := range all {
		side := 1
		if layouts[layout].chroma != none {
			side = 2
		}
		raw := paint(layout, side, side, side*layouts[layout].pixel)
		file, err := raw.Encode(0)
		if err != nil || decoded(t, file).Bounds().Size() != image.Pt(side, side) {
			t.Errorf("%v: %v", layout, err)
		}
		// Of one line, the stride does not matter.
		if raw.Stride = 1 << 40; side == 1 {
			if _, err := raw.Encode(0); err != nil {
				t.Errorf("%v: %v", layout, err)
			}
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	plenty := make([]byte, 1<<16)
	tests := []struct {
		name    string
		raw     Raw
		quality int
		want    string
	}{
		{"no memory", Raw{nil, YUYV, 64, 48, 0}, 80, "cut short"},
		{"a byte too few", Raw{make([]byte, 64*48*2-1), YUYV, 64, 48, 0}, 80, "cut short"},
		{"chroma missing", Raw{make([]byte, 64*48), NV12, 64, 48, 0}, 80, "cut short"},
		{"chroma a byte short", Raw{make([]byte, 64*48*3/2-1), I420, 64, 48, 0}, 80, "cut short"},
		{"padding missing", Raw{make([]byte, 64*48*2), YUYV, 64, 48, 160}, 80, "cut short"},
		{"lines beyond any memory", Raw{plenty, YUYV, 64, 48, 1 << 62}, 80, "cut short"},
		{"lines too short", Raw{plenty, YUYV, 64, 48, 127}, 80, "127 bytes"},
		{"lines of less than nothing", Raw{plenty, RGB24, 64, 48, -192}, 80, "-192 bytes"},
		{"planes that share a byte", Raw{plenty, YV12, 64, 48, 65}, 80, "65 bytes"},
		{"no width", Raw{plenty, RGB24, 0, 48, 0}, 80, "no pixels"},
		{"no height", Raw{plenty, RGB24, 64, 0, 0}, 80, "no pixels"},
		{"less than nothing", Raw{plenty, RGB24, -64, -48, 0}, 80, "no pixels"},
		{"odd width", Raw{plenty, UYVY, 63, 48, 0}, 80, "even"},
		{"odd height", Raw{plenty, NV21, 64, 47, 0}, 80, "even"},
		{"too wide", Raw{make([]byte, 65501), Grey, 65501, 1, 0}, 80, "too large"},
		{"too high", Raw{make([]byte, 65501), Grey, 1, 65501, 0}, 80, "too large"},
		{"too many pixels", Raw{plenty, Grey, 8192, 8193, 0}, 80, "too large"},
		{"beyond int", Raw{plenty, Grey, 1 << 62, 1 << 62, 0}, 80, "too large"},
		{"unknown layout", Raw{plenty, Grey + 1, 64, 48, 0}, 80, "Layout(12)"},
		{"negative layout", Raw{plenty, -1, 64, 48, 0}, 80, "Layout(-1)"},
		{"quality below", Raw{plenty, Grey, 64, 48, 0}, -1, "1 to 100"},
		{"quality above", Raw{plenty, Grey, 64, 48, 0}, 101, "1 to 100"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file, err := test.raw.Encode(test.quality)
			if err == nil || file != nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%d bytes and %v, want an error with %q", len(file), err, test.want)
			}
		})
	}
}

func TestEncodeLongestSides(t *testing.T) {
	for _, raw := range []Raw{
		{make([]byte, longestSide*3), BGR24, longestSide, 1, 0},
		{make([]byte, longestSide*3), BGR24, 1, longestSide, 0},
	} {
		if _, err := raw.Encode(0); err != nil {
			t.Error(err)
		}
	}
}

func TestEncodeQualityAndChroma(t *testing.T) {
	raw := noisy(YUYV, 320, 240)
	var sizes []int
	for _, quality := range []int{1, 50, 80, 100} {
		file, err := raw.Encode(quality)
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(file))
		if ycc, ok := decoded(t, file).(*image.YCbCr); !ok || ycc.SubsampleRatio != image.YCbCrSubsampleRatio420 {
			t.Errorf("quality %d: %T, not 4:2:0", quality, decoded(t, file))
		}
	}
	for i, size := range sizes[1:] {
		if size <= sizes[i] {
			t.Errorf("sizes %v do not grow with quality", sizes)
		}
	}
	usual, err := raw.Encode(0)
	if err != nil || len(usual) != sizes[2] {
		t.Errorf("quality 0 makes %d bytes, want that of %d: %d (%v)", len(usual), DefaultQuality, sizes[2], err)
	}
}

// noisy is a raw picture that is about as hard to compress as a camera's.
func noisy(layout Layout, width, height int) Raw {
	random := rand.New(rand.NewPCG(1, 2))
	raw := paint(layout, width, height, width*layouts[layout].pixel)
	for i := range raw.Pix {
		raw.Pix[i] = raw.Pix[i]/2 + byte(i%raw.Stride*60/raw.Stride) + byte(random.UintN(12))
	}
	return raw
}

// Whatever a driver says of its picture, Encode returns.
func FuzzEncode(f *testing.F) {
	for _, layout := range all {
		raw := paint(layout, 8, 6, 8*layouts[layout].pixel+2)
		f.Add(raw.Pix, int(layout), 8, 6, raw.Stride, 80)
		f.Add(raw.Pix, int(layout), 7, 5, 0, 101)
	}
	f.Add([]byte{1}, int(Grey), 1, 1, 1<<40, 1)
	f.Add([]byte{1, 2, 3, 4}, int(YV12), 1<<62, 2, -1<<63, 1)
	f.Fuzz(func(t *testing.T, pix []byte, layout, width, height, stride, quality int) {
		if len(pix) > 1<<16 {
			return // it would only take long
		}
		raw := Raw{bytes.Clone(pix), Layout(layout), width, height, stride}
		file, err := raw.Encode(quality)
		if (file == nil) == (err == nil) {
			t.Fatalf("%d bytes and %v", len(file), err)
		}
		if !bytes.Equal(raw.Pix, pix) {
			t.Error("the borrowed memory was changed")
		}
		if err != nil {
			return
		}
		if header, err := jpeg.DecodeConfig(bytes.NewReader(file)); err != nil || header.Width != width || header.Height != height {
			t.Errorf("made a picture of %d×%d (%v) of one of %d×%d", header.Width, header.Height, err, width, height)
		}
	})
}

// What a 720p picture costs.
func BenchmarkEncode(b *testing.B) {
	for _, layout := range all {
		b.Run(layout.String(), func(b *testing.B) {
			raw := noisy(layout, 1280, 720)
			b.ReportAllocs()
			for b.Loop() {
				file, err := raw.Encode(0)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(file))/1024, "KB/picture")
			}
		})
	}
}
