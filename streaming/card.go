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

	"fanlight/drivers/lettering"
)

// card is what a card says: a picture of text, shown while there is none of the camera.
type card struct {
	width, height int    // in pixels, the stream's; zero means the usual size
	heading       string // one of the headings below
	name          string // the camera's
	reason        string // of a failure; empty for none
}

// Headings of cards. They are English sentences and the keys of their translations; a
// [Translate] puts the camera's name for {{.Camera}}.
const (
	startingHeading  = "Starting {{.Camera}}…"
	lostHeading      = "Camera lost, trying again"
	unpluggedHeading = "Camera unplugged, waiting for it"
	pausedHeading    = "Paused by the owner"
	endedHeading     = "Sharing has ended"

	nameInHeading = "{{.Camera}}"
)

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
	cardStrong = color.RGBA{R: 0xEC, G: 0xED, B: 0xEF, A: 0xFF}
	cardQuiet  = color.RGBA{R: 0xA0, G: 0xA6, B: 0xB0, A: 0xFF}
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

// words returns the heading and the reason in a language, and the name unless the heading
// has it. A nil translate means English.
func (c card) words(translate Translate) (heading, name, reason string) {
	reason = c.reason
	if strings.Contains(c.heading, nameInHeading) {
		heading = strings.ReplaceAll(c.heading, nameInHeading, c.name)
	} else {
		heading, name = c.heading, c.name
	}
	if translate != nil {
		heading = translate(c.heading, map[string]any{"Camera": c.name})
		if reason != "" {
			reason = translate(reason, nil)
		}
	}
	return heading, name, reason
}

// jpeg returns the card as JPEG, in English if translate is nil.
func (c card) jpeg(translate Translate) ([]byte, error) {
	width, height := c.size()
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(picture, picture.Rect, image.NewUniform(cardGround), image.Point{}, draw.Src)
	unit := float64(min(height, width*9/16))
	heading, name, reason := c.words(translate)
	texts := []cardText{
		{pixels: unit / 14, bold: true, ink: cardStrong, words: heading},
		{pixels: unit / 20, ink: cardStrong, words: name},
		{pixels: unit / 26, ink: cardQuiet, words: reason},
	}
	if err := drawCentred(picture, texts); err != nil {
		return nil, fmt.Errorf("drawing a card: %w", err)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: cardQuality}); err != nil {
		return nil, fmt.Errorf("drawing a card: %w", err)
	}
	return b.Bytes(), nil
}

// cardText is a text in one size, to be broken into lines.
type cardText struct {
	pixels float64 // an em
	bold   bool
	ink    color.Color
	words  string
}

// lines returns the text's lines, drawn, as many as have room in a picture.
func (t cardText) lines(room image.Point) ([]*image.RGBA, error) {
	writer, err := lettering.NewWriter(t.pixels, t.bold)
	if err != nil {
		return nil, err
	}
	lines, err := writer.Lines(t.words, room.X*9/10, room.Y/spaced(writer.LineHeight()))
	if err != nil {
		return nil, err
	}
	var drawn []*image.RGBA
	for _, line := range lines {
		drawn = append(drawn, line.Image(t.ink))
	}
	return drawn, nil
}

// spaced returns the distance from a line of a height to the next one.
func spaced(height int) int { return height + height/3 }

// drawCentred draws the texts one below the other, centred in the picture. Lines below
// the lower edge are cut off.
func drawCentred(picture *image.RGBA, texts []cardText) error {
	var lines []*image.RGBA
	total := 0
	for _, t := range texts {
		drawn, err := t.lines(picture.Rect.Size())
		if err != nil {
			return err
		}
		for _, line := range drawn {
			total += spaced(line.Rect.Dy())
		}
		lines = append(lines, drawn...)
	}
	y := max(0, (picture.Rect.Dy()-total)/2)
	for _, line := range lines {
		at := image.Pt((picture.Rect.Dx()-line.Rect.Dx())/2, y)
		draw.Draw(picture, line.Rect.Add(at), line, image.Point{}, draw.Over)
		y += spaced(line.Rect.Dy())
	}
	return nil
}
