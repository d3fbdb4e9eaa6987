package turbo

/*
#include <turbojpeg.h>

// C may not be handed an array of Go's pointers.
static int compressPlanes(tjhandle h, const unsigned char *y, const unsigned char *cb, const unsigned char *cr,
		int width, int height, int sampling, int quality, unsigned char **jpeg, unsigned long *size) {
	const unsigned char *planes[3] = {y, cb, cr};
	return tjCompressFromYUVPlanes(h, planes, width, NULL, height, sampling, jpeg, size, quality, TJFLAG_ACCURATEDCT);
}

static int encodePlanes(tjhandle h, const unsigned char *pix, int width, int pitch, int height, int format,
		unsigned char *y, unsigned char *cb, unsigned char *cr, int sampling) {
	unsigned char *planes[3] = {y, cb, cr};
	return tjEncodeYUVPlanes(h, pix, width, pitch, height, format, planes, NULL, sampling, 0);
}

static int decodePlanes(tjhandle h, const unsigned char *y, const unsigned char *cb, const unsigned char *cr,
		int width, int height, int sampling, unsigned char *rgba) {
	const unsigned char *planes[3] = {y, cb, cr};
	return tjDecodeYUVPlanes(h, planes, NULL, sampling, rgba, width, 0, height, TJPF_RGBA, 0);
}
*/
import "C"

import (
	"errors"
	"image"
	"slices"
)

// Sampling is how many pixels share a colour.
type Sampling int

const (
	Sampled444 Sampling = C.TJSAMP_444  // none
	Sampled422 Sampling = C.TJSAMP_422  // two side by side
	Sampled420 Sampling = C.TJSAMP_420  // two by two
	Grey       Sampling = C.TJSAMP_GRAY // there are no colours
	Sampled440 Sampling = C.TJSAMP_440  // two, one above the other
	Sampled411 Sampling = C.TJSAMP_411  // four side by side
)

// shared is the width and height of the pixels that share a colour.
var shared = [...]image.Point{
	Sampled444: {X: 1, Y: 1}, Sampled422: {X: 2, Y: 1}, Sampled420: {X: 2, Y: 2},
	Grey: {X: 1, Y: 1}, Sampled440: {X: 1, Y: 2}, Sampled411: {X: 4, Y: 1},
}

// known guards against what a later release of the library may add.
func (s Sampling) known() bool { return s >= 0 && int(s) < len(shared) }

// Plane is one component of a picture. A line takes Stride bytes, of which Width
// are pixels.
type Plane struct {
	Pix                   []byte
	Width, Height, Stride int
}

// Line is the pixels of one line.
func (p Plane) Line(y int) []byte { return p.Pix[y*p.Stride:][:p.Width] }

// Planes is a picture as JPEG has it: brightness, blue and red (Y, Cb and Cr of
// BT.601 in the full range) in planes of their own. The zero Planes is empty.
type Planes struct {
	size     image.Point
	sampling Sampling
	pix      [3][]byte
}

// Reset makes room for a picture of a size, in the memory there is if it is enough.
// What is in there then is undefined.
func (p *Planes) Reset(size image.Point, s Sampling) {
	p.size, p.sampling = size, s
	for n := range p.pix {
		room := p.room(n)
		p.pix[n] = slices.Grow(p.pix[n][:0], room.X*room.Y)[:room.X*room.Y]
	}
}

// Size is the picture's, in pixels.
func (p *Planes) Size() image.Point { return p.size }

// Sampling is the picture's.
func (p *Planes) Sampling() Sampling { return p.sampling }

// All is the planes there are: one of a grey picture, three of any other.
func (p *Planes) All() []Plane {
	planes := make([]Plane, 0, len(p.pix))
	for n := range p.pix {
		room := p.room(n)
		if room.X == 0 {
			break
		}
		plane := Plane{Pix: p.pix[n], Width: room.X, Height: room.Y, Stride: room.X}
		if n == 0 {
			plane.Width, plane.Height = p.size.X, p.size.Y
		}
		planes = append(planes, plane)
	}
	return planes
}

// room is the size of a plane in memory. Where pixels share a colour, the plane of
// brightness is as large as if there were enough of them.
func (p *Planes) room(n int) image.Point {
	by := shared[p.sampling]
	colours := image.Pt((p.size.X+by.X-1)/by.X, (p.size.Y+by.Y-1)/by.Y)
	switch {
	case n == 0:
		return image.Pt(colours.X*by.X, colours.Y*by.Y)
	case p.sampling == Grey:
		return image.Point{}
	default:
		return colours
	}
}

// Encode makes a baseline JPEG file of a quality from 1 to 100.
func (p *Planes) Encode(quality int) ([]byte, error) {
	p.pad()
	var picture *C.uchar
	var size C.ulong
	err := call(func(h C.tjhandle) C.int {
		return C.compressPlanes(h, pointer(p.pix[0]), pointer(p.pix[1]), pointer(p.pix[2]),
			C.int(p.size.X), C.int(p.size.Y), C.int(p.sampling), C.int(quality), &picture, &size)
	})
	return made(picture, size, err)
}

// pad repeats the outermost pixels of brightness where the plane is larger than
// the picture: they are encoded with their neighbours.
func (p *Planes) pad() {
	room := p.room(0)
	for y := range room.Y {
		line := p.pix[0][y*room.X:][:room.X]
		if y >= p.size.Y {
			copy(line, p.pix[0][(y-1)*room.X:])
			continue
		}
		for x := p.size.X; x < room.X; x++ {
			line[x] = line[x-1]
		}
	}
}

// Format is how the bytes of a pixel with all its colours follow each other.
type Format int

const (
	RGB  Format = C.TJPF_RGB
	BGR  Format = C.TJPF_BGR
	RGBX Format = C.TJPF_RGBX // the fourth byte is not looked at
	BGRX Format = C.TJPF_BGRX // the fourth byte is not looked at
)

var errShort = errors.New("there is less memory than the picture takes")

// FromPixels takes over a picture of pixels, whose lines are stride bytes apart.
func (p *Planes) FromPixels(pix []byte, format Format, size image.Point, stride int, s Sampling) error {
	line := size.X * 3
	if format == RGBX || format == BGRX {
		line = size.X * 4
	}
	if size.X < 1 || size.Y < 1 || stride < line || len(pix) < (size.Y-1)*stride+line {
		return errShort
	}
	p.Reset(size, s)
	return call(func(h C.tjhandle) C.int {
		return C.encodePlanes(h, pointer(pix), C.int(size.X), C.int(stride), C.int(size.Y), C.int(format),
			pointer(p.pix[0]), pointer(p.pix[1]), pointer(p.pix[2]), C.int(s))
	})
}

// ToRGBA writes pixels of red, green, blue and an opaque alpha, without padding.
func (p *Planes) ToRGBA(pix []byte) error {
	if len(pix) < 4*p.size.X*p.size.Y {
		return errShort
	}
	return call(func(h C.tjhandle) C.int {
		return C.decodePlanes(h, pointer(p.pix[0]), pointer(p.pix[1]), pointer(p.pix[2]),
			C.int(p.size.X), C.int(p.size.Y), C.int(p.sampling), pointer(pix))
	})
}
