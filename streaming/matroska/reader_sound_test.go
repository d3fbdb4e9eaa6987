package matroska

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"fanlight/streaming/sound"
	"fanlight/streaming/streamtest"
)

// heard is all the sound of a Reader from a time on.
func heard(t *testing.T, r *Reader, from time.Duration) (all []Packet) {
	t.Helper()
	s, err := r.SoundAt(from)
	for n := 0; s != nil && n < 10_000; n++ {
		all = append(all, s.Packets...)
		s, err = r.SoundAfter(s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// heardWithin checks that the sound of a file is in it, in order, and is read.
func heardWithin(t *testing.T, r *Reader, file []byte) {
	t.Helper()
	last := int64(0)
	for _, p := range heard(t, r, 0) {
		if p.Offset <= last || p.Offset+int64(p.size) > int64(len(file)) || p.At < 0 || p.size > mostPacket {
			t.Fatalf("packet %+v of %d bytes behind %d", p, len(file), last)
		}
		last = p.Offset
		if _, err := r.ReadPacket(&p); err != nil {
			t.Fatal(err)
		}
	}
}

// A Reader finds the sound with the times at which it was captured, less the decoder's delay,
// from any time on, whether the file was closed or not.
func TestReaderFindsTheSound(t *testing.T) {
	for _, whole := range []bool{true, false} {
		path := filepath.Join(t.TempDir(), "a.mkv")
		spoken := spoken(280)
		recordSound(t, path, irregular(300), slices.Clone(spoken), whole)
		r := read(t, path)
		if !r.HasSound() {
			t.Fatal("it has no sound")
		}
		all := heard(t, r, 0)
		if len(all) != len(spoken) {
			t.Fatalf("%d packets, want %d", len(all), len(spoken))
		}
		for n, p := range all {
			truth := max(time.Duration(spoken[n])*time.Microsecond-sound.Delay, 0)
			if off := p.At - truth; off.Abs() > time.Millisecond {
				t.Errorf("packet %d is at %v, want %v", n, p.At, truth)
			}
			if packet, err := r.ReadPacket(&p); err != nil || len(packet) == 0 || packet[0]>>3 != sound.SilentOpus[0]>>3 {
				t.Fatalf("packet %d is %.4x, %v", n, packet, err)
			}
		}
		for _, from := range []time.Duration{0, time.Second, 4321 * time.Millisecond, time.Hour} {
			some := heard(t, r, from)
			first := slices.IndexFunc(all, func(p Packet) bool { return p.At >= from })
			if first < 0 {
				first = len(all)
			}
			const before = 150 // packets at most
			if n := len(all) - first; len(some) < n || len(some) > n+before || !slices.Equal(some, all[len(all)-len(some):]) {
				t.Errorf("from %v on there are %d packets, want %d and a few before", from, len(some), n)
			}
		}
	}
}

// A Reader finds the sound of a file that is being written, each packet once.
func TestReaderFollowsTheSound(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "a.mkv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w, err := NewWriterWithSound(file, 64, 48, "Door", begin, sound.OpusHead())
	if err != nil {
		t.Fatal(err)
	}
	var r *Reader
	var s *Stretch
	found := 0
	for n := range 200 {
		taken := begin.Add(time.Duration(n) * sound.PacketLength)
		if err := w.Write(streamtest.Grey(64, 48), taken); err != nil {
			t.Fatal(err)
		}
		if err := w.WriteSound([]byte{sound.SilentOpus[0], byte(n)}, taken); err != nil {
			t.Fatal(err)
		}
		var next *Stretch
		if r == nil {
			r = read(t, file.Name())
			next, err = r.SoundAt(0)
		} else {
			next, err = r.SoundAfter(s)
		}
		for ; next != nil && err == nil; next, err = r.SoundAfter(s) {
			for _, p := range next.Packets {
				if packet, err := r.ReadPacket(&p); err != nil || packet[1] != byte(found) {
					t.Fatalf("packet %d is %x, %v", found, packet, err)
				}
				found++
			}
			s = next
		}
		if err != nil || found != n+1 {
			t.Fatalf("%d packets of %d are found, %v", found, n+1, err)
		}
	}
}

// endlessSound is an [endless] file of sound and pictures.
func endlessSound(again ...[]byte) io.ReaderAt {
	return endless{fileOf(nil, soundTrackPart(nil)), bytes.Repeat(slices.Concat(again...), 1<<12)}
}

// Sound without pictures, of sizes and times that lie, or without an end is never more than
// what is in the file, and each call ends.
func TestReaderOfHostileSound(t *testing.T) {
	x := []byte("x")
	for name, test := range map[string]struct {
		file io.ReaderAt
		want int // packets; -1 for as many as there are
	}{
		"one":                 {bytes.NewReader(fileOf(nil, soundTrackPart(nil), clusterPart(5, block(0, x), soundBlock(0, x)))), 1},
		"no pictures":         {bytes.NewReader(fileOf(nil, soundTrackPart(nil), clusterPart(5, soundBlock(0, x)))), 0},
		"empty":               {bytes.NewReader(fileOf(nil, soundTrackPart(nil), clusterPart(5, block(0, x), soundBlock(0)))), 0},
		"huge":                {bytes.NewReader(fileOf(nil, soundTrackPart(nil), clusterPart(5, block(0, x), soundBlock(0, make([]byte, mostPacket+1)), soundBlock(0, x)))), 1},
		"laces that lie":      {bytes.NewReader(fileOf(nil, soundTrackPart(nil), clusterPart(5, block(0, x), soundBlock(2, []byte{9, 255, 255, 0})))), 0},
		"a size that lies":    {bytes.NewReader(fileOf(nil, soundTrackPart(nil), clusterPart(5, block(0, x), []byte{simpleBlockID, 0x41, 0xFF, 0x82, 0, 7, 0}))), 0},
		"a delay of ages":     {bytes.NewReader(fileOf(nil, soundTrackPart(uintPart(idCodecDelay, 1<<63)), clusterPart(5, block(0, x), soundBlock(0, x)))), 1},
		"compressed":          {bytes.NewReader(fileOf(nil, soundTrackPart(part(idEncodings, part(idEncoding, part(idCompression)))), clusterPart(5, block(0, x), soundBlock(0, x)))), 0},
		"without an end":      {endlessSound(clusterPart(5, block(0, x), soundBlock(0, x))), -1},
		"twice the same name": {bytes.NewReader(fileOf(nil, part(idTracks, part(idTrack, uintPart(idTrackNumber, 1), uintPart(idTrackType, soundKind), part(idCodec, []byte("A_OPUS")))), clusterPart(5, block(0, x), soundBlock(0, x)))), 0},
	} {
		r, err := NewReader(test.file)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		s, err := r.SoundAt(0)
		found := 0
		for n := 0; s != nil && err == nil && n < 100; n++ {
			for _, p := range s.Packets {
				if _, err := r.ReadPacket(&p); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
			}
			found += len(s.Packets)
			s, err = r.SoundAfter(s)
		}
		if err != nil || test.want >= 0 && found != test.want || test.want < 0 && found == 0 {
			t.Errorf("%s: %d packets, %v", name, found, err)
		}
	}
}

// soundTrackPart is a track of Opus, number 2, with more parts.
func soundTrackPart(more []byte) []byte {
	return part(idTracks, part(idTrack, uintPart(idTrackNumber, 2), uintPart(idTrackType, soundKind), part(idCodec, []byte("A_OPUS")), more))
}

func soundBlock(flags byte, content ...[]byte) []byte {
	return part(idSimpleBlock, append([][]byte{{0x82, 0, 7, flags}}, content...)...)
}
