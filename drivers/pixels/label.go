package pixels

import (
	"fmt"
	"image"
	"math"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"fanlight/drivers/pixels/turbo"
)

const (
	// ground is how much of the picture shows through behind a label: little enough
	// for white letters to be read on snow.
	ground = 0.4

	// ellipsis ends a line that was cut.
	ellipsis = "…"
)

// newFace is the font for pictures of a height in pixels.
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

// label is a line of text, drawn once to be blended into many pictures: white
// letters on a half-transparent black ground. The zero label is empty.
type label struct {
	line    string
	room    image.Point
	size    image.Point  // zero where there is nothing to show
	letters *image.Alpha // of that size
}

// write draws a line of text, cut to the room there is, unless it is drawn already.
func (l *label) write(face font.Face, line string, room image.Point) {
	if l.line == line && l.room == room {
		return
	}
	l.line, l.room, l.size = line, room, image.Point{}
	metrics := face.Metrics()
	margin := metrics.Height.Ceil() / 4
	shown := cut(face, line, room.X-2*margin)
	size := image.Pt(font.MeasureString(face, shown).Ceil()+2*margin, (metrics.Ascent + metrics.Descent).Ceil())
	if shown == "" || size.Y > room.Y {
		return
	}
	l.size, l.letters = size, image.NewAlpha(image.Rectangle{Max: size})
	drawer := font.Drawer{Dst: l.letters, Src: image.Opaque, Face: face, Dot: fixed.P(margin, metrics.Ascent.Ceil())}
	drawer.DrawString(shown)
}

// burn blends the label into a picture of 4:2:0 or grey, which has room for it there.
func (l *label) burn(picture *turbo.Planes, at image.Point) {
	area := image.Rectangle{Min: at, Max: at.Add(l.size)}
	if area.Empty() {
		return
	}
	planes := picture.All()
	for y := area.Min.Y; y < area.Max.Y; y++ {
		line := planes[0].Line(y)[area.Min.X:area.Max.X]
		for x, white := range l.letters.Pix[(y-at.Y)*l.letters.Stride:][:len(line)] {
			line[x] = byte((kept(white)*int(line[x])+math.MaxUint8/2)/math.MaxUint8) + white
		}
	}
	for _, colour := range planes[1:] {
		for y := area.Min.Y / 2; y < (area.Max.Y+1)/2; y++ {
			line := colour.Line(y)
			for x := area.Min.X / 2; x < (area.Max.X+1)/2; x++ {
				line[x] = byte(128 + (l.keptOfFour(2*x-at.X, 2*y-at.Y)*(int(line[x])-128))/(4*math.MaxUint8))
			}
		}
	}
}

// kept is how much of a pixel shows through where a letter is that white, in 1/255.
func kept(white uint8) int { return int(ground * float64(math.MaxUint8-white)) }

// keptOfFour is the sum for the four pixels that share a colour, of which some may
// lie beside the label.
func (l *label) keptOfFour(x, y int) int {
	sum := 0
	for _, p := range [...]image.Point{{x, y}, {x + 1, y}, {x, y + 1}, {x + 1, y + 1}} {
		if p.In(l.letters.Rect) {
			sum += kept(l.letters.Pix[p.Y*l.letters.Stride+p.X])
		} else {
			sum += math.MaxUint8
		}
	}
	return sum
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
