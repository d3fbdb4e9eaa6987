package jpegs

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"time"
)

// Origin is what Exif says of a picture's making. Empty fields are left out.
type Origin struct {
	Camera, Software string
	Taken            time.Time // in the time zone that is to be written
}

var exifName = []byte("Exif\x00\x00")

// Tags of Exif (CIPA DC-008, 4.6).
const (
	tagModel            = 0x0110
	tagSoftware         = 0x0131
	tagExif             = 0x8769 // where the second directory is
	tagVersion          = 0x9000
	tagDateTimeOriginal = 0x9003
	tagOffsetOriginal   = 0x9011
	tagSubSecOriginal   = 0x9291

	typeASCII, typeLong, typeUndefined = 2, 4, 7
)

// WithOrigin returns a picture with Exif that says its origin. All other bytes
// stay as they are. Exif that is there keeps what it says, and only what it lacks is added.
// A picture that lacks nothing, or whose Exif makes no sense or is full, is returned itself.
func WithOrigin(picture []byte, o Origin) []byte {
	if !bytes.HasPrefix(picture, startOfImage) {
		return picture
	}
	from, to := exifAt(picture)
	tiff := []byte("MM\x00\x2A\x00\x00\x00\x00") // of no directory yet
	if from < to {
		tiff = picture[from+4+len(exifName) : to]
	}
	tiff, sensible := completed(tiff, o)
	length := 2 + len(exifName) + len(tiff)
	if !sensible || length > math.MaxUint16 {
		return picture
	}
	segment := binary.BigEndian.AppendUint16([]byte{0xFF, app1}, uint16(length))
	return slices.Concat(picture[:from], segment, exifName, tiff, picture[to:])
}

// exifAt returns where the segment with Exif is. If there is none it begins and ends where
// one is to be: behind the APP0 segments, by which readers know JFIF and fields.
func exifAt(picture []byte) (from, to int) {
	place := len(startOfImage) - 1
	for at := place; ; {
		if len(picture) < at+4 || picture[at] != 0xFF || picture[at+1]&0xF0 != app0 {
			return place, place
		}
		end := at + 2 + int(binary.BigEndian.Uint16(picture[at+2:]))
		if end < at+4 || end > len(picture) {
			return place, place
		}
		switch code := picture[at+1]; {
		case code == app1 && bytes.HasPrefix(picture[at+4:end], exifName):
			return at, end
		case code == app0 && at == place:
			place = end
		}
		at = end
	}
}

// completed returns a TIFF structure in which the origin is added. What was there stays at
// its offset, since makers' notes have offsets of their own: the larger directories come
// behind it.
func completed(tiff []byte, o Origin) (_ []byte, sensible bool) {
	t, ok := newTIFF(tiff)
	if !ok {
		return nil, false
	}
	first, next, ok := t.directory(t.order.Uint32(tiff[4:]))
	if !ok {
		return nil, false
	}
	var second directory
	var secondNext uint32
	if at := first.find(tagExif); at >= 0 {
		if second, secondNext, ok = t.directory(t.order.Uint32(first[at].value[:])); !ok {
			return nil, false
		}
		first = slices.Delete(first, at, at+1)
	}
	before := len(first) + len(second)
	t.text(&first, tagModel, o.Camera)
	t.text(&first, tagSoftware, o.Software)
	if second.find(tagVersion) < 0 {
		second = append(second, entry{tag: tagVersion, kind: typeUndefined, count: 4, value: [4]byte{'0', '2', '3', '2'}})
	}
	if second.find(tagDateTimeOriginal) < 0 && !o.Taken.IsZero() { // parts of one time
		second = second.without(tagSubSecOriginal).without(tagOffsetOriginal)
		t.text(&second, tagDateTimeOriginal, o.Taken.Format("2006:01:02 15:04:05"))
		t.text(&second, tagOffsetOriginal, o.Taken.Format("-07:00"))
		t.text(&second, tagSubSecOriginal, o.Taken.Format(".000000")[1:])
	}
	if len(first)+len(second) == before { // nothing is added
		return tiff, true
	}
	link := entry{tag: tagExif, kind: typeLong, count: 1}
	t.order.PutUint32(link.value[:], t.write(second, secondNext))
	at := t.write(append(first, link), next) // which moves the bytes
	t.order.PutUint32(t.bytes[4:], at)
	return t.bytes, true
}
