package web

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"fanlight/streaming"
)

const (
	// endPatience is how long the end of sharing waits for a viewer to take the last card.
	endPatience = 500 * time.Millisecond
	// mostEndCards bounds the sizes and languages that the last card is drawn in.
	mostEndCards = 16
)

// ending is the cause with which viewers' contexts end when sharing does. It has the last
// cards, each drawn once. Methods may be called from any goroutine.
type ending struct {
	mu    sync.Mutex
	drawn map[endCard][]byte
}

// endCard is what last cards differ in. The zero word is English.
type endCard struct {
	width, height int
	word, name    string
}

func newEnding() *ending { return &ending{drawn: map[endCard][]byte{}} }

func (e *ending) Error() string { return "sharing has ended" }

// card returns a last card as JPEG, nil if there are too many of them or it cannot be
// drawn.
func (e *ending) card(c endCard, translate streaming.Translate) []byte {
	e.mu.Lock()
	defer e.mu.Unlock()
	jpeg, known := e.drawn[c]
	if !known && len(e.drawn) < mostEndCards {
		jpeg, _ = streaming.EndCard(c.width, c.height, c.name, translate)
		e.drawn[c] = jpeg
	}
	return jpeg
}

// sayEnded sends a viewer the last card if sharing has ended, and waits for it no longer
// than endPatience. The source is where the viewer's pictures came from. Nothing may be
// half sent.
func (s *Stream) sayEnded(w http.ResponseWriter, v *viewer, source source) {
	var e *ending
	if !errors.As(context.Cause(v.ctx), &e) {
		return // the viewer has left or was disconnected
	}
	last := endCard{word: v.word, name: s.Name()}
	if frame := source.Newest(); frame != nil {
		last.width, last.height = frame.Width, frame.Height
		frame.Release()
	}
	jpeg := e.card(last, v.translate)
	if jpeg == nil {
		return
	}
	if v.conn != nil {
		defer time.AfterFunc(endPatience, v.conn.sever).Stop()
	}
	card := v.part(newPart(&streaming.Frame{Taken: time.Now(), JPEG: jpeg}))
	if _, err := w.Write(card.appendTo(nil)); err == nil {
		_ = http.NewResponseController(w).Flush() // the viewer is leaving anyway
	}
}
