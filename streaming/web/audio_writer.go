package web

import (
	"net/http"
	"time"

	"fanlight/streaming/sound"
)

// audioPacket is 20 ms of sound as it is sent to a listener.
type audioPacket struct {
	seq     uint64
	taken   time.Time
	samples []int16
	opus    []byte
}

// audioFormat writes sound in one format. It appends to the slice that it is given.
type audioFormat interface {
	// begin is what comes before the first packet.
	begin(into []byte, taken time.Time) []byte
	packet(into []byte, p audioPacket) []byte
	// silence is some of the time up to a length, at most a second of it, and how much; all of
	// it where the packets' times tell it.
	silence(into []byte, length time.Duration) ([]byte, time.Duration)
}

// opusFormat is an audioFormat that sends packets as they are.
type opusFormat interface{ isOpus() }

// driftMost is how far the time that a listener's samples make up may be from the capture
// times. A gap is filled with silence beyond that, and a sound card whose clock runs fast
// loses a packet.
const driftMost = 40 * time.Millisecond

// longestSilence is the longest gap that is filled. In the past the microphone may have been
// off for longer, and that is left out, as it is of pictures.
const longestSilence = time.Minute

// audioWriter writes sound to a listener. The times of a format that has none stay true by
// silence.
type audioWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
	viewer  *viewer
	format  audioFormat

	buffer  []byte
	seq     uint64
	written time.Time // up to where there is sound, or silence
}

// The methods report whether the listener is still connected.

func (a *audioWriter) begin(taken time.Time) bool {
	a.written = taken
	a.buffer = a.format.begin(a.buffer[:0], taken)
	return a.write() && a.control.Flush() == nil // the header, though there may be no sound yet
}

func (a *audioWriter) packet(p audioPacket) bool {
	missed := a.seq != 0 && p.seq != a.seq+1
	a.seq = p.seq
	if a.written.Sub(p.taken) > driftMost {
		return true
	}
	if missed && !a.fillsLag() {
		a.written = p.taken
	}
	if p.taken.Sub(a.written) > driftMost && !a.silence(p.taken) {
		return false
	}
	a.buffer = a.format.packet(a.buffer[:0], p)
	a.written = a.written.Add(sound.PacketLength)
	return a.write()
}

// fillsLag reports whether a listener that was too slow is sent silence for what it missed:
// not if that is as much to send.
func (a *audioWriter) fillsLag() bool {
	_, isWAV := a.format.(*audioWAV)
	return !isWAV
}

// silence fills the time up to a moment, or leaves it out.
func (a *audioWriter) silence(to time.Time) bool {
	if to.Sub(a.written) > longestSilence {
		a.written = to
	}
	for {
		var filled time.Duration
		a.buffer, filled = a.format.silence(a.buffer[:0], to.Sub(a.written))
		if filled <= 0 {
			return true
		}
		a.written = a.written.Add(filled)
		if !a.write() {
			return false
		}
	}
}

// write sends the buffer in one write.
func (a *audioWriter) write() bool {
	if len(a.buffer) == 0 {
		return true
	}
	n, err := a.w.Write(a.buffer)
	a.viewer.bytes.Add(uint64(n))
	return err == nil && a.control.Flush() == nil
}
