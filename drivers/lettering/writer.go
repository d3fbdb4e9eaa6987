package lettering

import (
	"fmt"
	"image"
	"image/color"
	"slices"

	"github.com/go-text/render"
	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/bidi"
)

// Writer shapes text in one weight and size. It keeps the fonts that it has needed, which
// can be 20 MB for Chinese, until it is dropped. It is for one goroutine at a time.
type Writer struct {
	pixels float32
	fonts  *fonts
	split  shaping.Segmenter
	shaper shaping.HarfbuzzShaper
	wrap   shaping.LineWrapper
}

// NewWriter returns a Writer of a size in pixels an em.
func NewWriter(pixels float64, bold bool) (*Writer, error) {
	fonts, err := newFonts(bold)
	if err != nil {
		return nil, err
	}
	return &Writer{pixels: float32(pixels), fonts: fonts}, nil
}

// LineHeight returns the height of a line of Go's fonts in pixels.
func (w *Writer) LineHeight() int { return w.line(nil).size().Y }

// Quick reports whether Go's fonts have all the letters of a text, so that no time is
// spent on a search for others.
func (w *Writer) Quick(text string) bool {
	for _, letter := range OneLine(text) {
		if !has(w.fonts.own, letter) {
			return false
		}
	}
	return true
}

// Lines shapes a text, as [OneLine] returns it, in lines no wider than width in pixels.
// If there are more than most, the last one ends in an ellipsis. There are none where
// not even that has room.
func (w *Writer) Lines(text string, width, most int) (lines []Line, err error) {
	defer func() {
		if fault := recover(); fault != nil { // text and fonts come from anywhere
			lines, err = nil, fmt.Errorf("shape a text: %v", fault)
		}
	}()
	letters := []rune(OneLine(text))
	dots := w.shape([]rune(ellipsis), di.DirectionLTR)[0]
	if len(letters) == 0 || most < 1 || width < 1 {
		return nil, nil
	}
	direction := directionOf(letters)
	config := shaping.WrapConfig{Direction: direction, TruncateAfterLines: most, Truncator: dots, BreakPolicy: shaping.WhenNecessary}
	wrapped, _ := w.wrap.WrapParagraph(config, width, letters, shaping.NewSliceIterator(w.shape(letters, direction)))
	for _, runs := range wrapped {
		line := w.line(runs)
		if line.width > fixed.I(width) {
			break
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// shape returns the runs of a text, each in one font, script and direction.
func (w *Writer) shape(letters []rune, direction di.Direction) []shaping.Output {
	var runs []shaping.Output
	whole := shaping.Input{Text: letters, RunEnd: len(letters), Direction: direction, Size: fixed.Int26_6(w.pixels * 64)}
	for _, run := range w.split.Split(whole, w.fonts) {
		shaped := w.shaper.Shape(run)
		w.widen(shaped.Glyphs, letters)
		shaped.RecomputeAdvance()
		runs = append(runs, shaped)
	}
	return runs
}

// widen gives spaces a width, which they have none of in fonts of emoji.
func (w *Writer) widen(glyphs []shaping.Glyph, letters []rune) {
	for i := range glyphs {
		if g := &glyphs[i]; g.Advance == 0 && letters[g.TextIndex()] == ' ' {
			g.Advance = fixed.Int26_6(w.pixels * 64 / 4)
		}
	}
}

// directionOf returns the direction of the first letter that has one.
func directionOf(letters []rune) di.Direction {
	for _, letter := range letters {
		properties, _ := bidi.LookupRune(letter)
		switch properties.Class() {
		case bidi.L:
			return di.DirectionLTR
		case bidi.R, bidi.AL:
			return di.DirectionRTL
		}
	}
	return di.DirectionLTR
}

// Line is a line of shaped text.
type Line struct {
	pixels          float32
	runs            []shaping.Output // from left to right
	width           fixed.Int26_6
	ascent, descent fixed.Int26_6
}

func (w *Writer) line(runs shaping.Line) Line {
	own, _ := w.fonts.own.FontHExtents()
	scale := w.pixels / float32(w.fonts.own.Upem()) * 64
	line := Line{pixels: w.pixels, runs: slices.Clone(runs), ascent: fixed.Int26_6(own.Ascender * scale), descent: fixed.Int26_6(-own.Descender * scale)}
	slices.SortStableFunc(line.runs, func(a, b shaping.Output) int { return int(a.VisualIndex - b.VisualIndex) })
	for _, run := range line.runs {
		line.width += run.Advance
		line.ascent = max(line.ascent, run.LineBounds.Ascent)
		line.descent = max(line.descent, -run.LineBounds.Descent)
	}
	return line
}

// size returns the room that the line takes, in pixels.
func (l Line) size() image.Point {
	return image.Pt(l.width.Ceil(), l.ascent.Ceil()+l.descent.Ceil())
}

// Image draws the line on a transparent ground, of the size that it needs. Emoji have
// colours of their own.
func (l Line) Image(ink color.Color) (picture *image.RGBA) {
	picture = image.NewRGBA(image.Rectangle{Max: l.size()})
	defer func() { _ = recover() }() // a glyph that cannot be drawn: the line ends before it
	pen := render.Renderer{FontSize: l.pixels, Color: ink}
	x := fixed.Int26_6(0)
	for _, run := range l.runs {
		pen.DrawShapedRunAt(run, picture, x.Round(), l.ascent.Ceil())
		x += run.Advance
	}
	return picture
}
