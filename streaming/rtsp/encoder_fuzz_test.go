package rtsp

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/mediacommon/v2/pkg/codecs/mpeg4audio"
)

// mostTS is how much of MPEG-TS is passed on at most, in bytes.
const mostTS = 64 << 10

// byMPEGTS is what ffmpeg writes of some small pictures, with sound or without, as it does for an
// engine.
func byMPEGTS(t testing.TB, withSound bool) []byte {
	t.Helper()
	args := strings.Fields("-v error -f lavfi -i testsrc2=size=32x16:rate=10:duration=0.4")
	if withSound {
		args = append(args, strings.Fields("-f lavfi -i sine=sample_rate=48000:duration=0.4 -c:a aac -b:a 32k")...)
	}
	args = append(args, strings.Fields("-c:v libx264 -preset ultrafast -tune zerolatency -pix_fmt yuv420p -g 2"+
		" -muxdelay 0 -muxpreload 0 -flush_packets 1 -omit_video_pes_length 0 -f mpegts pipe:1")...)
	out, told, err := run(t, "ffmpeg", args...)
	if err != nil || len(out) > mostTS {
		t.Fatalf("%d bytes, %v: %s", len(out), err, told)
	}
	return out
}

// strictOutlet fails the test unless it is used as outlets are.
type strictOutlet struct {
	pictureOutlet
	t     *testing.T
	begun bool
	heard int
}

func (o *strictOutlet) begin(sps, pps []byte, _ *mpeg4audio.AudioSpecificConfig) error {
	if o.begun || len(sps) == 0 || len(pps) == 0 {
		o.t.Errorf("begins (again: %t) with parameters of %d and %d bytes", o.begun, len(sps), len(pps))
	}
	o.begun = true
	return nil
}

func (o *strictOutlet) picture(au [][]byte, after time.Duration, taken time.Time) error {
	if !o.begun || len(au) == 0 {
		o.t.Errorf("a picture of %d parts; begun %t", len(au), o.begun)
	}
	return o.pictureOutlet.picture(au, after, taken)
}

func (o *strictOutlet) sound(packet []byte, after time.Duration) error {
	if o.heard++; !o.begun || len(packet) == 0 || after < 0 {
		o.t.Errorf("sound of %d bytes at %v; begun %t", len(packet), after, o.begun)
	}
	return nil
}

// passed passes MPEG-TS on, and returns what came out of it.
func passed(t *testing.T, stream io.Reader) (*strictOutlet, error) {
	t.Helper()
	out, sent := &strictOutlet{t: t}, 0
	e := &encoder{log: log(t), out: out, sent: func() { sent++ }}
	hangs := time.AfterFunc(patience, func() { panic("what ffmpeg has written is not read to its end") })
	defer hangs.Stop()
	err := e.pass(stream, time.UnixMilli(1_790_000_000_000))
	if sent != out.count() {
		t.Errorf("%d pictures are told of %d", sent, out.count())
	}
	return out, err
}

// What is fuzzed first is passed on whole.
func TestMPEGTSIsPassedOn(t *testing.T) {
	for _, withSound := range []bool{false, true} {
		out, err := passed(t, bytes.NewReader(byMPEGTS(t, withSound)))
		if err != nil || out.count() != 4 || (out.heard > 0) != withSound {
			t.Errorf("sound %t: %d pictures, %d packets of sound, %v", withSound, out.count(), out.heard, err)
		}
	}
}

// FuzzPass passes on what an ffmpeg at fault may write, which ends with pictures, with an error,
// or with neither.
func FuzzPass(f *testing.F) {
	for _, withSound := range []bool{false, true} {
		stream := byMPEGTS(f, withSound)
		f.Add(stream)
		f.Add(stream[:len(stream)/2+50])
		f.Add(stream[188:])
	}
	f.Add([]byte{})
	f.Add(bytes.Repeat([]byte{0x47}, 10*188))
	f.Fuzz(func(t *testing.T, stream []byte) {
		if len(stream) > mostTS {
			return
		}
		if _, err := passed(t, bytes.NewReader(stream)); errors.Is(err, io.EOF) {
			t.Errorf("the end is taken for an error: %v", err)
		}
	})
}
