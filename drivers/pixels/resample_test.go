package pixels

import (
	"bytes"
	"fmt"
	"testing"

	"fanlight/drivers/pixels/turbo"
)

func plane(width int, pix ...byte) turbo.Plane {
	return turbo.Plane{Pix: pix, Width: width, Height: len(pix) / width, Stride: width}
}

func TestResample(t *testing.T) {
	for name, test := range map[string]struct{ from, want turbo.Plane }{
		"the same size":    {plane(3, 1, 2, 3, 4, 5, 6), plane(3, 1, 2, 3, 4, 5, 6)},
		"a quarter":        {plane(2, 10, 20, 30, 40), plane(1, 25)},
		"half the lines":   {plane(2, 10, 20, 30, 40), plane(2, 20, 30)},
		"half the columns": {plane(2, 10, 20, 30, 41), plane(1, 15, 36)},
		"three to two":     {plane(3, 0, 90, 240), plane(2, 30, 190)},
		"two to three":     {plane(2, 10, 100), plane(3, 10, 55, 100)},
		"twice as large":   {plane(1, 7, 9), plane(2, 7, 7, 7, 7, 9, 9, 9, 9)},
		"to one of many":   {plane(1, 0, 0, 0, 0, 200), plane(1, 40)},
		"with padding":     {turbo.Plane{Pix: []byte{10, 20, 99, 30, 40}, Width: 2, Height: 2, Stride: 3}, plane(1, 25)},
	} {
		to := turbo.Plane{Pix: make([]byte, len(test.want.Pix)), Width: test.want.Width, Height: test.want.Height, Stride: test.want.Stride}
		if resample(to, test.from); !bytes.Equal(to.Pix, test.want.Pix) {
			t.Errorf("%s: %d, want %d", name, to.Pix, test.want.Pix)
		}
	}
}

// A picture of one colour keeps it, down to the last bit, whatever the sizes.
func TestResampleKeepsAColour(t *testing.T) {
	for _, value := range []byte{0, 1, 127, 254, 255} {
		for _, sizes := range [][4]int{{1, 1, 1, 1}, {7, 5, 3, 2}, {3, 2, 7, 5}, {1280, 3, 641, 2}, {3, 1280, 2, 1279}, {65500, 1, 3, 1}, {1, 65500, 1, 7}} {
			t.Run(fmt.Sprint(value, sizes), func(t *testing.T) {
				from := plane(sizes[0], bytes.Repeat([]byte{value}, sizes[0]*sizes[1])...)
				to := plane(sizes[2], make([]byte, sizes[2]*sizes[3])...)
				resample(to, from)
				if !bytes.Equal(to.Pix, bytes.Repeat([]byte{value}, len(to.Pix))) {
					t.Error("it changed")
				}
			})
		}
	}
}
