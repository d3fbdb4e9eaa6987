package pixels

import (
	"bytes"
	"encoding/binary"

	"fanlight/drivers/pixels/turbo"
)

// ways are the ways to turn a picture by its EXIF orientation, which counts from 1.
// Zero stands for none.
var ways = [9]turbo.Way{
	2: {FlipX: true},
	3: {FlipX: true, FlipY: true},
	4: {FlipY: true},
	5: {Transpose: true},
	6: {Transpose: true, FlipX: true},
	7: {Transpose: true, FlipX: true, FlipY: true},
	8: {Transpose: true, FlipY: true},
}

// orientation is what a picture's EXIF data says of the way that the camera was
// held, from 1 to 8, or 0 where it says nothing that can be understood.
func orientation(picture []byte) int {
	const startOfScan, app1 = 0xda, 0xe1
	for at := 2; at+4 <= len(picture) && picture[at] == 0xff; {
		marker, length := picture[at+1], int(binary.BigEndian.Uint16(picture[at+2:]))
		if marker == 0xff { // a fill byte
			at++
			continue
		}
		if marker == startOfScan || length < 2 || at+2+length > len(picture) {
			break
		}
		if tiff, ok := bytes.CutPrefix(picture[at+4:at+2+length], []byte("Exif\x00\x00")); ok && marker == app1 {
			return orientationIn(tiff)
		}
		at += 2 + length
	}
	return 0
}

// orientationIn looks for the orientation in the first directory of a TIFF file.
func orientationIn(tiff []byte) int {
	const entry, tag, short = 12, 0x0112, 3
	var order binary.ByteOrder = binary.BigEndian
	switch {
	case bytes.HasPrefix(tiff, []byte("II*\x00")):
		order = binary.LittleEndian
	case !bytes.HasPrefix(tiff, []byte("MM\x00*")):
		return 0
	}
	if len(tiff) < 8 {
		return 0
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < entry {
			break
		}
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == short {
			if value := int(order.Uint16(entries[8:])); value < len(ways) {
				return value
			}
			return 0
		}
		entries = entries[entry:]
	}
	return 0
}
