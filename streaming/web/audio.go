package web

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"time"

	"fanlight/streaming/replay"
	"fanlight/streaming/sound"
)

// Decoder makes samples of Opus packets, in order.
type Decoder interface {
	// Decode returns a packet's samples, valid until the next call.
	Decode(packet []byte) ([]int16, error)
}

// HearWith gives the stream its sound: /audio.pcm, /audio.wav, /audio.opus and /audio.webm.
// The decoders are for samples of the past. It is called before the first request.
func (s *Stream) HearWith(heard *sound.Sound, decoder func() (Decoder, error)) {
	s.sound, s.newDecoder = heard, decoder
}

// audioType is how sound is sent.
type audioType struct {
	content string
	format  func() audioFormat
}

// audioTypes are the formats that sound is sent in, by the last part of the path.
var audioTypes = map[string]audioType{
	"/audio.pcm":  {"application/octet-stream", func() audioFormat { return &audioPCM{} }},
	"/audio.wav":  {"audio/wav", func() audioFormat { return &audioWAV{} }},
	"/audio.opus": {"audio/ogg; codecs=opus", func() audioFormat { return &audioOgg{} }},
	"/audio.webm": {"audio/webm; codecs=opus", func() audioFormat { return &audioWebM{} }},
}

func audioTypeOf(r *http.Request) audioType { return audioTypes["/"+path.Base(r.URL.Path)] }

// audio answers with the sound from now on, or from a moment of the past. X-Timestamp is when
// the first sample was captured.
func (s *Stream) audio(w http.ResponseWriter, r *http.Request) {
	from, err := audioAsked(r.URL.Query(), r.URL.Path, time.Now())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	right := context.Background()
	no := s.unheard()
	if no == nil && !from.IsZero() {
		right, no = s.right(r)
	}
	if no != nil {
		no.answer(w)
		return
	}
	s.answerSound(w, r, right, func(v *viewer) *refusal { return s.sendSound(w, r, v, from) })
}

// answerSound has a listener be sent sound for as long as it has the right to it.
func (s *Stream) answerSound(w http.ResponseWriter, r *http.Request, right context.Context, send func(*viewer) *refusal) {
	if r.Method == http.MethodHead {
		audioHeader(w.Header(), r)
		return
	}
	v, no := s.viewers.listen(r)
	if no != nil {
		no.answer(w)
		return
	}
	defer s.viewers.exit(v)
	if no = s.server.access.revoked(r); no == nil {
		defer context.AfterFunc(right, v.leave)()
		no = send(v)
	}
	if no != nil {
		no.answer(w)
	}
}

// audioAsked parses ?from=, at a path; the zero time is live.
func audioAsked(query url.Values, path string, now time.Time) (from time.Time, err error) {
	if query.Has("from") {
		if from, err = replay.ParseMoment(query.Get("from"), now); err != nil {
			return from, sentence("from", err, path+"?from=-30s")
		}
	}
	return from, nil
}

const silenceRetry = 5 * time.Second

// unheard returns nil unless it is known that there is nothing to hear.
func (s *Stream) unheard() *refusal {
	if s.sound == nil {
		return &refusal{http.StatusNotFound, noMicrophone, 0}
	}
	now := s.sound.Status()
	switch {
	case now.State == sound.None:
		return &refusal{http.StatusNotFound, noMicrophone, 0}
	case now.State == sound.Lost:
		return &refusal{http.StatusServiceUnavailable, "The microphone is lost; its owner sees why in Fanlight's window. Try again later.", silenceRetry}
	case now.State == sound.Paused:
		return &refusal{http.StatusServiceUnavailable, "The owner has paused the microphone, and the camera. Try again later.", silenceRetry}
	case now.Muted:
		return &refusal{http.StatusServiceUnavailable, "The owner has muted the microphone. Try again later.", silenceRetry}
	}
	return nil
}

const noMicrophone = "There is no sound: the owner has chosen no microphone."

func audioHeader(header http.Header, r *http.Request) {
	streamHeader(header, r)
	header.Set("Content-Type", audioTypeOf(r).content)
}
