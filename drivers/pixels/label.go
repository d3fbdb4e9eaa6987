package pixels

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"fanlight/drivers/lettering"
	"fanlight/drivers/pixels/turbo"
)

// ground is how much of the picture shows through behind a label: little enough for white
// letters to be read on snow.
const ground = 0.4

// newWriter returns the writer for pictures of a height in pixels.
func newWriter(height int) (*lettering.Writer, error) {
	return lettering.NewWriter(float64(max(10, height/24)), true)
}

// label is a line of text, drawn once to be blended into many pictures: white
// letters, and emoji in their colours, on a half-transparent black ground. The zero label
// is empty.
type label struct {
	line    string
	room    image.Point
	size    image.Point // zero where there is nothing to show
	letters *image.RGBA // of that size
}

// shows reports whether the label is that of the line, cut to the room there is.
func (l *label) shows(line string, room image.Point) bool { return l.line == line && l.room == room }

// write draws a line of text, cut to the room there is, unless it is drawn already.
func (l *label) write(writer *lettering.Writer, line string, room image.Point) error {
	if l.shows(line, room) {
		return nil
	}
	*l = label{line: line, room: room}
	lines, err := writer.Lines(line, room.X-2*margin(writer), 1)
	if err != nil || len(lines) == 0 {
		return err
	}
	letters := lines[0].Image(color.White)
	size := letters.Rect.Size().Add(image.Pt(2*margin(writer), 0))
	if size.Y > room.Y {
		return nil
	}
	l.size, l.letters = size, image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(l.letters, l.letters.Rect, letters, image.Pt(-margin(writer), 0), draw.Src)
	return nil
}

// margin is the room to the left and the right of the letters.
func margin(writer *lettering.Writer) int { return writer.LineHeight() / 4 }

// burn blends the label into a picture of 4:2:0 or grey, which has room for it there.
func (l *label) burn(picture *turbo.Planes, at image.Point) {
	area := image.Rectangle{Min: at, Max: at.Add(l.size)}
	if area.Empty() {
		return
	}
	planes := picture.All()
	for y := area.Min.Y; y < area.Max.Y; y++ {
		line := planes[0].Line(y)[area.Min.X:area.Max.X]
		for x := range line {
			letter := l.letters.RGBAAt(x, y-at.Y)
			line[x] = byte((kept(letter.A)*int(line[x])+math.MaxUint8/2)/math.MaxUint8) + luma(letter)
		}
	}
	for i, colour := range planes[1:] {
		for y := area.Min.Y / 2; y < (area.Max.Y+1)/2; y++ {
			line := colour.Line(y)
			for x := area.Min.X / 2; x < (area.Max.X+1)/2; x++ {
				kept, own := l.four(2*x-at.X, 2*y-at.Y, shares[i])
				line[x] = byte(128 + (kept*(int(line[x])-128)+own)/(4*math.MaxUint8))
			}
		}
	}
}

// kept is how much of a pixel shows through where a letter covers it so far, in 1/255.
func kept(cover uint8) int { return int(ground * float64(math.MaxUint8-cover)) }

// luma is the brightness of a letter, as much as it covers, as JFIF has it.
func luma(letter color.RGBA) byte {
	return byte((299*int(letter.R) + 587*int(letter.G) + 114*int(letter.B) + 500) / 1000)
}

// shares is what red, green and blue add to the two planes of colour, in 1/1000. The sum
// is zero, so that white adds nothing.
var shares = [2][3]int{{-169, -331, 500}, {500, -419, -81}}

// four returns the sums for the four pixels that share a colour, of which some may lie
// beside the label: what shows through, and 255 times the letters' own colour.
func (l *label) four(x, y int, by [3]int) (through, own int) {
	for _, p := range [...]image.Point{{x, y}, {x + 1, y}, {x, y + 1}, {x + 1, y + 1}} {
		if !p.In(l.letters.Rect) {
			through += math.MaxUint8
			continue
		}
		letter := l.letters.RGBAAt(p.X, p.Y)
		through += kept(letter.A)
		own += math.MaxUint8 * (by[0]*int(letter.R) + by[1]*int(letter.G) + by[2]*int(letter.B)) / 1000
	}
	return through, own
}
