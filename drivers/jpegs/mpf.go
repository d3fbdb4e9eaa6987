package jpegs

import "encoding/binary"

// mpfName begins the APP2 segment with the index of the Multi-Picture Format (CIPA
// DC-007, 5.2): still cameras write previews behind the picture.
var mpfName = []byte("MPF\x00")

const (
	mpfEntries   = 0xB002 // the tag of the list of pictures
	mpfEntrySize = 16     // bytes: attributes, size, offset, dependent pictures
	ifdEntrySize = 12     // bytes of an entry in a TIFF directory: tag, type, count, value
)

// extent is a part of a stream: the offsets of its first byte and of the one behind it.
type extent struct{ from, to int64 }

// previews reads the index of a picture that begins at an offset in the stream, and
// returns where the further pictures are. The index lies at an offset in the picture, fills
// its segment to the end, and has the form of a TIFF file with one list of pictures. There
// are none where that is 0, or the index makes no sense.
func previews(picture []byte, index int, start int64) (found []extent) {
	if index == 0 {
		return nil
	}
	length := index - len(mpfName) - 2 // where the segment's length is, which counts itself
	tiff := picture[index:min(len(picture), length+int(binary.BigEndian.Uint16(picture[length:])))]
	if len(tiff) < 8 {
		return nil
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	// at returns the bytes from the offset that stands at another one.
	at := func(place []byte) []byte {
		return tiff[min(int64(len(tiff)), int64(order.Uint32(place))):]
	}
	directory := at(tiff[4:])
	if len(directory) < 2 {
		return nil
	}
	entries := directory[2:]
	for range order.Uint16(directory) {
		if len(entries) < ifdEntrySize {
			return found
		}
		if order.Uint16(entries) == mpfEntries {
			list := at(entries[8:])
			for n := order.Uint32(entries[4:]) / mpfEntrySize; n > 0 && len(list) >= mpfEntrySize; n-- {
				size, offset := int64(order.Uint32(list[4:])), int64(order.Uint32(list[8:]))
				if offset > 0 { // it is 0 for the picture itself
					from := start + int64(index) + offset
					found = append(found, extent{from, from + size})
				}
				list = list[mpfEntrySize:]
			}
			return found
		}
		entries = entries[ifdEntrySize:]
	}
	return found
}
