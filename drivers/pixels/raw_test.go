package pixels

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"strings"
	"testing"
)

var all = []Layout{YUYV, UYVY, YVYU, NV12, NV21, I420, YV12, NV16, NV24, RGB24, BGR24, RGBA32, BGRA32, Grey}

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
				t.Errorf("%v: half of the padding belongs to lines that are there", layout)
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

// Only those that share colours with the line below need an even number of lines.
func TestEncodeOddHeight(t *testing.T) {
	for _, layout := range []Layout{YUYV, UYVY, YVYU, NV16, NV24} {
		for _, height := range []int{1, 99} {
			file, err := paint(layout, 128, height, 256).Encode(100)
			if err != nil {
				t.Fatal(err)
			}
			picture := decoded(t, file)
			if picture.Bounds().Size() != image.Pt(128, height) {
				t.Errorf("%v: %v", layout, picture.Bounds())
			}
			below := quarters[quarter(100, height-1, 128, height)]
			if got := picture.At(100, height-1); !near(got, below, 6) {
				t.Errorf("%v, %d lines: %v in the last one, want %v", layout, height, got, below)
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
		{"no memory", Raw{Pix: nil, Layout: YUYV, Width: 64, Height: 48, Stride: 0}, 80, "cut short"},
		{"a byte too few", Raw{Pix: make([]byte, 64*48*2-1), Layout: YUYV, Width: 64, Height: 48, Stride: 0}, 80, "cut short"},
		{"chroma missing", Raw{Pix: make([]byte, 64*48), Layout: NV12, Width: 64, Height: 48, Stride: 0}, 80, "cut short"},
		{"chroma a byte short", Raw{Pix: make([]byte, 64*48*3/2-1), Layout: I420, Width: 64, Height: 48, Stride: 0}, 80, "cut short"},
		{"padding missing", Raw{Pix: make([]byte, 64*48*2), Layout: YUYV, Width: 64, Height: 48, Stride: 160}, 80, "cut short"},
		{"lines beyond any memory", Raw{Pix: plenty, Layout: YUYV, Width: 64, Height: 48, Stride: 1 << 62}, 80, "cut short"},
		{"lines too short", Raw{Pix: plenty, Layout: YUYV, Width: 64, Height: 48, Stride: 127}, 80, "127 bytes"},
		{"lines of less than nothing", Raw{Pix: plenty, Layout: RGB24, Width: 64, Height: 48, Stride: -192}, 80, "-192 bytes"},
		{"planes that share a byte", Raw{Pix: plenty, Layout: YV12, Width: 64, Height: 48, Stride: 65}, 80, "65 bytes"},
		{"no width", Raw{Pix: plenty, Layout: RGB24, Width: 0, Height: 48, Stride: 0}, 80, "no pixels"},
		{"no height", Raw{Pix: plenty, Layout: RGB24, Width: 64, Height: 0, Stride: 0}, 80, "no pixels"},
		{"less than nothing", Raw{Pix: plenty, Layout: RGB24, Width: -64, Height: -48, Stride: 0}, 80, "no pixels"},
		{"odd width", Raw{Pix: plenty, Layout: UYVY, Width: 63, Height: 48, Stride: 0}, 80, "even"},
		{"odd height", Raw{Pix: plenty, Layout: NV21, Width: 64, Height: 47, Stride: 0}, 80, "even"},
		{"too wide", Raw{Pix: make([]byte, 65501), Layout: Grey, Width: 65501, Height: 1, Stride: 0}, 80, "too large"},
		{"too high", Raw{Pix: make([]byte, 65501), Layout: Grey, Width: 1, Height: 65501, Stride: 0}, 80, "too large"},
		{"too many pixels", Raw{Pix: plenty, Layout: Grey, Width: 8192, Height: 8193, Stride: 0}, 80, "too large"},
		{"beyond int", Raw{Pix: plenty, Layout: Grey, Width: 1 << 62, Height: 1 << 62, Stride: 0}, 80, "too large"},
		{"unknown layout", Raw{Pix: plenty, Layout: Grey + 1, Width: 64, Height: 48, Stride: 0}, 80, "Layout(14)"},
		{"negative layout", Raw{Pix: plenty, Layout: -1, Width: 64, Height: 48, Stride: 0}, 80, "Layout(-1)"},
		{"quality below", Raw{Pix: plenty, Layout: Grey, Width: 64, Height: 48, Stride: 0}, -1, "1 to 100"},
		{"quality above", Raw{Pix: plenty, Layout: Grey, Width: 64, Height: 48, Stride: 0}, 101, "1 to 100"},
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
		{Pix: make([]byte, longestSide*3), Layout: BGR24, Width: longestSide, Height: 1},
		{Pix: make([]byte, longestSide*3), Layout: BGR24, Width: 1, Height: longestSide},
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
		raw := Raw{Pix: bytes.Clone(pix), Layout: Layout(layout), Width: width, Height: height, Stride: stride, Colours: Colours{Matrix(stride & 3), Range(quality % 3)}}
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
