package streaming

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// card is a picture of text, shown while the camera is lost.
type card struct {
	width, height int // in pixels, the stream's; zero means the usual size
	heading       string
	name          string // the camera's
	reason        string
}

const (
	usualCardWidth, usualCardHeight = 1280, 720
	// Text is not legible below the least height, and needs no more pixels above the most.
	leastCardHeight, mostCardHeight = 120, 2160
	// mostCardWidth bounds a card in the shape of a picture that is one line, say.
	mostCardWidth = 3840

	cardQuality = 85
)

var (
	cardGround = color.RGBA{R: 0x15, G: 0x16, B: 0x19, A: 0xFF}
	cardStrong = image.NewUniform(color.RGBA{R: 0xEC, G: 0xED, B: 0xEF, A: 0xFF})
	cardQuiet  = image.NewUniform(color.RGBA{R: 0xA0, G: 0xA6, B: 0xB0, A: 0xFF})
)

// size returns the size of the drawn card: the stream's own where the text fits.
func (c card) size() (width, height int) {
	width, height = cmp.Or(c.width, usualCardWidth), cmp.Or(c.height, usualCardHeight)
	if height < leastCardHeight {
		width, height = width*leastCardHeight/height, leastCardHeight
	}
	if height > mostCardHeight {
		width, height = width*mostCardHeight/height, mostCardHeight
	}
	return min(max(width, leastCardHeight), mostCardWidth), height
}

// jpeg returns the card as JPEG.
func (c card) jpeg() ([]byte, error) {
	width, height := c.size()
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(picture, picture.Rect, image.NewUniform(cardGround), image.Point{}, draw.Src)
	unit := float64(min(height, width*9/16))
	lines := []textLines{
		{font: gobold.TTF, points: unit / 14, ink: cardStrong, text: c.heading},
		{font: goregular.TTF, points: unit / 20, ink: cardStrong, text: c.name},
		{font: goregular.TTF, points: unit / 26, ink: cardQuiet, text: c.reason},
	}
	if err := drawCentred(picture, lines); err != nil {
		return nil, fmt.Errorf("drawing a card: %w", err)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: cardQuality}); err != nil {
		return nil, fmt.Errorf("drawing a card: %w", err)
	}
	return b.Bytes(), nil
}

// textLines is a text in one font, to be broken into lines.
type textLines struct {
	font   []byte  // TrueType
	points float64 // pixels an em
	ink    image.Image
	text   string
}

// drawCentred draws the texts one below the other, centred in the picture. Lines below
// the lower edge are cut off.
func drawCentred(picture *image.RGBA, texts []textLines) error {
	type line struct {
		face font.Face
		ink  image.Image
		text string
	}
	var lines []line
	total := 0
	for _, t := range texts {
		parsed, err := opentype.Parse(t.font)
		if err != nil {
			return err
		}
		face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: t.points, DPI: 72, Hinting: font.HintingFull})
		if err != nil {
			return err
		}
		defer face.Close()
		for _, words := range broken(face, t.text, fixed.I(picture.Rect.Dx()*9/10)) {
			lines = append(lines, line{face, t.ink, words})
			total += lineHeight(face)
		}
	}
	y := max(0, (picture.Rect.Dy()-total)/2)
	for _, l := range lines {
		d := font.Drawer{Dst: picture, Src: l.ink, Face: l.face}
		d.Dot = fixed.Point26_6{
			X: (fixed.I(picture.Rect.Dx()) - d.MeasureString(l.text)) / 2,
			Y: fixed.I(y) + l.face.Metrics().Ascent,
		}
		d.DrawString(l.text)
		y += lineHeight(l.face)
	}
	return nil
}

// lineHeight returns the distance of two lines in pixels, with a third of the font's
// height between them.
func lineHeight(face font.Face) int {
	m := face.Metrics()
	return (m.Ascent + m.Descent + m.Height/3).Ceil()
}

// broken breaks a text between words into lines no wider than width. A wider word is not
// broken.
func broken(face font.Face, text string, width fixed.Int26_6) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && font.MeasureString(face, longer) > width {
			lines = append(lines, line)
			longer = word
		}
		line = longer
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
