package jpegs

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
)

// tiff is a TIFF structure (TIFF 6.0, section 2), which grows at its end.
type tiff struct {
	bytes []byte
	order interface {
		binary.ByteOrder
		binary.AppendByteOrder
	}
}

func newTIFF(content []byte) (*tiff, bool) {
	t := &tiff{bytes: bytes.Clone(content)}
	switch {
	case len(content) < 8:
		return nil, false
	case bytes.HasPrefix(content, []byte("II\x2A\x00")):
		t.order = binary.LittleEndian
	case bytes.HasPrefix(content, []byte("MM\x00\x2A")):
		t.order = binary.BigEndian
	default:
		return nil, false
	}
	return t, true
}

// entry is a field of a directory. Its value is an offset if it is larger than 4 bytes.
type entry struct {
	tag, kind uint16
	count     uint32
	value     [4]byte
}

type directory []entry

func (d directory) find(tag uint16) int {
	return slices.IndexFunc(d, func(e entry) bool { return e.tag == tag })
}

func (d directory) without(tag uint16) directory {
	return slices.DeleteFunc(d, func(e entry) bool { return e.tag == tag })
}

// directory reads one, and the offset of the next one. At offset 0 there is an empty one.
func (t *tiff) directory(offset uint32) (d directory, next uint32, ok bool) {
	if offset == 0 {
		return nil, 0, true
	}
	if uint64(len(t.bytes)) < uint64(offset)+2 {
		return nil, 0, false
	}
	rest := t.bytes[offset+2:]
	count := int(t.order.Uint16(t.bytes[offset:]))
	if len(rest) < count*ifdEntrySize+4 {
		return nil, 0, false
	}
	for ; count > 0; count-- {
		e := entry{tag: t.order.Uint16(rest), kind: t.order.Uint16(rest[2:]), count: t.order.Uint32(rest[4:])}
		copy(e.value[:], rest[8:])
		d = append(d, e)
		rest = rest[ifdEntrySize:]
	}
	return d, t.order.Uint32(rest), true
}

// text adds a text to a directory, unless it is empty or the directory has one already.
func (t *tiff) text(d *directory, tag uint16, text string) {
	if text == "" || d.find(tag) >= 0 {
		return
	}
	content := append([]byte(text), 0)
	e := entry{tag: tag, kind: typeASCII, count: uint32(len(content))}
	if len(content) <= len(e.value) {
		copy(e.value[:], content)
	} else {
		t.order.PutUint32(e.value[:], t.add(content))
	}
	*d = append(*d, e)
}

// add adds bytes at the end, and returns their offset, which is even.
func (t *tiff) add(content []byte) (offset uint32) {
	if len(t.bytes)%2 == 1 {
		t.bytes = append(t.bytes, 0)
	}
	offset = uint32(len(t.bytes))
	t.bytes = append(t.bytes, content...)
	return offset
}

// write adds a directory in the order of its tags, and returns its offset.
func (t *tiff) write(d directory, next uint32) (offset uint32) {
	slices.SortStableFunc(d, func(a, b entry) int { return cmp.Compare(a.tag, b.tag) })
	content := t.order.AppendUint16(nil, uint16(len(d)))
	for _, e := range d {
		content = t.order.AppendUint16(content, e.tag)
		content = t.order.AppendUint16(content, e.kind)
		content = t.order.AppendUint32(content, e.count)
		content = append(content, e.value[:]...)
	}
	return t.add(t.order.AppendUint32(content, next))
}
