package web

import (
	"context"
	"net/http"
	"time"

	"fanlight/streaming/sound"
)

const (
	// soundPatience is how long a listener waits for a microphone's first packet.
	soundPatience = 5 * time.Second
	// soundLate is how late a packet may be before a listener is sent silence in its place.
	soundLate = 500 * time.Millisecond
	// preRoll is how much sound in front of a moment a decoder is fed, so that it has settled
	// there (RFC 7845, section 4.6).
	preRoll = 80 * time.Millisecond
)

// listening sends sound to one listener.
type listening struct {
	stream  *Stream
	viewer  *viewer
	from    time.Time // zero is live
	packets chan *sound.Packet
	writer  audioWriter
	decoder Decoder // nil unless the samples are of the past
	warned  bool
}

// newListening returns a listening that has not begun. Its error is of the decoder.
func (s *Stream) newListening(w http.ResponseWriter, r *http.Request, v *viewer, from time.Time) (*listening, error) {
	l := &listening{stream: s, viewer: v, from: from, packets: make(chan *sound.Packet)}
	l.writer = audioWriter{w: w, control: http.NewResponseController(w), viewer: v, format: audioTypeOf(r).format()}
	if _, isOpus := l.writer.format.(opusFormat); isOpus || from.IsZero() {
		return l, nil
	}
	decoder, err := s.newDecoder()
	l.decoder = decoder
	return l, err
}

// begin begins the answer, whose sound begins at a moment. It reports whether the listener is
// still connected.
func (l *listening) begin(w http.ResponseWriter, r *http.Request, taken time.Time) bool {
	if l.viewer.conn != nil {
		l.viewer.conn.beginStream()
	}
	audioHeader(w.Header(), r)
	w.Header().Set("X-Timestamp", string(appendTimestamp(nil, taken)))
	return l.writer.begin(taken)
}

// sendSound sends sound to a listener until it disconnects. It returns a refusal, before
// anything is written, if there is none.
func (s *Stream) sendSound(w http.ResponseWriter, r *http.Request, v *viewer, from time.Time) *refusal {
	l, err := s.newListening(w, r, v, from)
	if err != nil {
		s.server.log.Error("sound not decoded", "err", err)
		return &refusal{http.StatusServiceUnavailable, "The sound of the past cannot be decoded. Listen live: leave out from.", 0}
	}
	ctx, stop := context.WithCancel(v.ctx)
	hearing := make(chan struct{})
	go func() { defer close(hearing); l.hear(ctx) }()
	defer func() { stop(); <-hearing }()
	first, no := l.first()
	if first == nil {
		return no
	}
	defer s.connected(v)()
	if l.begin(w, r, first.taken) && l.writer.packet(*first) {
		l.run()
	}
	return nil
}

// hear passes the packets on until ctx ends.
func (l *listening) hear(ctx context.Context) {
	packets := l.stream.sound.Packets(ctx)
	if !l.from.IsZero() {
		packets = l.stream.sound.From(ctx, l.from.Add(-preRoll))
	}
	for p := range packets {
		select {
		case l.packets <- p:
		case <-ctx.Done():
			return
		}
	}
}

// first waits for the first packet. It returns neither that nor a refusal if the listener has
// left.
func (l *listening) first() (*audioPacket, *refusal) {
	patience := time.NewTimer(soundPatience)
	defer patience.Stop()
	for {
		select {
		case p := <-l.packets:
			if made := l.made(p); made != nil {
				return made, nil
			}
		case <-patience.C:
			if no := l.stream.unheard(); no != nil {
				return nil, no
			}
			return nil, &refusal{http.StatusServiceUnavailable, "The microphone has delivered no sound yet. Try again.", silenceRetry}
		case <-l.viewer.ctx.Done():
			return nil, nil
		}
	}
}

// run sends what follows until the listener is disconnected, or no microphone is chosen.
func (l *listening) run() {
	late := time.NewTimer(soundLate)
	defer late.Stop()
	for {
		sent := true
		select {
		case p := <-l.packets:
			if made := l.made(p); made != nil {
				sent = l.writer.packet(*made)
			}
		case <-late.C:
			sent = l.stream.sound.Status().State != sound.None && l.writer.silence(time.Now().Add(-soundLate))
		case <-l.viewer.ctx.Done():
			return
		}
		if !sent {
			return
		}
		late.Reset(soundLate)
	}
}

// made returns a packet as it is sent, nil for one that is not: it is in front of the moment
// where the listener begins, cannot be decoded, or a live listener is so late that its samples
// are gone, and goes on with newer ones.
func (l *listening) made(p *sound.Packet) *audioPacket {
	made := &audioPacket{p.Seq, p.Taken, p.Samples, p.Opus}
	if l.from.IsZero() {
		if p.Samples == nil {
			return nil
		}
		return made
	}
	if l.decoder != nil {
		samples, err := l.decoder.Decode(p.Opus)
		if err != nil || len(samples) != sound.PacketSamples {
			if !l.warned { // once: packets are many
				l.warned = true
				l.stream.server.log.Warn("sound of the past not decoded", "err", err)
			}
			return nil
		}
		made.taken, made.samples = p.Taken.Add(-sound.Delay), samples
	}
	if made.taken.Add(sound.PacketLength).Before(l.from) {
		return nil
	}
	return made
}
