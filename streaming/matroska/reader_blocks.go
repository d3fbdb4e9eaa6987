package matroska

import (
	"encoding/binary"
	"errors"
	"math"
	"time"
)

const (
	// mostPicture is the most bytes of a picture. A larger one is left out.
	mostPicture = 32 << 20
	// mostPacket is the same of a packet of sound.
	mostPacket = 8 << 10
	// mostInCluster bounds the pictures of a cluster, and the elements between them: block
	// times reach a minute.
	mostInCluster = 1 << 16
	// mostTime bounds the times in a file, so that no sum overflows.
	mostTime = 100 * 365 * 24 * time.Hour
)

// Picture is the place of a picture in a file.
type Picture struct {
	// At is the time since [Head.Begin] at which it was taken.
	At time.Duration
	// Offset is where it is in the file: larger for later pictures, and never zero.
	Offset int64
	size   int
}

// cluster is the pictures, and the sound, of some seconds.
type cluster struct {
	at       int64 // where it begins in the file
	next     int64 // where the next element begins
	time     time.Duration
	pictures []Picture
	packets  []Packet
	cut      bool // the file ends in it: it may grow
}

// clusterHead reads the head of the cluster at an offset, with its time.
func (r *Reader) clusterHead(e element) (time.Duration, error) {
	const mostBefore = 8 // a checksum and padding
	at := e.data
	for range mostBefore {
		child, err := r.source.element(at, e.end)
		if err != nil {
			return 0, err
		}
		if child.id == idTime {
			return r.ticks(r.source.uint(child))
		}
		at = child.end
	}
	return 0, errDamaged
}

// ticks is a time in the file's units.
func (r *Reader) ticks(n uint64) (time.Duration, error) {
	if n > uint64(mostTime/r.scale) {
		return 0, errDamaged
	}
	return time.Duration(n) * r.scale, nil
}

// readCluster reads the heads of the blocks of a cluster. One that is damaged or cut has the
// pictures up to there.
func (r *Reader) readCluster(e element) (*cluster, error) {
	c := &cluster{at: e.at, next: e.end}
	start, err := r.clusterHead(e)
	if err != nil {
		return nil, err
	}
	c.time = start
	at := e.data
	for n := 0; at < e.end && n < 2*mostInCluster && len(c.pictures) < mostInCluster && len(c.packets) < mostInCluster; n++ {
		child, err := r.source.element(at, e.end)
		if err != nil && !isBroken(err) {
			return nil, err
		}
		if err != nil || !inCluster(child.id) {
			c.cut = errors.Is(err, errEnds)
			break
		}
		if err := r.readChild(c, child); err != nil {
			c.cut = errors.Is(err, errEnds)
			break
		}
		at = child.end
	}
	if e.unknown {
		c.next = at
	}
	return c, nil
}

// inCluster reports whether an element can be in a cluster. One of unknown size ends in front
// of another one, and what is none at all is a damage.
func inCluster(id uint32) bool {
	switch id {
	case idTime, idSimpleBlock, idGroup, idEncrypted, idPosition, idPrevious, idSilent, idVoid, idChecksum:
		return true
	}
	return false
}

// readChild adds the pictures and the sound of an element of a cluster.
func (r *Reader) readChild(c *cluster, e element) error {
	switch e.id {
	case idSimpleBlock:
		return r.readBlock(c, e)
	case idGroup:
		var err error
		inGroup := r.source.children(e, func(e element) bool {
			if e.id == idBlock {
				err = r.readBlock(c, e)
			}
			return e.id != idBlock
		})
		return errors.Join(err, inGroup)
	}
	return nil
}

// readBlock adds the pictures or the sound of a block, unless it is another track's.
func (r *Reader) readBlock(c *cluster, block element) error {
	head, err := r.source.bytes(block.data, int(min(block.end-block.data, 8+2+1+1)))
	if err != nil {
		return err
	}
	number, n, err := number(head)
	switch {
	case err != nil:
		return err
	case len(head) < n+3:
		return errEnds
	}
	offset := int16(binary.BigEndian.Uint16(head[n:]))
	at := max(c.time+time.Duration(offset)*r.scale, 0)
	from := block.data + int64(n) + 3
	switch {
	case number == r.track.number:
		if n := len(c.pictures); n > 0 {
			at = max(at, c.pictures[n-1].At)
		}
		c.pictures, err = r.addLaces(c.pictures, r.track, at, mostPicture, head[n+2], from, block.end)
	case number == r.sound.number && r.sound.kind != 0:
		c.packets, err = r.addLaces(c.packets, r.sound, max(at-r.sound.delay, 0), mostPacket, head[n+2], from, block.end)
	}
	return err
}

// addLaces adds what a block of a track, with its flags, consists of, unless it is empty or
// larger than most.
func (r *Reader) addLaces(to []Picture, t track, at time.Duration, most int64, flags byte, from, end int64) ([]Picture, error) {
	sizes, from, err := r.laces(flags, from, end)
	if err != nil {
		return to, err
	}
	if err := r.isThere(end); err != nil {
		return to, err
	}
	for _, size := range sizes {
		if size > 0 && size <= most {
			to = append(to, Picture{At: at, Offset: from, size: int(size)})
		}
		from += size
		at += t.duration
	}
	return to, nil
}

// isThere returns [errEnds] if the file ends before an offset.
func (r *Reader) isThere(end int64) error {
	last, err := r.source.bytes(end-1, 1)
	if err == nil && len(last) == 0 {
		err = errEnds
	}
	return err
}

// laces returns the sizes of the pictures that a block consists of, by the block's flags, and
// where the first one begins (RFC 9559, section 10.3).
func (r *Reader) laces(flags byte, from, end int64) (sizes []int64, first int64, err error) {
	const none, xiph, fixed = 0, 1, 2
	kind := flags >> 1 & 3
	if kind == none {
		return []int64{end - from}, from, nil
	}
	head, err := r.source.bytes(from, int(min(end-from, window)))
	if err != nil {
		return nil, 0, err
	}
	if len(head) == 0 {
		return nil, 0, errEnds
	}
	count := int(head[0]) + 1
	used := 1
	switch kind {
	case fixed:
		each := (end - from - 1) / int64(count)
		for range count {
			sizes = append(sizes, each)
		}
		return sizes, from + 1, nil
	case xiph:
		sizes, used, err = xiphSizes(head, count)
	default:
		sizes, used, err = ebmlSizes(head, count)
	}
	if err != nil {
		return nil, 0, err
	}
	first = from + int64(used)
	last := end - first
	for _, size := range sizes {
		if size < 0 || size > last {
			return nil, 0, errDamaged
		}
		last -= size
	}
	return append(sizes, last), first, nil
}

// xiphSizes reads the sizes of all pictures but the last: sums of bytes up to one below 255.
func xiphSizes(head []byte, count int) (sizes []int64, used int, err error) {
	used = 1
	for range count - 1 {
		size := int64(0)
		for {
			if used == len(head) {
				return nil, 0, errDamaged
			}
			next := head[used]
			used++
			size += int64(next)
			if next < math.MaxUint8 {
				break
			}
		}
		sizes = append(sizes, size)
	}
	return sizes, used, nil
}

// ebmlSizes reads the sizes of all pictures but the last: one, and the differences to it.
func ebmlSizes(head []byte, count int) (sizes []int64, used int, err error) {
	used = 1
	size := int64(0)
	for n := range count - 1 {
		value, length, err := number(head[used:])
		if err != nil {
			return nil, 0, errDamaged
		}
		used += length
		if n == 0 {
			size = int64(value)
		} else {
			size += int64(value) - int64(unknown(length)/2)
		}
		sizes = append(sizes, size)
	}
	return sizes, used, nil
}
