package pixels

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"math/bits"
	"testing"

	"fanlight/drivers/pixels/turbo"
)

// blocks writes the entropy-coded data of blocks that have one colour each. A code of 4
// bits says how many bits a difference has, and one of 1 bit that nothing follows it.
type blocks struct {
	data []byte
	room int // bits in the last byte
}

func (b *blocks) bits(value, n int) {
	for n--; n >= 0; n-- {
		if b.room == 0 {
			if len(b.data) > 0 && b.data[len(b.data)-1] == 0xFF {
				b.data = append(b.data, 0)
			}
			b.data, b.room = append(b.data, 0), 8
		}
		b.room--
		b.data[len(b.data)-1] |= byte(value>>n&1) << b.room
	}
}

func (b *blocks) block(difference int) {
	n := bits.Len(uint(max(difference, -difference)))
	b.bits(n, 4)
	if difference < 0 {
		difference += 1<<n - 1
	}
	b.bits(difference, n)
	b.bits(0, 1)
}

// sampled is a baseline JPEG picture of the four quarters, of 128×128 pixels, whose three
// components have these factors, horizontal and vertical in turn (T.81, A.1.1).
func sampled(factors [6]int) []byte {
	const size = 128
	across := max(factors[0], factors[2], factors[4])
	down := max(factors[1], factors[3], factors[5])
	var b blocks
	var before [3]int
	for top := 0; top < size; top += 8 * down {
		for left := 0; left < size; left += 8 * across {
			for n := range 3 {
				h, v := factors[2*n], factors[2*n+1]
				for block := range h * v {
					x, y := left+8*(block%h)*across/h, top+8*(block/h)*down/v
					c := quarters[quarter(x, y, size, size)]
					luma, cb, cr := color.RGBToYCbCr(c.R, c.G, c.B)
					value := int([]byte{luma, cb, cr}[n]) - 128
					b.block(value - before[n])
					before[n] = value
				}
			}
		}
	}
	var file bytes.Buffer
	segment := func(marker byte, content ...byte) {
		file.Write([]byte{0xFF, marker, 0, byte(len(content) + 2)})
		file.Write(content)
	}
	file.Write([]byte{0xFF, 0xD8})
	segment(0xDB, append([]byte{0}, bytes.Repeat([]byte{8}, 64)...)...)
	frame := []byte{8, 0, size, 0, size, 3}
	for n := range 3 {
		frame = append(frame, byte(n+1), byte(factors[2*n]<<4|factors[2*n+1]), 0)
	}
	segment(0xC0, frame...)
	segment(0xC4, append(append([]byte{0x00}, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)...)
	segment(0xC4, append(append([]byte{0x10}, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 0)...)
	segment(0xDA, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0)
	file.Write(b.data)
	file.Write([]byte{0xFF, 0xD9})
	return file.Bytes()
}

// Whatever a viewer shows can be turned, mirrored, written on, made smaller and previewed,
// also where image/jpeg refuses it, and libjpeg-turbo has no name for how it is sampled.
func TestPicturesOfAnySampling(t *testing.T) {
	for _, factors := range [][6]int{
		{1, 1, 1, 1, 1, 1}, // 4:4:4
		{2, 1, 1, 1, 1, 1}, // 4:2:2
		{2, 2, 1, 1, 1, 1}, // 4:2:0
		{1, 2, 1, 1, 1, 1}, // 4:4:0
		{4, 1, 1, 1, 1, 1}, // 4:1:1
		{1, 4, 1, 1, 1, 1}, // 4:1:1, turned
		{4, 2, 1, 1, 1, 1}, // 4:1:0
		{2, 4, 1, 1, 1, 1},
		{2, 2, 1, 1, 1, 2}, // each colour its own way
		{2, 2, 1, 2, 2, 1},
		{2, 2, 2, 1, 2, 1},
		{2, 2, 1, 2, 1, 2},
		{1, 1, 2, 2, 2, 2}, // more of the colours than of the brightness
	} {
		t.Run(fmt.Sprint(factors), func(t *testing.T) {
			picture := sampled(factors)
			size := image.Pt(128, 128)
			for look, want := range map[Look]string{
				{Mirror: true}: "GRWB", {Rotate: 90}: "BRWG", {Rotate: 180}: "WBGR", {Rotate: 270}: "GWRB", {Rotate: 90, Mirror: true}: "RBGW",
			} {
				turned := turn(t, look, 95, picture, noon)
				wantCorners(t, turned, size, want)
				if file, err := turbo.Open(turned); err != nil || !file.CanTurn(turbo.Way{FlipX: true}) {
					t.Errorf("%+v: turned to what others cannot read: %v", look, err)
				}
			}
			written := turn(t, Look{Text: "i"}, 95, picture, noon)
			if got := decoded(t, written); !near(got.At(126, 126), quarters[3], 12) || near(got.At(2, 126), quarters[2], 12) {
				t.Errorf("written on: %v in the corner, and %v where the text is", got.At(126, 126), got.At(2, 126))
			}
			shrunk, err := Shrink(picture, 48, 95)
			if err != nil {
				t.Fatal(err)
			}
			wantCorners(t, shrunk, image.Pt(48, 48), "RGBW")
			shown, err := Preview(picture, image.Pt(30, 30), nil)
			if err != nil {
				t.Fatal(err)
			}
			wantCornersOf(t, shown, image.Pt(32, 32), "RGBW")
			shown, err = Preview(oriented(picture, 6), image.Pt(128, 128), nil)
			if err != nil {
				t.Fatal(err)
			}
			wantCornersOf(t, shown, size, "BRWG")
		})
	}
}
