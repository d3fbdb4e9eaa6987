package web

import (
	"net/http"

	"fanlight/assets/translations"
	"fanlight/streaming"
)

// language is a viewer's, for cards. The zero language is English.
type language struct {
	word      string // its tag
	translate streaming.Translate
}

// languageOf returns the language of the sender of a request.
func languageOf(r *http.Request) language {
	accepted := r.Header.Get("Accept-Language")
	if accepted == "" { // of a program, for which the languages need not be loaded
		return language{}
	}
	l := translations.Match(accepted)
	if l == translations.English() {
		return language{}
	}
	return language{l.Tag(), func(sentence string, data any) string {
		if data == nil { // it may be of a driver, and is translated if it is known
			return l.Sentence(sentence)
		}
		return l.Text(sentence, data)
	}}
}

// speak has cards drawn in a viewer's language until stop is called.
func (s *Stream) speak(v *viewer, r *http.Request) (stop func()) {
	v.language = languageOf(r)
	if v.translate == nil {
		return func() {}
	}
	return s.feed.Speak(v.word, v.translate)
}

// jpegOf returns a frame's JPEG, and that of a card in the language if it is drawn in it.
func (l language) jpegOf(frame *streaming.Frame) []byte {
	if frame.Card != nil && l.translate != nil {
		if jpeg := frame.Card.In(l.word); jpeg != nil {
			return jpeg
		}
	}
	return frame.JPEG
}

// partOf returns a frame as a part in the form that the viewer needs, and a card in the
// viewer's language.
func (v *viewer) partOf(frame *streaming.Frame) part {
	return v.part(newPartOf(frame, v.jpegOf(frame)))
}
