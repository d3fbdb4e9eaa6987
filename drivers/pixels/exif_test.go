package pixels

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
)

// tiff is a TIFF file whose first directory, at an offset, has one entry.
func tiff(order binary.AppendByteOrder, offset uint32, tag, kind, value uint16) []byte {
	mark := "MM"
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		mark = "II"
	}
	file := order.AppendUint32(order.AppendUint16([]byte(mark), 42), offset)
	file = append(file, make([]byte, offset-8)...)
	for _, half := range []uint16{1, tag, kind} {
		file = order.AppendUint16(file, half)
	}
	return append(order.AppendUint16(order.AppendUint32(file, 1), value), 0, 0)
}

// segment is one of a JPEG file.
func segment(marker byte, content string) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(content)+2)), content...)
}

func TestOrientation(t *testing.T) {
	exif := func(tiff []byte) []byte { return segment(0xe1, "Exif\x00\x00"+string(tiff)) }
	big, little := binary.BigEndian, binary.LittleEndian
	const tag, short = 0x0112, 3
	scan := segment(0xda, "")
	for name, test := range map[string]struct {
		segments [][]byte
		want     int
	}{
		"none":                         {nil, 0},
		"big endian":                   {[][]byte{exif(tiff(big, 8, tag, short, 6))}, 6},
		"little endian":                {[][]byte{exif(tiff(little, 8, tag, short, 8))}, 8},
		"directory further on":         {[][]byte{exif(tiff(little, 100, tag, short, 3))}, 3},
		"behind other segments":        {[][]byte{segment(0xe0, "JFIF"), segment(0xe1, "http://ns.adobe.com/xap"), exif(tiff(big, 8, tag, short, 2))}, 2},
		"behind a fill byte":           {[][]byte{{0xff}, exif(tiff(big, 8, tag, short, 5))}, 5},
		"in another segment":           {[][]byte{segment(0xe2, "Exif\x00\x00"+string(tiff(big, 8, tag, short, 6)))}, 0},
		"behind the scan":              {[][]byte{scan, exif(tiff(big, 8, tag, short, 6))}, 0},
		"zero":                         {[][]byte{exif(tiff(big, 8, tag, short, 0))}, 0},
		"nine":                         {[][]byte{exif(tiff(big, 8, tag, short, 9))}, 0},
		"of another kind":              {[][]byte{exif(tiff(big, 8, tag, 4, 6))}, 0},
		"another tag":                  {[][]byte{exif(tiff(big, 8, 0x0100, short, 6))}, 0},
		"cut short":                    {[][]byte{exif(tiff(big, 8, tag, short, 6)[:12])}, 0},
		"no directory":                 {[][]byte{exif(tiff(big, 8, tag, short, 6)[:8])}, 0},
		"no offset":                    {[][]byte{exif(tiff(big, 8, tag, short, 6)[:6])}, 0},
		"no TIFF":                      {[][]byte{exif([]byte(strings.Repeat("x", 50)))}, 0},
		"directory behind the end":     {[][]byte{exif([]byte("MM\x00\x2a\xff\xff\xff\xff\x00\x01"))}, 0},
		"segment longer than there is": {[][]byte{{0xff, 0xe1, 0xff, 0xff, 'E'}}, 0},
		"segment of no length":         {[][]byte{{0xff, 0xe1, 0, 0}, exif(tiff(big, 8, tag, short, 6))}, 0},
	} {
		file := append([]byte{0xff, 0xd8}, bytes.Join(test.segments, nil)...)
		if got := orientation(file); got != test.want {
			t.Errorf("%s: %d, want %d", name, got, test.want)
		}
	}
}

func FuzzOrientation(f *testing.F) {
	f.Add(oriented([]byte{0xff, 0xd8, 0xff, 0xda}, 6))
	f.Add(append([]byte{0xff, 0xd8}, segment(0xe1, "Exif\x00\x00"+string(tiff(binary.LittleEndian, 20, 0x0112, 3, 8)))...))
	f.Fuzz(func(t *testing.T, picture []byte) {
		if got := orientation(picture); got < 0 || got >= len(ways) {
			t.Errorf("orientation %d", got)
		}
	})
}
