package pixels

import (
	"errors"
	"image"
	"time"

	"fanlight/drivers/caught"
	"fanlight/drivers/lettering"
	"fanlight/drivers/pixels/turbo"
)

// Turner gives the pictures of one camera a Look. It keeps memory between them,
// and is for one goroutine at a time.
type Turner struct {
	look    Look
	quality int
	closed  bool

	buffers     buffers
	height      int
	writer      *lettering.Writer // for pictures of that height
	text, clock label
	drawing     chan label   // of capacity 1: the text, when it is drawn
	drawn       <-chan error // closed when drawing has ended; nil when the text is not being drawn
}

// NewTurner makes a Turner. Where it has to encode, its pictures have a JPEG quality
// from 1 to 100; zero stands for [DefaultQuality]. It must be closed.
func NewTurner(look Look, quality int) *Turner {
	look.Text = lettering.OneLine(look.Text)
	return &Turner{look: look, quality: quality, drawing: make(chan label, 1)}
}

// closeGrace is how long Close waits for a text that is being drawn. One whose fonts, or
// their index, are on a disk of the network that does not answer is left behind.
const closeGrace = 500 * time.Millisecond

// Close gives the memory back. Only a plain Look can be given afterwards.
func (t *Turner) Close() {
	if t.drawn != nil {
		select {
		case <-t.drawn:
		case <-time.After(closeGrace):
		}
	}
	t.closed, t.buffers, t.writer, t.text, t.clock = true, buffers{}, nil, label{}, label{}
}

// Turn gives a JPEG picture the Look. The picture is borrowed and not changed. A
// plain Look returns the very same slice, whatever is in it; any other returns
// memory of the caller's own. Taken is the time that a clock shows; zero means now.
//
// A picture that is only turned loses nothing: its blocks are moved. One whose size
// is not whole blocks, and one with text or a clock on it, is encoded anew.
//
// What the camera wrote beside the picture, EXIF above all, is gone after turning.
// So the orientation in there is followed first, as browsers and the preview do
// with untouched pictures: a picture stands the same with a clock and without.
func (t *Turner) Turn(picture []byte, taken time.Time) ([]byte, error) {
	if t.look.Plain() {
		return picture, nil
	}
	if t.closed {
		return nil, errors.New("turn a picture: the turner is closed already")
	}
	if err := t.look.Validate(); err != nil {
		return nil, err
	}
	quality, err := checkQuality(t.quality)
	if err != nil {
		return nil, err
	}
	file, err := open(picture)
	if err != nil {
		return nil, err
	}
	way := file.upright.Then(t.look.way())
	if t.look.Text == "" && !t.look.Clock && file.CanTurn(way) {
		// A few encoders make blocks larger than the sampling takes.
		if moved, err := file.Turn(way); err == nil {
			return moved, nil
		}
	}
	decoded, err := file.decode(whole, file.Size(), &t.buffers)
	if err != nil {
		return nil, err
	}
	turned := turnPlanes(decoded, way, &t.buffers.turned)
	if err := t.write(turned, taken); err != nil {
		return nil, err
	}
	return encode(turned, quality)
}

// write burns in the text and the time. The time has the first claim to the room.
func (t *Turner) write(picture *turbo.Planes, taken time.Time) error {
	if t.look.Text == "" && !t.look.Clock {
		return nil
	}
	size := picture.Size()
	if t.writer == nil || t.height != size.Y {
		writer, err := newWriter(size.Y)
		if err != nil {
			return err
		}
		t.writer, t.height, t.text = writer, size.Y, label{}
	}
	room := size
	if t.look.Clock {
		if taken.IsZero() {
			taken = time.Now()
		}
		if err := t.clock.write(t.writer, taken.Local().Format(time.DateTime), room); err != nil {
			return err
		}
		t.clock.burn(picture, size.Sub(t.clock.size))
		room.X -= t.clock.size.X
	}
	if t.look.Text != "" {
		if err := t.writeText(room); err != nil {
			return err
		}
		if t.text.size.X <= room.X && t.text.size.Y <= room.Y {
			t.text.burn(picture, image.Pt(0, size.Y-t.text.size.Y))
		}
	}
	return nil
}

// writeText draws the text. One that needs the machine's fonts is drawn beside the
// pictures, which go without it meanwhile: the first search for fonts can take seconds.
func (t *Turner) writeText(room image.Point) error {
	select {
	case label := <-t.drawing:
		t.text, t.drawn = label, nil
	default:
	}
	if t.drawn != nil || t.text.shows(t.look.Text, room) {
		return nil
	}
	if t.writer.Quick(t.look.Text) {
		return t.text.write(t.writer, t.look.Text, room)
	}
	writer, err := newWriter(t.height) // for the goroutine, and to forget the fonts after it
	if err != nil {
		return err
	}
	text := t.look.Text
	t.drawn = caught.Go(func() error {
		var l label
		// What cannot be shaped shows nothing.
		_ = caught.Do(func() error { return l.write(writer, text, room) })
		t.drawing <- l
		return nil
	})
	return nil
}
