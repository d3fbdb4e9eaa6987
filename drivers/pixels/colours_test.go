package pixels

import (
	"fmt"
	"image/color"
	"slices"
	"testing"
)

// yuv is a colour as recommendations and test charts print it.
type yuv struct {
	y, u, v byte
	shows   color.RGBA
}

// The colour bars of 75 %, as printed in the recommendations, and some of the full range.
var (
	bars601 = []yuv{
		{180, 128, 128, rgb(191, 191, 191)}, {162, 44, 142, rgb(191, 191, 0)}, {131, 156, 44, rgb(0, 191, 191)},
		{112, 72, 58, rgb(0, 191, 0)}, {84, 184, 198, rgb(191, 0, 191)}, {65, 100, 212, rgb(191, 0, 0)},
		{35, 212, 114, rgb(0, 0, 191)}, {16, 128, 128, rgb(0, 0, 0)}, {235, 128, 128, rgb(255, 255, 255)},
	}
	bars709 = []yuv{
		{180, 128, 128, rgb(191, 191, 191)}, {168, 44, 136, rgb(191, 191, 0)}, {145, 147, 44, rgb(0, 191, 191)},
		{133, 63, 52, rgb(0, 191, 0)}, {63, 193, 204, rgb(191, 0, 191)}, {51, 109, 212, rgb(191, 0, 0)},
		{28, 212, 120, rgb(0, 0, 191)}, {16, 128, 128, rgb(0, 0, 0)}, {235, 128, 128, rgb(255, 255, 255)},
	}
	jpegPoints = []yuv{
		{0, 128, 128, rgb(0, 0, 0)}, {255, 128, 128, rgb(255, 255, 255)}, {76, 85, 255, rgb(254, 0, 0)},
		{150, 44, 21, rgb(0, 255, 1)}, {29, 255, 107, rgb(0, 0, 254)}, {16, 128, 128, rgb(16, 16, 16)},
	}
	full709   = []yuv{{54, 99, 255, rgb(254, 0, 0)}, {182, 30, 12, rgb(0, 255, 0)}, {18, 255, 116, rgb(0, 0, 254)}}
	bars2020  = []yuv{{74, 97, 240, rgb(255, 0, 0)}, {164, 47, 25, rgb(0, 255, 0)}, {29, 240, 119, rgb(0, 0, 255)}}
	bars240   = []yuv{{62, 102, 240, rgb(255, 0, 0)}, {170, 42, 28, rgb(0, 255, 0)}, {35, 240, 116, rgb(0, 0, 255)}}
	videoRGB  = [][2]color.RGBA{{rgb(16, 16, 16), rgb(0, 0, 0)}, {rgb(235, 235, 235), rgb(255, 255, 255)}, {rgb(235, 16, 16), rgb(255, 0, 0)}, {rgb(126, 16, 235), rgb(128, 0, 255)}}
	allShared = []Layout{YUYV, UYVY, YVYU, NV12, NV21, I420, YV12, NV16, NV24}
)

func rgb(r, g, b byte) color.RGBA { return color.RGBA{r, g, b, 255} }

// TestColoursAreHonoured: the points that recommendations print come out as they say.
func TestColoursAreHonoured(t *testing.T) {
	for _, test := range []struct {
		name    string
		colours Colours
		points  []yuv
	}{
		{"a camera that says nothing", Colours{}, bars601},
		{"BT.601", Colours{BT601, LimitedRange}, bars601},
		{"BT.601 of the full range", Colours{BT601, FullRange}, jpegPoints},
		{"BT.709", Colours{Matrix: BT709}, bars709},
		{"BT.709 of the full range", Colours{BT709, FullRange}, full709},
		{"BT.2020", Colours{Matrix: BT2020}, bars2020},
		{"SMPTE 240M", Colours{Matrix: SMPTE240M}, bars240},
	} {
		for _, layout := range allShared {
			for _, point := range test.points {
				raw := evenly(layout, point.y, point.u, point.v)
				raw.Colours = test.colours
				shows(t, fmt.Sprintf("%s, %v, %d %d %d", test.name, layout, point.y, point.u, point.v), raw, point.shows)
			}
		}
	}
}

// TestRangeOfRed: what is no YUV has the full range, unless its source says otherwise.
func TestRangeOfRed(t *testing.T) {
	for _, layout := range []Layout{RGB24, BGR24, RGBA32, BGRA32} {
		for _, pair := range videoRGB {
			bytes := []byte{pair[0].R, pair[0].G, pair[0].B, 7}
			if layout == BGR24 || layout == BGRA32 {
				bytes[0], bytes[2] = bytes[2], bytes[0]
			}
			raw := Raw{Pix: slices.Repeat(bytes[:layouts[layout].pixel], 16*16), Layout: layout, Width: 16, Height: 16}
			shows(t, layout.String(), raw, pair[0])
			raw.Colours.Range = LimitedRange
			shows(t, layout.String()+" limited", raw, pair[1])
		}
	}
	raw := Raw{Pix: slices.Repeat([]byte{126}, 16*16), Layout: Grey, Width: 16, Height: 16}
	shows(t, "grey", raw, rgb(126, 126, 126))
	raw.Colours.Range = LimitedRange
	shows(t, "limited grey", raw, rgb(128, 128, 128))
}

// evenly is a picture of one colour.
func evenly(layout Layout, y, u, v byte) Raw {
	l := layouts[layout]
	raw := Raw{Layout: layout, Width: 16, Height: 16, Stride: 16 * l.pixel}
	raw.Pix = make([]byte, raw.Stride*raw.rows())
	for i := range raw.Pix {
		behind := i - raw.Stride*raw.Height
		switch {
		case l.chroma == pairs:
			raw.Pix[i] = map[int]byte{l.y: y, (l.y + 2) % 4: y, l.u: u, l.v: v}[i%4]
		case behind < 0:
			raw.Pix[i] = y
		case l.chroma == twoPlanes:
			raw.Pix[i] = []byte{u, v}[(l.u+behind/(8*8))%2]
		default:
			raw.Pix[i] = []byte{u, v}[(l.u+behind)%2]
		}
	}
	return raw
}

// shows checks a picture of one colour, to what rounding and JPEG leave of it.
func shows(t *testing.T, name string, raw Raw, want color.RGBA) {
	t.Helper()
	file, err := raw.Encode(100)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if got := decoded(t, file).At(8, 8); !near(got, want, 4) {
		t.Errorf("%s shows %v, want %v", name, color.RGBAModel.Convert(got), want)
	}
}
