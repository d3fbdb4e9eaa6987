package web

import (
	"net/http"

	"fanlight/streaming"
)

// language is a viewer's, for cards. The zero language is English.
type language struct {
	word      string // stands for it
	translate streaming.Translate
}

// languageOf returns the language of the sender of a request.
func (s *Server) languageOf(r *http.Request) (l language) {
	if accepted := r.Header.Get("Accept-Language"); s.language != nil && accepted != "" {
		l.word, l.translate = s.language(accepted)
	}
	return l
}

// speak has cards drawn in a viewer's language until stop is called.
func (s *Stream) speak(v *viewer, r *http.Request) (stop func()) {
	v.language = s.server.languageOf(r)
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
