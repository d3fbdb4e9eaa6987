package matroska

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"
	"fanlight/streaming/sound"
	"fanlight/streaming/sound/opus"
	"fanlight/streaming/streamtest"
)

// spoken are the times of packets of sound beside irregular pictures, in microseconds: of a
// sound card whose clock is wrong, and with a gap.
func spoken(n int) []int64 {
	var all []int64
	for i := range n {
		at := 7_000 + int64(i)*20_002
		if i > n/2 {
			at += 3_000_000
		}
		all = append(all, at)
	}
	return all
}

// recordSound writes a file of pictures and sound at these times, the sound late by as much
// as it may be. It closes the file only if whole is set.
func recordSound(t *testing.T, path string, pictures, heard []int64, whole bool) {
	t.Helper()
	const late = 130 // ms
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w, err := NewWriterWithSound(file, 64, 48, "Door", begin, sound.OpusHead())
	if err != nil {
		t.Fatal(err)
	}
	encoder, err := opus.NewEncoder()
	if err != nil {
		t.Fatal(err)
	}
	picture, samples := streamtest.Grey(64, 48), make([]int16, sound.PacketSamples)
	for n := range samples {
		samples[n] = int16(n % 100 * 200)
	}
	for _, at := range pictures {
		for len(heard) > 0 && heard[0]/1000+late < at {
			packet, err := encoder.Encode(nil, samples)
			if err != nil {
				t.Fatal(err)
			}
			if err := w.WriteSound(packet, begin.Add(time.Duration(heard[0])*time.Microsecond)); err != nil {
				t.Fatal(err)
			}
			heard = heard[1:]
		}
		if err := w.Write(picture, begin.Add(time.Duration(at)*time.Millisecond)); err != nil {
			t.Fatal(err)
		}
	}
	if len(heard) > 0 {
		t.Fatalf("%d packets are not written", len(heard))
	}
	if whole {
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// packetTimes are those of a stream of a file, v or a, in seconds.
func packetTimes(t *testing.T, path, stream string) (all []float64) {
	t.Helper()
	out, err := processtest.Command(t, time.Minute, "ffprobe", "-v", "error", "-of", "json", "-select_streams", stream, "-show_entries", "packet=pts_time", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	var p struct {
		Packets []struct {
			Time float64 `json:"pts_time,string"`
		}
	}
	if err := json.Unmarshal(out, &p); err != nil {
		t.Fatal(err)
	}
	for _, packet := range p.Packets {
		all = append(all, packet.Time)
	}
	return all
}

// Both tracks have the times at which they were taken, to a millisecond, however late the
// sound comes, whether the file was closed or not.
func TestSoundAndPicturesHaveTheirTimes(t *testing.T) {
	for _, whole := range []bool{true, false} {
		path := filepath.Join(t.TempDir(), "a.mkv")
		pictures, heard := irregular(300), spoken(280)
		recordSound(t, path, pictures, heard, whole)
		seen := packetTimes(t, path, "v")
		if len(seen) != len(pictures) {
			t.Fatalf("%d pictures, want %d", len(seen), len(pictures))
		}
		for n, at := range seen {
			if want := float64(pictures[n]) / 1000; at < want-0.0011 || at > want+0.0011 {
				t.Fatalf("picture %d is at %f, want %f", n, at, want)
			}
		}
		got := packetTimes(t, path, "a")
		if len(got) != len(heard) {
			t.Fatalf("%d packets of sound, want %d", len(got), len(heard))
		}
		for n, at := range got { // without the decoder's delay
			if want := float64(heard[n])/1e6 - sound.Delay.Seconds(); at < want-0.0011 || at > want+0.0011 {
				t.Fatalf("packet %d is at %f, want %f", n, at, want)
			}
		}
	}
}

// Programs of all kinds play a file with sound that was not closed, also from the middle.
func TestFileWithSoundThatWasNotClosedIsPlayed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.mkv")
	recordSound(t, path, irregular(300), spoken(280), false)
	for _, command := range []string{
		"ffmpeg -v error -xerror -i FILE -enc_time_base 1:1000 -f null -",
		"ffmpeg -v error -xerror -ss 4 -i FILE -enc_time_base 1:1000 -f null -",
		"mpv --no-config --no-terminal --vo=null --ao=null --ao-null-untimed --untimed --no-audio-display --start=4 --end=7 FILE",
		"gst-launch-1.0 -q filesrc location=FILE ! matroskademux name=d d.video_0 ! queue ! jpegdec ! fakesink d.audio_0 ! queue ! opusdec ! fakesink",
	} {
		args := strings.Fields(strings.ReplaceAll(command, "FILE", path))
		t.Run(args[0], func(t *testing.T) {
			played := processtest.Command(t, time.Minute, args[0], args[1:]...)
			if out, err := played.CombinedOutput(); err != nil || args[0] == "ffmpeg" && len(out) > 0 {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	for _, stream := range []string{"v", "a"} {
		out, err := processtest.Command(t, time.Minute, "ffprobe", "-v", "error", "-select_streams", stream, "-read_intervals", "4%+#1",
			"-show_entries", "packet=pts_time", "-of", "csv=p=0", path).Output()
		var at float64
		if _, scanned := fmt.Sscan(string(out), &at); err != nil || scanned != nil || at < 2.8 || at > 4.1 {
			t.Errorf("seeking to 4 s in %s leads to %q: %v", stream, out, err)
		}
	}
}

// A Reader finds the same pictures, whether there is sound beside them or not.
func TestReaderSkipsSound(t *testing.T) {
	times := irregular(300)
	path := filepath.Join(t.TempDir(), "a.mkv")
	recordSound(t, path, times, spoken(280), false)
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r, err := NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	p, err := r.At(0)
	for n, want := range times {
		if err != nil || p == nil || p.At != time.Duration(want)*time.Millisecond {
			t.Fatalf("picture %d: %+v, %v; want %d ms", n, p, err, want)
		}
		if picture, err := r.Read(p); err != nil || string(picture) != string(streamtest.Grey(64, 48)) {
			t.Fatalf("picture %d is another one, %v", n, err)
		}
		p, err = r.After(p)
	}
	if p != nil || err != nil {
		t.Errorf("a picture behind the last: %+v, %v", p, err)
	}
}
