package web

import (
	"context"
	"net/http"
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

// audioTypes are the formats that sound is sent in, by the path.
var audioTypes = map[string]struct {
	content string
	format  func() audioFormat
}{
	"/audio.pcm":  {"application/octet-stream", func() audioFormat { return &audioPCM{} }},
	"/audio.wav":  {"audio/wav", func() audioFormat { return &audioWAV{} }},
	"/audio.opus": {"audio/ogg; codecs=opus", func() audioFormat { return &audioOgg{} }},
	"/audio.webm": {"audio/webm; codecs=opus", func() audioFormat { return &audioWebM{} }},
}

// audio answers with the sound from now on, or from a moment of the past. X-Timestamp is when
// the first sample was captured.
func (s *Stream) audio(w http.ResponseWriter, r *http.Request) {
	from, err := audioAsked(r, time.Now())
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
		no = s.sendSound(w, r, v, from)
	}
	if no != nil {
		no.answer(w)
	}
}

// audioAsked parses ?from=; the zero time is live.
func audioAsked(r *http.Request, now time.Time) (from time.Time, err error) {
	if query := r.URL.Query(); query.Has("from") {
		if from, err = replay.ParseMoment(query.Get("from"), now); err != nil {
			return from, sentence("from", err, r.URL.Path+"?from=-30s")
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
	header.Set("Content-Type", audioTypes[r.URL.Path].content)
}
