package pixels

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math/rand/v2"
	"testing"
	"time"
)

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
// recommendation and not the tables.
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
	rows := height + layouts[layout].chroma.lines(height)
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
			case NV16:
				packed(luma)
				pix[stride*(height+y)+x] = []byte{u, v}[x%2]
			case NV24:
				packed(luma)
				copy(pix[stride*(height+2*y)+2*x:], []byte{u, v})
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

// noisy is a raw picture that is about as hard to compress as a camera's.
func noisy(layout Layout, width, height int) Raw {
	random := rand.New(rand.NewPCG(1, 2))
	raw := paint(layout, width, height, width*layouts[layout].pixel)
	for i := range raw.Pix {
		raw.Pix[i] = raw.Pix[i]/2 + byte(i%raw.Stride*60/raw.Stride) + byte(random.UintN(12))
	}
	return raw
}

// noon is a time of capture in another zone than local.
var noon = time.Date(2024, 2, 29, 12, 34, 56, 789, time.FixedZone("", 5*3600))

// corners is a JPEG picture of the four quarters.
func corners(t testing.TB, width, height int) []byte {
	t.Helper()
	file, err := paint(BGR24, width, height, width*3).Encode(95)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// filled is a JPEG picture of one colour.
func filled(t testing.TB, width, height int, c color.Color) []byte {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(picture, picture.Rect, image.NewUniform(c), image.Point{}, draw.Src)
	var file bytes.Buffer
	if err := jpeg.Encode(&file, picture, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// turn is one picture's turn, with what every turn must keep to.
func turn(t testing.TB, look Look, quality int, picture []byte, taken time.Time) []byte {
	t.Helper()
	turner := NewTurner(look, quality)
	defer turner.Close()
	before := bytes.Clone(picture)
	got, err := turner.Turn(picture, taken)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(picture, before) {
		t.Fatal("the borrowed picture was changed")
	}
	return got
}

// wantCorners compares the four corners, row by row, well away from the bounds.
func wantCorners(t *testing.T, file []byte, size image.Point, want string) {
	t.Helper()
	wantCornersOf(t, decoded(t, file), size, want)
}

func wantCornersOf(t *testing.T, picture image.Image, size image.Point, want string) {
	t.Helper()
	if got := picture.Bounds().Size(); got != size {
		t.Fatalf("the picture is %v, want %v", got, size)
	}
	const names = "RGBW"
	got := ""
	for _, at := range []image.Point{{1, 1}, {size.X - 2, 1}, {1, size.Y - 2}, {size.X - 2, size.Y - 2}} {
		name := "?"
		for i, c := range quarters {
			if near(picture.At(at.X, at.Y), c, 12) {
				name = names[i : i+1]
			}
		}
		got += name
	}
	if got != want {
		t.Errorf("the corners are %s, want %s", got, want)
	}
}

// oriented puts an EXIF segment with an orientation behind a JPEG's first marker.
func oriented(picture []byte, orientation uint16) []byte {
	exif := []byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00")
	binary.BigEndian.PutUint16(exif[24:], orientation)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2))
	return bytes.Join([][]byte{picture[:2], segment, exif, picture[2:]}, nil)
}

// claiming changes the size that the frame header (SOF0) of a JPEG states.
func claiming(t testing.TB, picture []byte, width, height uint16) []byte {
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
