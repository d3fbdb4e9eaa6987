package rtsp

import (
	"bytes"
	"context"
	"encoding/binary"
	"iter"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"
	"fanlight/streaming/sound"
	"fanlight/streaming/sound/opus"

	"github.com/bluenviron/gortsplib/v5"
	"github.com/bluenviron/gortsplib/v5/pkg/base"
	"github.com/bluenviron/gortsplib/v5/pkg/description"
	"github.com/bluenviron/gortsplib/v5/pkg/format"
	"github.com/pion/rtp"
)

// whistle is a microphone that hears a tone of 1 kHz.
type whistle struct{ open atomic.Int32 }

func (w *whistle) source() sound.Source {
	return sound.Source{ID: "whistle", Packets: func(ctx context.Context) iter.Seq2[sound.Samples, error] {
		return func(yield func(sound.Samples, error) bool) {
			w.open.Add(1)
			defer w.open.Add(-1)
			samples := make([]int16, sound.PacketSamples)
			for n := range samples {
				samples[n] = int16(16000 * math.Sin(2*math.Pi*1000*float64(n)/sound.Rate))
			}
			for taken := time.Now(); ; taken = taken.Add(sound.PacketLength) {
				time.Sleep(time.Until(taken.Add(sound.PacketLength)))
				if ctx.Err() != nil || !yield(sound.Samples{Taken: taken, Samples: samples}, nil) {
					return
				}
			}
		}
	}}
}

// listen returns the sound of a microphone, which is chosen.
func (w *whistle) listen(t *testing.T) *sound.Sound {
	t.Helper()
	s := sound.New(func() (sound.Encoder, error) { return opus.NewEncoder() }, 100*time.Millisecond, log(t))
	t.Cleanup(s.Close)
	s.Use(w.source())
	return s
}

// whistles checks that samples of 16 bits have the tone: its waves and its loudness.
func whistles(t *testing.T, samples []byte) {
	t.Helper()
	crossings, loudest, before := 0, 0, 0
	for n := 0; n+1 < len(samples); n += 2 {
		v := int(int16(binary.LittleEndian.Uint16(samples[n:])))
		if before < 0 && v >= 0 {
			crossings++
		}
		before, loudest = v, max(loudest, v)
	}
	seconds := float64(len(samples)/2) / sound.Rate
	if hz := float64(crossings) / seconds; seconds < 0.5 || loudest < 10000 || hz < 800 || hz > 1100 {
		t.Errorf("%.1f s with %.0f Hz, and %d at its loudest", seconds, hz, loudest)
	}
}

// serious returns what ffmpeg says but for what it may say at first, if RTCP comes some pictures late:
// it moves one track's times to the other's.
func serious(told string) (lines []string) {
	atFirst := regexp.MustCompile(`non monotonically increasing dts to muxer in stream 0|Last message repeated \d+ times`)
	for line := range strings.FieldsFuncSeq(told, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if strings.TrimSpace(line) != "" && !atFirst.MatchString(line) {
			lines = append(lines, line)
		}
	}
	return lines
}

// heardByGStreamer plays pictures and sound until there are two seconds of it: no element ends both.
func heardByGStreamer(t *testing.T, url string) (samples []byte) {
	t.Helper()
	saved := filepath.Join(t.TempDir(), "s")
	pipeline := "rtspsrc location=" + url + " name=r r. ! application/x-rtp,media=audio ! rtpopusdepay ! opusdec ! audioconvert ! audio/x-raw,format=S16LE,channels=1" +
		" ! filesink buffer-mode=unbuffered location=" + saved + " r. ! application/x-rtp,media=video ! rtpjpegdepay ! jpegdec ! fakesink"
	playing := processtest.Command(t, 2*patience, "gst-launch-1.0", strings.Fields("-q "+pipeline)...)
	playing.Stderr = t.Output()
	if err := playing.Start(); err != nil {
		t.Fatal(err)
	}
	defer playing.Wait()
	defer playing.Process.Kill()
	eventually(t, "two seconds of sound", func() bool {
		file, err := os.Stat(saved)
		return err == nil && file.Size() > 2*2*sound.Rate
	})
	return read(t, saved)
}

// TestPlayersHear has programs of all kinds play the sound.
func TestPlayersHear(t *testing.T) {
	var w whistle
	h := serveWith(t, encoded(t, painted(640, 480)), w.listen(t))
	t.Run("ffprobe", func(t *testing.T) {
		out, told, err := run(t, "ffprobe", "-v", "error", "-rtsp_transport", "tcp", "-show_entries", "stream=codec_name", "-of", "csv=p=0", h.url(""))
		if got := strings.Join(strings.Fields(string(out)), " "); err != nil || got != "mjpeg opus" {
			t.Errorf("%q, %v: %s", got, err, told)
		}
	})
	t.Run("ffmpeg", func(t *testing.T) {
		saved := filepath.Join(t.TempDir(), "s")
		if _, told, err := run(t, "ffmpeg", "-v", "error", "-rtsp_transport", "tcp", "-i", h.url(""), "-t", "2", "-map", "0:a", "-ac", "1", "-f", "s16le", saved,
			"-t", "2", "-map", "0:v", "-enc_time_base", "1:90000", "-f", "null", "-"); err != nil || len(serious(told)) > 0 {
			t.Fatalf("%v: %s", err, told)
		}
		whistles(t, read(t, saved))
	})
	t.Run("mpv", func(t *testing.T) {
		saved := filepath.Join(t.TempDir(), "s")
		if out, told, err := run(t, "mpv", "--no-config", "--no-terminal", "--vo=null", "--ao=pcm", "--ao-pcm-waveheader=no", "--ao-pcm-file="+saved,
			"--audio-format=s16", "--audio-channels=mono", "--audio-samplerate=48000", "--length=2", h.url("")); err != nil {
			t.Fatalf("%v: %s %s", err, out, told)
		}
		whistles(t, read(t, saved))
	})
	t.Run("GStreamer", func(t *testing.T) { whistles(t, heardByGStreamer(t, h.url(""))) })
	eventually(t, "the microphone off", func() bool { return w.open.Load() == 0 })
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// Who takes the pictures only turns no microphone on, and where none is chosen there is no
// sound to be taken.
func TestSoundIsForWhoTakesIt(t *testing.T) {
	var w whistle
	s := w.listen(t)
	h := serveWith(t, encoded(t, painted(64, 48)), s)
	h.play(t).get(t, 30)
	if w.open.Load() > 0 {
		t.Error("the microphone is on")
	}
	s.Use(sound.Source{})
	out, told, err := run(t, "ffprobe", "-v", "error", "-rtsp_transport", "tcp", "-show_entries", "stream=codec_name", "-of", "csv=p=0", h.url(""))
	if got := strings.TrimSpace(string(out)); err != nil || got != "mjpeg" {
		t.Errorf("%q, %v: %s", got, err, told)
	}
}

// taken gathers when pictures or sound were taken.
type taken struct {
	mu  sync.Mutex
	all []time.Time
}

func (a *taken) add(at time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all = append(a.all, at)
}

// off is how far a time is from the nearest one.
func (a *taken) off(at time.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	nearest := time.Hour
	for _, other := range a.all {
		nearest = min(nearest, other.Sub(at).Abs())
	}
	return nearest
}

// setUp connects a client that takes all medias, and is closed when the test ends.
func (h *house) setUp(t *testing.T) *gortsplib.Client {
	t.Helper()
	u, err := base.ParseURL(h.url(""))
	if err != nil {
		t.Fatal(err)
	}
	tcp := gortsplib.ProtocolTCP
	c := &gortsplib.Client{Scheme: u.Scheme, Host: u.Host, Protocol: &tcp}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	about, _, err := c.Describe(u)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SetupAll(about.BaseURL, about.Medias); err != nil {
		t.Fatal(err)
	}
	return c
}

// Readers are told by RTCP when each picture and each packet of sound was taken, by one clock.
func TestCaptureTimesOfBoth(t *testing.T) {
	var w whistle
	s := w.listen(t)
	h := serveWith(t, encoded(t, painted(64, 48)), s)
	h.camera.FPS = 7
	c := h.setUp(t)
	ctx, cancel := context.WithCancel(t.Context())
	var gathering sync.WaitGroup
	defer gathering.Wait()
	defer cancel()
	var truth, told [2]taken
	gathering.Go(func() {
		for f := range h.feed.Frames(ctx) {
			truth[pictureMedia].add(f.Taken)
		}
	})
	gathering.Go(func() {
		for p := range s.Packets(ctx) {
			truth[soundMedia].add(p.Taken)
		}
	})
	c.OnPacketRTPAny(func(media *description.Media, _ format.Format, packet *rtp.Packet) {
		if at, known := c.PacketNTP(media, packet); known && !bytes.Equal(packet.Payload, silence) {
			of := pictureMedia
			if media.Type == description.MediaTypeAudio {
				of = soundMedia
			}
			told[of].add(at)
		}
	})
	if _, err := c.Play(nil); err != nil {
		t.Fatal(err)
	}
	eventually(t, "times of both", func() bool {
		enough := true
		for n := range told {
			told[n].mu.Lock()
			enough = enough && len(told[n].all) > 20
			told[n].mu.Unlock()
		}
		return enough
	})
	for n, what := range []string{"picture", "packet of sound"} {
		for _, at := range told[n].all[:20] {
			if off := truth[n].off(at); off > time.Millisecond {
				t.Fatalf("no %s was taken at %v: %v off", what, at, off)
			}
		}
	}
}

// Timestamps are those of the capture: a gap is one, a clock that is put back is none.
func TestSoundPackets(t *testing.T) {
	s := newSoundPackets()
	began := time.Date(2026, 3, 2, 9, 5, 7, 0, time.UTC)
	first := uint32(0)
	for n, test := range []struct {
		at     time.Duration
		want   uint32
		marker bool
	}{
		{0, 0, true},
		{20 * time.Millisecond, 960, false},
		{40*time.Millisecond + 250*time.Microsecond, 1932, false},
		{5 * time.Second, 240000, true},
		{time.Second, 240001, false},
		{5020 * time.Millisecond, 240960, false},
	} {
		packet := s.of(&sound.Packet{Taken: began.Add(test.at), Opus: []byte("sound")})
		if n == 0 {
			first = packet.Timestamp
		}
		if got := packet.Timestamp - first; got != test.want || packet.Marker != test.marker || !bytes.Equal(packet.Payload, []byte("sound")) {
			t.Errorf("%v: at %d, %v", test.at, got, packet.Marker)
		}
	}
}
