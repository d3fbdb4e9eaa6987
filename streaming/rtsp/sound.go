package rtsp

import (
	"context"
	"iter"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"fanlight/streaming/sound"

	"github.com/bluenviron/gortsplib/v5/pkg/description"
	"github.com/bluenviron/gortsplib/v5/pkg/format"
	"github.com/pion/rtp"
)

// Sound is a microphone's, which is on while somebody listens.
type Sound interface {
	// Packets yields the packets from now on until ctx ends.
	Packets(ctx context.Context) iter.Seq[*sound.Packet]
	Status() sound.Status
}

// isChosen reports whether there is a microphone, also one that is muted or lost.
func isChosen(s Sound) bool { return s != nil && s.Status().State != sound.None }

// opusPayload is the number of Opus packets in the description, one of those for any use.
const opusPayload = 97

// described is what readers and engines are told of the stream: of pictures of a format, and
// of sound behind them if there is any.
func described(pictures format.Format, withSound bool) *description.Session {
	about := &description.Session{
		Title:  "Fanlight",
		Medias: []*description.Media{{Type: description.MediaTypeVideo, Control: "trackID=0", Formats: []format.Format{pictures}}},
	}
	if withSound {
		about.Medias = append(about.Medias, &description.Media{Type: description.MediaTypeAudio, Control: "trackID=1",
			Formats: []format.Format{&format.Opus{PayloadTyp: opusPayload, ChannelCount: 1}}})
	}
	return about
}

// lull is how far silence is behind the present: later than the sound of any microphone.
const lull = 200 * time.Millisecond

// silence is a packet of Opus in which nothing is heard.
var silence = []byte{0xf8, 0xff, 0xfe}

// filled yields the packets of sound from now on until ctx ends, and silence while none come,
// as they do not from a microphone that is muted, lost or chosen no longer: players hold the
// pictures back while they wait for sound.
func filled(ctx context.Context, s Sound) iter.Seq[*sound.Packet] {
	return func(yield func(*sound.Packet) bool) {
		ctx, stop := context.WithCancel(ctx)
		heard := make(chan *sound.Packet)
		var listening sync.WaitGroup
		defer listening.Wait()
		defer stop()
		listening.Go(func() {
			for p := range s.Packets(ctx) {
				select {
				case heard <- p:
				case <-ctx.Done():
				}
			}
		})
		tick := time.NewTicker(sound.PacketLength)
		defer tick.Stop()
		for next := time.Now(); ; {
			var p *sound.Packet
			select {
			case p = <-heard:
			case now := <-tick.C:
				due := now.Add(-lull)
				if next.After(due) {
					continue
				}
				if due.Sub(next) > lull { // it is no use to catch up
					next = due
				}
				p = &sound.Packet{Taken: next, Opus: silence}
			case <-ctx.Done():
				return
			}
			if !yield(p) {
				return
			}
			next = p.Taken.Add(sound.PacketLength)
		}
	}
}

// soundPackets makes RTP packets of sound (RFC 7587). It is for one goroutine.
type soundPackets struct {
	first  time.Time // when the first packet was taken
	offset uint32    // its timestamp
	last   int64     // the newest timestamp, counted from offset
	gap    bool      // there was one in front of the next packet
}

func newSoundPackets() *soundPackets { return &soundPackets{offset: rand.Uint32(), gap: true} }

// of returns a packet with the timestamp of its capture time: a gap is one, and a sound card
// whose clock is wrong stays in step with the pictures. Timestamps do not go back when the
// clock does.
func (s *soundPackets) of(p *sound.Packet) *rtp.Packet {
	before := s.last
	if s.first.IsZero() {
		s.first = p.Taken
	} else {
		s.last = max(s.last+1, int64(math.Round(p.Taken.Sub(s.first).Seconds()*sound.Rate)))
		s.gap = s.last-before > sound.PacketSamples*3/2
	}
	return &rtp.Packet{
		Header: rtp.Header{
			Version: 2, PayloadType: opusPayload, Timestamp: s.offset + uint32(s.last),
			Marker: s.gap, // the first packet of a talkspurt (RFC 7587, section 4.1)
		},
		Payload: p.Opus,
	}
}
