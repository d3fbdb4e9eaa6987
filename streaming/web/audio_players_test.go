package web

import (
	"context"
	"encoding/binary"
	"io"
	"iter"
	"math"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fanlight/streaming/history"
	"fanlight/streaming/sound"
	"fanlight/streaming/sound/opus"
)

// clicker is a microphone that hears a click of a millisecond at the start of every 37th
// packet, and notes when.
type clicker struct {
	mu     sync.Mutex
	clicks []time.Time
}

func (c *clicker) source() sound.Source {
	return sound.Source{ID: "clicker", Name: "Clicker", Packets: func(ctx context.Context) iter.Seq2[sound.Samples, error] {
		return func(yield func(sound.Samples, error) bool) {
			began := time.Now()
			for n := 1; ctx.Err() == nil; n++ {
				due := began.Add(time.Duration(n) * sound.PacketLength)
				time.Sleep(time.Until(due))
				if !yield(sound.Samples{Taken: due.Add(-sound.PacketLength), Samples: c.packet(n, due.Add(-sound.PacketLength))}, nil) {
					return
				}
			}
		}
	}}
}

func (c *clicker) packet(n int, taken time.Time) []int16 {
	samples := make([]int16, sound.PacketSamples)
	if n%37 != 0 {
		return samples
	}
	for i := range sound.Rate / 1000 {
		samples[i] = int16(24000 * (1 - 2*(i/8%2)))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clicks = append(c.clicks, taken)
	return samples
}

// off is how far a time is from the next click.
func (c *clicker) off(at time.Time) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	least := time.Hour
	for _, click := range c.clicks {
		if d := at.Sub(click); d.Abs() < least.Abs() {
			least = d
		}
	}
	return least
}

// clicksIn are where clicks begin in samples of 16 bits.
func clicksIn(raw []byte) (at []time.Duration) {
	const loud, apart = 6000, sound.Rate / 10
	last := -apart
	for n := range len(raw) / 2 {
		if v := int16(binary.LittleEndian.Uint16(raw[2*n:])); math.Abs(float64(v)) > loud {
			if n-last >= apart {
				at = append(at, time.Duration(n)*time.Second/sound.Rate)
			}
			last = n
		}
	}
	return at
}

// stamps keeps the X-Timestamp of an answer.
type stamps struct {
	http.ResponseWriter
	header chan string
}

func (s stamps) Write(p []byte) (int, error) {
	select {
	case s.header <- s.Header().Get("X-Timestamp"):
	default:
	}
	return s.ResponseWriter.Write(p)
}

func (s stamps) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// listenTo serves the clicker, and has begun for when the answer's first sample was captured.
func listenTo(t *testing.T, c *clicker) (h *house, begun func() time.Time) {
	t.Helper()
	s := sound.New(func() (sound.Encoder, error) { return opus.NewEncoder() }, 0, discarded)
	t.Cleanup(s.Close)
	s.Use(c.source())
	header := make(chan string, 1)
	h = serveWith(t, Options{}, StreamOptions{}, func(h *house, l net.Listener) net.Listener {
		past := history.New(h.feed, plenty, discarded)
		t.Cleanup(past.Close)
		h.stream.RewindWith(past)
		h.stream.HearWith(s, func() (Decoder, error) { return opus.NewDecoder() })
		inner := h.server.handler
		h.server.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/audio.pcm" { // which a test reads by itself
				w = stamps{w, header}
			}
			inner.ServeHTTP(w, r)
		})
		return l
	})
	return h, func() time.Time {
		v := &viewing{recorder: *newRecorder()}
		v.header.Set("X-Timestamp", <-header)
		return timestamp(t, v)
	}
}

// decoded is what ffmpeg makes of sound: samples of 16 bits.
func decoded(t *testing.T, from string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	run := exec.CommandContext(ctx, "ffmpeg", "-v", "error", "-i", from, "-t", "4", "-ac", "1", "-ar", "48000", "-f", "s16le", "-")
	out, err := run.Output()
	if err != nil {
		t.Fatalf("ffmpeg: %v", err)
	}
	return out
}

// TestClickIsAtItsTimeInEachFormat compares the time of each click, from X-Timestamp on, with
// when the microphone heard it: live, and in the past.
func TestClickIsAtItsTimeInEachFormat(t *testing.T) {
	need(t, "ffmpeg", "ffmpeg")
	for _, path := range []string{"/audio.wav", "/audio.opus", "/audio.webm"} {
		for _, query := range []string{"", "?from=-3s"} {
			t.Run(path+query, func(t *testing.T) {
				t.Parallel()
				c := &clicker{}
				h, begun := listenTo(t, c)
				if query != "" {
					before := h.get(t, "GET", "/audio.pcm")
					if _, err := io.CopyN(io.Discard, before.Body, 4*50*(8+1920)); err != nil {
						t.Fatal(err)
					}
				}
				samples := decoded(t, h.url+path+query)
				first, clicks := begun(), clicksIn(samples)
				if n := len(clicks); n < 4 || len(samples) < 2*3*sound.Rate {
					t.Fatalf("%d clicks in %d samples", n, len(samples)/2)
				}
				for _, at := range clicks {
					if off := c.off(first.Add(at)); off.Abs() > 5*time.Millisecond {
						t.Errorf("the click at %v is %v off", at, off)
					}
				}
			})
		}
	}
}

// TestPlayersPlaySound has mpv and VLC save what they play.
func TestPlayersPlaySound(t *testing.T) {
	for name, args := range map[string]func(url, file string) []string{
		"mpv": func(url, file string) []string {
			return []string{"mpv", "--no-config", "--really-quiet", "--no-video", "--length=4", "--ao=pcm", "--ao-pcm-waveheader=no", "--ao-pcm-file=" + file, "--audio-channels=mono", "--audio-format=s16", "--audio-samplerate=48000", url}
		},
		"VLC": func(url, file string) []string {
			return []string{"cvlc", "--ignore-config", "--no-video", "--aout=afile", "--no-audiofile-wav", "--audiofile-file=" + file, "--audiofile-channels=1", "--audiofile-format=s16", "--run-time=4", "--play-and-exit", url, "vlc://quit"}
		},
	} {
		for _, path := range []string{"/audio.wav", "/audio.opus"} {
			t.Run(name+path, func(t *testing.T) {
				t.Parallel()
				c := &clicker{}
				h, _ := listenTo(t, c)
				folder := t.TempDir()
				file := filepath.Join(folder, "played")
				command := args(h.url+path, file)
				need(t, command[0], "mpv, vlc-bin and vlc-plugin-base")
				said := runAsNobody(t, folder, command)
				samples, err := os.ReadFile(file)
				if err != nil {
					t.Fatalf("%v: %s", err, said)
				}
				clicks := clicksIn(samples)
				if len(clicks) < 3 {
					t.Fatalf("%d clicks in %d samples: %s", len(clicks), len(samples)/2, said)
				}
				for n := range clicks[1:] {
					if off := clicks[n+1] - clicks[n] - 37*sound.PacketLength; off.Abs() > 25*time.Millisecond {
						t.Errorf("clicks at %v and %v", clicks[n], clicks[n+1])
					}
				}
			})
		}
	}
}

// runAsNobody runs a program that may refuse to run as root, and returns what it says.
func runAsNobody(t *testing.T, folder string, command []string) string {
	t.Helper()
	if os.Geteuid() == 0 {
		const nobody = 65534
		if err := os.Chown(folder, nobody, nobody); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Dir(folder), 0o711); err != nil {
			t.Fatal(err)
		}
		command = slices.Concat([]string{"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"}, command)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	run := exec.CommandContext(ctx, command[0], command[1:]...)
	run.Env = append(os.Environ(), "HOME="+folder)
	run.WaitDelay = patience
	out, err := run.CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v: %s", strings.Join(command, " "), err, out)
	}
	return string(out)
}
