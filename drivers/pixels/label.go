package pixels

import (
	"fmt"
	"image"
	"math"
	"runtime"
	"strings"

	"gocv.io/x/gocv"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

const (
	// ground is how much of the picture shows through behind a label: little enough
	// for white letters to be read on snow.
	ground = 0.4

	// ellipsis ends a line that was cut.
	ellipsis = "…"
)

// newFace is the font for pictures of a height in pixels. OpenCV's own fonts know
// ASCII only.
func newFace(height int) (font.Face, error) {
	parsed, err := opentype.Parse(gobold.TTF)
	if err != nil {
		return nil, fmt.Errorf("read the font: %w", err)
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{
		Size:    float64(max(10, height/24)),
		DPI:     72, // so that the size is in pixels
		Hinting: font.HintingFull,
	})
	if err != nil {
		return nil, fmt.Errorf("scale the font: %w", err)
	}
	return face, nil
}

// label is a line of text, drawn once to be blended into many pictures.
type label struct {
	line string
	room image.Point
	size image.Point // zero where there is nothing to show
	// A pixel under the label becomes keep/255 of what it was, plus add.
	keep, add gocv.Mat
}

func newLabel() label { return label{keep: gocv.NewMat(), add: gocv.NewMat()} }

func (l *label) close() {
	l.keep.Close()
	l.add.Close()
}

// write draws a line of text, cut to the room there is, unless it is drawn already.
func (l *label) write(face font.Face, line string, room image.Point) error {
	if l.line == line && l.room == room {
		return nil
	}
	l.line, l.room, l.size = line, room, image.Point{}
	metrics := face.Metrics()
	margin := metrics.Height.Ceil() / 4
	shown := cut(face, line, room.X-2*margin)
	size := image.Pt(font.MeasureString(face, shown).Ceil()+2*margin, (metrics.Ascent + metrics.Descent).Ceil())
	if shown == "" || size.Y > room.Y {
		return nil
	}
	letters := image.NewAlpha(image.Rectangle{Max: size})
	drawer := font.Drawer{Dst: letters, Src: image.Opaque, Face: face, Dot: fixed.P(margin, metrics.Ascent.Ceil())}
	drawer.DrawString(shown)
	if err := l.take(letters); err != nil {
		return err
	}
	l.size = size
	return nil
}

// take makes white letters on a half-transparent black ground.
func (l *label) take(letters *image.Alpha) error {
	// Pinned for the reason given in [Raw.Encode].
	var pin runtime.Pinner
	pin.Pin(&letters.Pix[0])
	defer pin.Unpin()
	wrapped, err := gocv.NewMatFromBytes(letters.Rect.Dy(), letters.Rect.Dx(), gocv.MatTypeCV8UC1, letters.Pix)
	if err != nil {
		return fmt.Errorf("wrap a label: %w", err)
	}
	defer wrapped.Close()
	gocv.CvtColor(wrapped, &l.add, gocv.ColorGrayToBGR)
	l.add.ConvertToWithParams(&l.keep, gocv.MatTypeCV8U, -ground, ground*math.MaxUint8)
	return nil
}

// burn blends the label into a BGR picture, which has room for it there.
func (l *label) burn(picture *gocv.Mat, at image.Point) {
	if l.size == (image.Point{}) {
		return
	}
	under := picture.Region(image.Rectangle{Min: at, Max: at.Add(l.size)})
	defer under.Close()
	gocv.MultiplyWithParams(under, l.keep, &under, 1.0/math.MaxUint8, -1)
	gocv.Add(under, l.add, &under)
}

// cut shortens a line to a width in pixels. It is empty where nothing fits.
func cut(face font.Face, line string, width int) string {
	room := fixed.I(width)
	dots := font.MeasureString(face, ellipsis)
	used, fits, before := fixed.Int26_6(0), 0, rune(-1)
	for at, letter := range line {
		if used+dots <= room {
			fits = at
		}
		advance, _ := face.GlyphAdvance(letter)
		if before >= 0 {
			advance += face.Kern(before, letter)
		}
		used, before = used+advance, letter
		if used <= room {
			continue
		}
		if dots > room {
			return ""
		}
		return strings.TrimRight(line[:fits], " ") + ellipsis
	}
	return line
}
