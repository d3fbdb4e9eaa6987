package usbcam

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"testing"
)

// These need no kernel to plug a camera into.

func TestDescriptorLengths(t *testing.T) {
	for _, yuyvOnly := range []bool{false, true} {
		c := &Camera{formats: offered(yuyvOnly)}
		all := c.configurationDescriptor()
		if total := int(binary.LittleEndian.Uint16(all[2:])); total != len(all) {
			t.Errorf("wTotalLength is %d of %d", total, len(all))
		}
		for at := 0; at < len(all); at += int(all[at]) {
			if all[at] < 2 || at+int(all[at]) > len(all) {
				t.Fatalf("the descriptor at %d has the length %d", at, all[at])
			}
		}
	}
}

func TestSettle(t *testing.T) {
	c := &Camera{formats: offered(false)}
	for _, test := range []struct {
		name          string
		wanted        negotiation
		format, frame uint8
		interval      uint32
	}{
		{"nothing", negotiation{}, 1, 1, 333333},
		{"as offered", negotiation{Format: 2, Frame: 2, Interval: 666666}, 2, 2, 666666},
		{"no such format", negotiation{Format: 3, Frame: 2, Interval: 333333}, 1, 2, 333333},
		{"no such size", negotiation{Format: 2, Frame: 3, Interval: 333333}, 2, 1, 333333},
		{"24 a second", negotiation{Format: 1, Frame: 1, Interval: 416666}, 1, 1, 333333},
		{"1 a second", negotiation{Format: 1, Frame: 1, Interval: 10000000}, 1, 1, 2000000},
		{"60 a second", negotiation{Format: 1, Frame: 1, Interval: 166666}, 1, 1, 333333},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := c.settle(test.wanted)
			if got.Format != test.format || got.Frame != test.frame || got.Interval != test.interval {
				t.Errorf("got format %d, size %d, interval %d", got.Format, got.Frame, got.Interval)
			}
			if size := c.formats[got.Format-1].sizes[got.Frame-1]; int(got.MaxFrame) != size.bytes() {
				t.Errorf("the largest picture has %d bytes, want %d", got.MaxFrame, size.bytes())
			}
		})
	}
}

func TestTestCard(t *testing.T) {
	card := new(testCard)
	var last []byte
	for _, n := range []int{0, 1, 5, 123456} {
		picture := card.jpeg(64, 40, n)
		if got, ok := Number(picture); !ok || got != n {
			t.Errorf("picture %d has the number %d, %v", n, got, ok)
		}
		if bytes.Equal(picture, last) {
			t.Errorf("picture %d is the one before", n)
		}
		decoded, err := jpeg.Decode(bytes.NewReader(picture))
		if err != nil || decoded.Bounds() != image.Rect(0, 0, 64, 40) {
			t.Fatalf("picture %d: %v, %v", n, decoded, err)
		}
		pixels, step := decoded.(*image.YCbCr), n%steps
		for at := range steps { // at the lower edge, where no strip was encoded
			red := int(pixels.Cr[pixels.COffset(64*at/steps+8, 39)])
			if coloured := red < 112 || red > 144; coloured != (at == step) {
				t.Errorf("picture %d has the red difference %d at position %d", n, red, at)
			}
		}
		last = picture
	}
	if packed := card.yuyv(64, 48, 2); len(packed) != 64*48*2 || bytes.Equal(packed, card.yuyv(64, 48, 3)) {
		t.Errorf("YUYV: %d bytes, or two alike", len(packed))
	}
}

func TestNumberOfOthers(t *testing.T) {
	for name, picture := range map[string][]byte{
		"nothing":         nil,
		"cut short":       new(testCard).jpeg(16, 16, 7)[:10],
		"another comment": {0xff, 0xd8, 0xff, 0xfe, 0, 4, 'h', 'i'},
		"no length":       {0xff, 0xd8, 0xff, 0xfe, 0, 0, 'h', 'i'},
	} {
		if n, ok := Number(picture); ok {
			t.Errorf("%s has the number %d", name, n)
		}
	}
}
