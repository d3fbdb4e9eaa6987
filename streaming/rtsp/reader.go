package rtsp

import (
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/underway"

	"github.com/bluenviron/gortsplib/v5"
	"github.com/bluenviron/gortsplib/v5/pkg/base"
	"github.com/pion/rtp"
)

const (
	// behind is how many packets may wait for a reader when the next picture comes, and
	// behindToHear how many when sound comes: those of a large picture.
	behind       = 32
	behindToHear = 512
)

// The medias of a stream.
const (
	pictureMedia = iota
	soundMedia
)

// reader is a session that was set up.
type reader struct {
	from    netip.Addr
	setUp   *base.Request // whose credentials let it in
	stream  *gortsplib.ServerStream
	session *gortsplib.ServerSession
	// toldOfSound is whether there was sound in the description that it chose from.
	toldOfSound bool
	conn        *conn // while it plays
	hears       bool  // whether it takes the sound, while it plays

	entering atomic.Bool   // PLAY is not answered yet
	failed   atomic.Uint64 // packets that were never written to conn
	number   uint16        // of the next packet of a picture
	heard    uint16        // of the next one of sound

	mu     sync.Mutex
	viewer Viewer      // while it plays
	forget func() bool // no longer closes the session with the viewer's context
}

// enter makes the reader a viewer. It is called before packets come on the connection.
func (r *reader) enter(v Viewer, on *conn, forget func() bool) {
	r.conn = on
	on.plays.Store(true)
	r.failed.Store(r.stream.Stats().OutboundRTPPackets - on.written.Load()) // of a pause before
	r.mu.Lock()
	defer r.mu.Unlock()
	r.viewer, r.forget = v, forget
}

// watches reports whether it is a viewer.
func (r *reader) watches() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.viewer != nil
}

// leave ends that, and reports whether it was one.
func (r *reader) leave() bool {
	r.mu.Lock()
	v := r.viewer
	r.viewer = nil
	r.mu.Unlock()
	if v == nil {
		return false
	}
	r.conn.plays.Store(false)
	r.forget()
	v.Leave()
	return true
}

// isReady reports whether the reader has taken the picture before: pictures that wait on a slow link
// get old.
func (r *reader) isReady() bool { return r.waiting() <= behind && underway.IsFree(r.conn.Conn) }

// isReadyToHear reports whether the reader takes the sound, and not too much waits for it.
func (r *reader) isReadyToHear() bool { return r.hears && r.waiting() <= behindToHear }

// waiting is how many packets wait for the reader.
func (r *reader) waiting() int {
	written := r.conn.written.Load() // first: it grows behind the other
	return int(r.stream.Stats().OutboundRTPPackets - r.failed.Load() - written)
}

// send queues a picture. Packets are numbered without gaps, whatever the reader has
// skipped: a gap would mean to it that packets were lost.
func (r *reader) send(packed []*rtp.Packet, frame *streaming.Frame) error {
	media := r.stream.Desc.Medias[pictureMedia]
	for _, packet := range packed {
		packet.SequenceNumber = r.number
		r.number++
		if err := r.stream.WritePacketRTPWithNTP(media, packet, frame.Taken); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.viewer != nil {
		r.viewer.Sent(len(frame.JPEG))
	}
	return nil
}

// say queues a packet of sound. What is not sent to a reader that is slow is a gap.
func (r *reader) say(packet *rtp.Packet, taken time.Time) {
	packet.SequenceNumber = r.heard
	r.heard++
	_ = r.stream.WritePacketRTPWithNTP(r.stream.Desc.Medias[soundMedia], packet, taken) // it has left
}
