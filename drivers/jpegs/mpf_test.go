package jpegs

import (
	"bytes"
	"encoding/binary"
	"slices"
	"testing"
)

// byteOrder is one of package binary's.
type byteOrder interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// indexed puts an index in front of a picture: that of the picture itself, and of
// further ones behind it, or one that has no entries.
func indexed(picture []byte, order byteOrder, entries bool, further ...[]byte) []byte {
	name := "MM"
	if order.String() == binary.LittleEndian.String() {
		name = "II"
	}
	tiff := order.AppendUint16([]byte(name), 42)
	tiff = order.AppendUint32(tiff, 8)
	if !entries {
		return behindStart(picture, segment(app2, slices.Concat(mpfName, order.AppendUint16(tiff, 0))...))
	}
	tiff = order.AppendUint16(tiff, 2)
	entry := func(tag, kind uint16, count, value uint32) {
		tiff = order.AppendUint16(order.AppendUint16(tiff, tag), kind)
		tiff = order.AppendUint32(order.AppendUint32(tiff, count), value)
	}
	entry(0xB001, 4, 1, uint32(1+len(further)))
	list := uint32(len(tiff) + ifdEntrySize)
	entry(mpfEntries, 7, uint32(mpfEntrySize*(1+len(further))), list)
	// The index begins at byte 10 of the picture.
	behind := len(picture) + 8 + len(tiff) + mpfEntrySize*(1+len(further)) - 10
	image := func(size, offset int) {
		tiff = order.AppendUint32(tiff, 0)
		tiff = order.AppendUint32(order.AppendUint32(tiff, uint32(size)), uint32(offset))
		tiff = order.AppendUint32(tiff, 0)
	}
	image(behind+10, 0)
	for _, more := range further {
		image(len(more), behind)
		behind += len(more)
	}
	return behindStart(picture, segment(app2, slices.Concat(mpfName, tiff)...))
}

// A still camera's previews are no pictures of a stream, and whatever else comes is.
func TestSplitPassesOverPreviews(t *testing.T) {
	large, small, other := encode(t, 64, 48), encode(t, 16, 8), encode(t, 24, 16)
	for _, order := range []byteOrder{binary.BigEndian, binary.LittleEndian} {
		whole := indexed(large, order, true, small, other)
		same := indexed(large, order, true, large)
		bare := indexed(large, order, false)
		smaller := indexed(small, order, false)
		for _, test := range []struct {
			name   string
			stream []byte
			want   [][]byte
		}{
			{"previews", slices.Concat(whole, small, other, whole, small, other), [][]byte{whole, whole}},
			{"one for each eye", slices.Concat(same, large, same, large), [][]byte{same, same}},
			{"the index says nothing", slices.Concat(bare, small, bare, small), [][]byte{bare, bare}},
			{"the previews are gone", slices.Concat(whole, whole, same, same), [][]byte{whole, whole, same, same}},
			{"a smaller size from now on", slices.Concat(bare, smaller, smaller), [][]byte{bare, smaller, smaller}},
			{"no index", slices.Concat(large, small), [][]byte{large, small}},
		} {
			pictures, err := split(bytes.NewReader(test.stream), noLimit)
			if err != nil || !slices.EqualFunc(pictures, test.want, bytes.Equal) {
				t.Errorf("%s, %v: pictures of %v bytes, %v; want %v", test.name, order, sizes(pictures), err, sizes(test.want))
			}
		}
	}
}

func TestIndexThatMakesNoSense(t *testing.T) {
	small := encode(t, 16, 8)
	whole := indexed(small, binary.BigEndian, true, small)
	if got := previews(whole, 10, 100); !slices.Equal(got, []extent{{100 + int64(len(whole)), 100 + int64(len(whole)+len(small))}}) {
		t.Fatalf("the index says %v of a picture of %d bytes at 100", got, len(whole))
	}
	for cut := 10; cut < 10+60; cut++ {
		previews(whole[:cut], 10, 0) // must not look behind the end
	}
}

// TestIndexOfManyLists: a list counts once and ends with its segment, however often and
// however long the index says that it is. Each could be as long as the picture.
func TestIndexOfManyLists(t *testing.T) {
	const lists = 5000
	tiff := binary.BigEndian.AppendUint16([]byte("MM\x00\x2A\x00\x00\x00\x08"), lists)
	for range lists {
		tiff = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(tiff, mpfEntries), 7)
		tiff = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(tiff, 1<<31), 12)
	}
	picture := behindStart(encode(t, 16, 8), segment(app2, slices.Concat(mpfName, tiff)...))
	picture = append(picture, make([]byte, 1<<20)...)
	if got := previews(picture, 10, 0); len(got) > len(tiff)/mpfEntrySize {
		t.Errorf("an index of %d bytes names %d pictures", len(tiff), len(got))
	}
}
