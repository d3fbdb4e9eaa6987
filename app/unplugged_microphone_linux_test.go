package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"fanlight/streaming/sound"
	"fanlight/streaming/sound/soundtest"
)

// listener follows the sound by one connection, as a player does.
type listener struct {
	mu     sync.Mutex
	clicks []time.Time // when they were captured
	last   time.Time   // when the newest sample was
	gap    time.Duration
}

// opened returns the answer to a request that ends with the test.
func (s *served) opened(t *testing.T, path string) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), "GET", s.link+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil || answer.StatusCode != 200 {
		t.Fatalf("%s: %v, %v", path, answer, err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	return answer
}

// hear takes samples that were captured from a moment on.
func (l *listener) hear(taken time.Time, samples []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.last.IsZero() {
		l.gap = max(l.gap, taken.Sub(l.last))
	}
	for n := 0; n+1 < len(samples); n += 2 {
		l.last = taken.Add(time.Duration(n/2) * time.Second / sound.Rate)
		v := int16(binary.LittleEndian.Uint16(samples[n:]))
		if (v > 5000 || v < -5000) && (len(l.clicks) == 0 || l.last.Sub(l.clicks[len(l.clicks)-1]) > 100*time.Millisecond) {
			l.clicks = append(l.clicks, l.last)
		}
	}
}

// heard reports whether there was a click at a time, nearly.
func (l *listener) heard(at time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return isNear(l.clicks, at)
}

// longest is the longest gap.
func (l *listener) longest() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.gap
}

// near is how far off a click may be: PulseAudio is late on a busy machine.
const near = 150 * time.Millisecond

func isNear(clicks []time.Time, at time.Time) bool {
	for _, click := range clicks {
		if click.Sub(at).Abs() < near {
			return true
		}
	}
	return false
}

// listenByRecords follows /audio.pcm, which has the time of each packet.
func (s *served) listenByRecords(t *testing.T) *listener {
	t.Helper()
	l, body := &listener{}, bufio.NewReader(s.opened(t, "audio.pcm").Body)
	go func() {
		record := make([]byte, 8+2*sound.PacketSamples)
		for {
			if _, err := io.ReadFull(body, record); err != nil {
				return
			}
			l.hear(time.UnixMicro(int64(binary.BigEndian.Uint64(record))), record[8:])
		}
	}()
	return l
}

// listenByWAV follows /audio.wav, which says when its first sample was captured.
func (s *served) listenByWAV(t *testing.T) *listener {
	t.Helper()
	answer := s.opened(t, "audio.wav")
	stamp, err := strconv.ParseFloat(answer.Header.Get("X-Timestamp"), 64)
	if err != nil {
		t.Fatal(err)
	}
	first := time.UnixMicro(int64(stamp * 1e6))
	l, body := &listener{}, bufio.NewReader(answer.Body)
	go func() {
		const head = 44
		if _, err := io.CopyN(io.Discard, body, head); err != nil {
			return
		}
		samples := make([]byte, 2*sound.PacketSamples)
		for n := 0; ; n++ {
			if _, err := io.ReadFull(body, samples); err != nil {
				return
			}
			l.hear(first.Add(time.Duration(n)*sound.PacketLength), samples)
		}
	}()
	return l
}

// watch counts the pictures of /stream.mjpg.
func (s *served) watch(t *testing.T) *atomic.Int64 {
	t.Helper()
	var seen atomic.Int64
	lines := bufio.NewScanner(s.opened(t, "stream.mjpg").Body)
	lines.Buffer(nil, 1<<20)
	go func() {
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), "X-Timestamp:") {
				seen.Add(1)
			}
		}
	}()
	return &seen
}

// sound is the microphone's state as /api/status has it.
func (s *served) sound(t *testing.T) string {
	t.Helper()
	answer, err := http.Get(s.link + "api/status")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var now struct{ Sound struct{ State string } }
	if err := json.NewDecoder(answer.Body).Decode(&now); err != nil {
		t.Fatal(err)
	}
	return now.Sound.State
}

// clicks clicks several times, with a pause behind each, and returns when, once every listener has
// heard them. Several, since the times of a microphone that was just opened may move back until they
// are settled, and ffmpeg drops what overlaps.
func clicks(t *testing.T, pulse *soundtest.Pulse, listeners []*listener, pause func()) (all []time.Time) {
	t.Helper()
	for range 4 {
		var at time.Time
		insist(t, "a click in everybody's ears", func() { at = pulse.Click() }, func() bool {
			return listeners[0].heard(at) && listeners[1].heard(at)
		})
		all = append(all, at)
		pause()
	}
	return all
}

// TestMicrophonePulledOutInTheMiddle has the real program share and record while the
// microphone is pulled out, and plugged in again: pictures go on, the same listeners hear it
// again at the right times, and so does who plays the recording.
func TestMicrophonePulledOutInTheMiddle(t *testing.T) {
	need(t, "ffmpeg")
	pulse, dir := soundtest.NewPulse(t), t.TempDir()
	s := serve(t)
	var log strings.Builder
	s.Stderr = &log
	s.Args = append(s.Args, "--camera", folder(t), "--fps", "20", "--record", dir, "--microphone", soundtest.DeskID)
	s.start(t)
	pictures, listeners := s.watch(t), []*listener{s.listenByRecords(t), s.listenByWAV(t)}
	more := func(n int64, what string) {
		t.Helper()
		seen := pictures.Load()
		waitFor(t, what, func() bool { return pictures.Load() > seen+n })
	}
	clicked := func() []time.Time {
		return clicks(t, pulse, listeners, func() { more(10, "pictures between the clicks") })
	}
	more(30, "pictures with sound")
	before := clicked()
	pulse.Unplug()
	waitFor(t, "the loss", func() bool { return s.sound(t) == "lost" })
	more(30, "pictures without sound")
	if state := s.sound(t); state != "lost" {
		t.Errorf("the microphone is %s", state)
	}
	pulse.Plug()
	waitFor(t, "the microphone", func() bool { return s.sound(t) == "live" })
	after := clicked()
	more(30, "pictures behind the click")
	if gap := listeners[0].longest(); gap < time.Second {
		t.Errorf("a gap of %v", gap)
	}
	s.endsWith(t, syscall.SIGTERM)
	if said := "the microphone is unplugged. Plug it in again"; strings.Count(log.String(), said) != 1 {
		t.Errorf("it does not say once %q: %s", said, &log)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.mkv"))
	if len(files) != 1 {
		t.Fatalf("recordings %q", files)
	}
	var recorded []time.Time
	for begun, all := probe(t, files[0]).begun, clicksIn(t, files[0]); len(all) > 0; all = all[1:] {
		recorded = append(recorded, begun.Add(all[0]))
	}
	for _, heard := range [][]time.Time{before, after} {
		if !slices.ContainsFunc(heard, func(at time.Time) bool { return isNear(recorded, at) }) {
			t.Errorf("no click of those at %v is in the recording: %v; it was begun at %v", heard, recorded, probe(t, files[0]).begun)
		}
	}
}
