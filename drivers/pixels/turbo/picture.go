package turbo

/*
#include <turbojpeg.h>

// C may not be handed an array of Go's pointers.
static int decompressPlanes(tjhandle h, const unsigned char *jpeg, unsigned long size,
		unsigned char *y, unsigned char *cb, unsigned char *cr, int width, int height) {
	unsigned char *planes[3] = {y, cb, cr};
	return tjDecompressToYUVPlanes(h, jpeg, size, planes, width, NULL, height, TJFLAG_LIMITSCANS);
}

static int transform(tjhandle h, const unsigned char *jpeg, unsigned long size, int op,
		unsigned char **turned, unsigned long *turnedSize) {
	tjtransform t = {.op = op, .options = TJXOPT_PERFECT | TJXOPT_COPYNONE};
	return tjTransform(h, jpeg, size, 1, turned, turnedSize, &t, TJFLAG_LIMITSCANS);
}
*/
import "C"

import (
	"errors"
	"image"
)

// Picture is a JPEG file whose header was read. A progressive one of more than 500
// scans is an error wherever it is decoded.
type Picture struct {
	file     []byte
	size     image.Point
	sampling Sampling
	colours  C.int
}

// Open reads the header. The file is borrowed for as long as the Picture is used,
// and must not change.
func Open(file []byte) (Picture, error) {
	p := Picture{file: file}
	var width, height C.int
	sampling := C.int(C.TJSAMP_GRAY) // so that it is known before it is read
	err := call(func(h C.tjhandle) C.int {
		return C.tjDecompressHeader3(h, pointer(file), C.ulong(len(file)), &width, &height, &sampling, &p.colours)
	})
	p.size, p.sampling = image.Pt(int(width), int(height)), Sampling(sampling)
	switch is := width > 0 && height > 0 && p.colours >= 0; {
	case is && !p.sampling.known(): // which is an error in Debian 12, but decoded nevertheless
		return p, nil
	case err != nil:
		return Picture{}, err
	case !is:
		return Picture{}, errors.New("its header says nothing of a picture")
	}
	return p, nil
}

// Size is the picture's, in pixels.
func (p Picture) Size() image.Point { return p.size }

// Reduced is the size of the picture when it is decoded to eighths of it.
func (p Picture) Reduced(eighths int) image.Point {
	return image.Pt((p.size.X*eighths+7)/8, (p.size.Y*eighths+7)/8)
}

// Decode decodes to 1 to 8 eighths of the size, which costs the less the fewer
// they are. The planes are sampled as the file is, or not at all where that is odd.
func (p Picture) Decode(eighths int, into *Planes) error {
	size := p.Reduced(eighths)
	if p.sampling.known() && (p.colours == C.TJCS_YCbCr || p.colours == C.TJCS_GRAY) {
		into.Reset(size, p.sampling)
		return call(func(h C.tjhandle) C.int {
			return C.decompressPlanes(h, pointer(p.file), C.ulong(len(p.file)),
				pointer(into.pix[0]), pointer(into.pix[1]), pointer(into.pix[2]), C.int(size.X), C.int(size.Y))
		})
	}
	pix := make([]byte, 4*size.X*size.Y)
	if err := p.DecodeRGBA(eighths, pix); err != nil {
		return err
	}
	return into.FromPixels(pix, RGBX, size, 4*size.X, Sampled444)
}

// DecodeRGBA decodes to 1 to 8 eighths of the size, into pixels of red, green, blue
// and an opaque alpha, without padding.
func (p Picture) DecodeRGBA(eighths int, pix []byte) error {
	size := p.Reduced(eighths)
	if len(pix) < 4*size.X*size.Y {
		return errShort
	}
	format := C.int(C.TJPF_RGBA)
	inks := p.colours == C.TJCS_CMYK || p.colours == C.TJCS_YCCK
	if inks {
		format = C.TJPF_CMYK
	}
	err := call(func(h C.tjhandle) C.int {
		return C.tjDecompress2(h, pointer(p.file), C.ulong(len(p.file)), pointer(pix),
			C.int(size.X), 0, C.int(size.Y), format, C.TJFLAG_LIMITSCANS)
	})
	if err == nil && inks {
		fromInks(pix[:4*size.X*size.Y])
	}
	return err
}

// fromInks makes RGBA of CMYK, which JPEG files have as Adobe writes it: inverted.
func fromInks(pix []byte) {
	for ; len(pix) >= 4; pix = pix[4:] {
		black := int(pix[3])
		for n := range 3 {
			pix[n] = byte(int(pix[n]) * black / 255)
		}
		pix[3] = 255
	}
}

// CanTurn reports whether [Picture.Turn] is likely to: what is mirrored must be whole
// blocks, and sampled in one of the usual ways.
func (p Picture) CanTurn(w Way) bool {
	if !p.sampling.known() {
		return false
	}
	block := shared[p.sampling].Mul(8)
	sideways, upright := w.FlipX, w.FlipY
	if w.Transpose {
		sideways, upright = upright, sideways
	}
	return (!sideways || p.size.X%block.X == 0) && (!upright || p.size.Y%block.Y == 0) &&
		// The sampling that this would become is one that decoders refuse.
		!(w.Transpose && p.sampling == Sampled411)
}

// Turn makes a JPEG file of the same picture, turned without loss: its blocks are
// moved and not decoded. Whatever the camera wrote beside the picture is left out.
func (p Picture) Turn(w Way) ([]byte, error) {
	var turned *C.uchar
	var size C.ulong
	err := call(func(h C.tjhandle) C.int {
		return C.transform(h, pointer(p.file), C.ulong(len(p.file)), operations[w], &turned, &size)
	})
	return made(turned, size, err)
}

// operations are the library's names for the ways.
var operations = map[Way]C.int{
	{}:                             C.TJXOP_NONE,
	{FlipX: true}:                  C.TJXOP_HFLIP,
	{FlipY: true}:                  C.TJXOP_VFLIP,
	{FlipX: true, FlipY: true}:     C.TJXOP_ROT180,
	{Transpose: true}:              C.TJXOP_TRANSPOSE,
	{Transpose: true, FlipX: true}: C.TJXOP_ROT90,
	{Transpose: true, FlipY: true}: C.TJXOP_ROT270,
	{Transpose: true, FlipX: true, FlipY: true}: C.TJXOP_TRANSVERSE,
}
