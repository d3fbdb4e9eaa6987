package usbcam

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
	"slices"
)

// testCard draws a grey ramp on which a coloured bar moves. It keeps what it has
// drawn: the guest is too slow to draw anew for every picture.
type testCard struct {
	drawn map[image.Point][steps][]byte // encoded, by size and position of the bar
}

// steps is the number of positions of the bar.
const steps = 4

// jpeg returns the nth picture. A comment in it carries its number, so that any
// two pictures differ and a test sees order and gaps; see [Number].
func (t *testCard) jpeg(width, height, n int) []byte {
	picture := t.picture(width, height, n, encodeJPEG)
	return slices.Insert(slices.Clone(picture), 2, comment(n)...)
}

// yuyv returns the nth picture as packed 4:2:2.
func (t *testCard) yuyv(width, height, n int) []byte {
	return t.picture(width, height, n, encodeYUYV)
}

func (t *testCard) picture(width, height, n int, encode func(*image.YCbCr, int) []byte) []byte {
	if t.drawn == nil {
		t.drawn = map[image.Point][steps][]byte{}
	}
	size, step := image.Pt(width, height), n%steps
	pictures := t.drawn[size]
	if pictures[step] == nil {
		pictures[step] = encode(drawStrip(width, step), height)
		t.drawn[size] = pictures
	}
	return pictures[step]
}

// blockHeight is that of a JPEG's blocks with 4:2:0 colour, in lines.
const blockHeight = 16

// drawStrip draws one row of blocks. The card's lines are all alike.
func drawStrip(width, step int) *image.YCbCr {
	strip := image.NewYCbCr(image.Rect(0, 0, width, blockHeight), image.YCbCrSubsampleRatio420)
	for i := range strip.Y {
		strip.Y[i] = byte(i % strip.YStride * 255 / width)
	}
	for i := range strip.Cb {
		strip.Cb[i], strip.Cr[i] = 128, 128
		if i%strip.CStride*steps/strip.CStride == step {
			strip.Cb[i], strip.Cr[i] = byte(32+64*step), byte(224-64*step)
		}
	}
	return strip
}

func encodeYUYV(strip *image.YCbCr, height int) []byte {
	var line []byte
	for x := 0; x < strip.Rect.Dx(); x += 2 {
		line = append(line, strip.Y[x], strip.Cb[x/2], strip.Y[x+1], strip.Cr[x/2])
	}
	return bytes.Repeat(line, height)
}

// Markers of JPEG (ITU-T T.81, table B.1), each behind a byte 0xff.
const (
	startOfFrame   = 0xc0
	firstRestart   = 0xd0
	endOfImage     = 0xd9
	startOfScan    = 0xda
	restartEvery   = 0xdd
	commentSegment = 0xfe
)

// encodeJPEG encodes the strip and repeats it, with a restart marker after every
// row of blocks, where coding begins afresh. Encoding whole pictures takes the
// guest seconds for each when the race detector is on.
func encodeJPEG(strip *image.YCbCr, height int) []byte {
	var encoded bytes.Buffer
	if err := jpeg.Encode(&encoded, strip, nil); err != nil {
		panic(err) // only for a width that JPEG cannot hold
	}
	head, scan := splitJPEG(encoded.Bytes(), height)
	blocks := (strip.Rect.Dx() + blockHeight - 1) / blockHeight
	picture := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, restartEvery, 0, 4}, uint16(blocks))
	picture = append(picture, head...)
	for row := range (height + blockHeight - 1) / blockHeight {
		if row > 0 {
			picture = append(picture, 0xff, firstRestart+byte((row-1)%8))
		}
		picture = append(picture, scan...)
	}
	return append(picture, 0xff, endOfImage)
}

// splitJPEG returns what stands before the coded blocks, but for the start of image, with
// the height changed, and the coded blocks.
func splitJPEG(encoded []byte, height int) (head, scan []byte) {
	for at := 2; ; {
		next := at + 2 + int(binary.BigEndian.Uint16(encoded[at+2:]))
		switch encoded[at+1] {
		case startOfFrame:
			binary.BigEndian.PutUint16(encoded[at+5:], uint16(height))
		case startOfScan:
			return encoded[2:next], encoded[next : len(encoded)-2]
		}
		at = next
	}
}

const commentText = "usbcam picture "

// comment is a JPEG comment with the picture's number.
func comment(n int) []byte {
	text := fmt.Appendf(nil, "%s%d", commentText, n)
	return append(binary.BigEndian.AppendUint16([]byte{0xff, commentSegment}, uint16(2+len(text))), text...)
}

// Number returns the number that the camera gave to a JPEG of its own, counted
// from 0 since it was plugged in.
func Number(jpeg []byte) (n int, ok bool) {
	const at = 2 + 4 // behind the start of image and the comment's head
	if len(jpeg) < at {
		return 0, false
	}
	length := int(binary.BigEndian.Uint16(jpeg[4:])) - 2
	if length < 0 || len(jpeg) < at+length {
		return 0, false
	}
	_, err := fmt.Sscanf(string(jpeg[at:at+length]), commentText+"%d", &n)
	return n, err == nil
}
