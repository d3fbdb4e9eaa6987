package streaming

import "maps"

// mostLanguages bounds the languages that cards are drawn in, beside English.
const mostLanguages = 10

// Translate returns a sentence in a language. The key is the sentence in English, a
// template (text/template) with the values of data; without data it is a sentence that may
// be unknown, such as a driver's. It may be called from any goroutine.
type Translate func(key string, data any) string

// Card is a card's picture in the languages of its viewers; that of the Frame is English.
// It is immutable.
type Card struct{ in map[string][]byte }

// In returns the card as JPEG in a language, nil if it is not drawn in it. Read only.
func (c *Card) In(language string) []byte { return c.in[language] }

// Made returns a card whose pictures are made from those of c.
func (c *Card) Made(from func(jpeg []byte) []byte) *Card {
	made := &Card{in: make(map[string][]byte, len(c.in))}
	for language, jpeg := range c.in {
		made.in[language] = from(jpeg)
	}
	return made
}

// speakers are consumers of one language.
type speakers struct {
	translate Translate
	count     int
}

// Speak has cards drawn in a consumer's language too, until stop is called. Beyond ten
// languages, and until the next card, which comes within a second, cards are English.
func (f *Feed) Speak(language string, translate Translate) (stop func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.speaking[language]
	if s == nil {
		if len(f.speaking) >= mostLanguages {
			return func() {}
		}
		s = &speakers{translate: translate}
		f.speaking[language] = s
	}
	s.count++
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if s.count--; s.count == 0 {
			delete(f.speaking, language)
		}
	}
}

// languages returns the translations of those who watch now.
func (f *Feed) languages() map[string]Translate {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := make(map[string]Translate, len(f.speaking))
	for language, s := range f.speaking {
		now[language] = s.translate
	}
	return now
}

// drawing is a card and its pictures so far, each drawn once. It is for one goroutine at a
// time, and none that passes pictures on: drawing can take seconds where the fonts of the
// machine are searched for the first time.
type drawing struct {
	card    card
	english []byte // as JPEG
	in      map[string][]byte
}

// draw draws what is missing, in English and the languages.
func (d *drawing) draw(languages map[string]Translate) error {
	if d.english == nil {
		english, err := d.card.drawn(nil)
		if err != nil {
			return err
		}
		d.english, d.in = english, map[string][]byte{}
	}
	for language, translate := range languages {
		if d.in[language] != nil || len(d.in) >= mostLanguages {
			continue
		}
		jpeg, err := d.card.drawn(translate)
		if err != nil {
			return err
		}
		d.in[language] = jpeg
	}
	return nil
}

// put makes the drawn card the newest picture of the Feed, with its mu held; see Hub.put.
func (d *drawing) put(f *Feed, picture Picture) *Frame {
	width, height := d.card.size()
	picture.JPEG = d.english
	return f.hub.put(picture, width, height, &Card{in: maps.Clone(d.in)})
}

// EndCard returns the last picture of a stream that is no longer shared, as JPEG. The
// size is the stream's; translate is nil for English.
func EndCard(width, height int, name string, translate Translate) ([]byte, error) {
	return card{width: width, height: height, heading: endedHeading, name: name}.drawn(translate)
}
