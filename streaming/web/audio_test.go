package web

import (
	"bytes"
	"encoding/binary"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming/history"
	"fanlight/streaming/sound"
	"fanlight/streaming/sound/soundtest"
)

// hall is a stream with a microphone, in a bubble.
type hall struct {
	*rerun
	mic   *soundtest.Microphone
	sound *sound.Sound
}

func newHall(t *testing.T) *hall {
	t.Helper()
	h := &hall{rerun: newRerun(t, StreamOptions{MaxViewers: 2}, plenty), mic: &soundtest.Microphone{ID: "desk"}}
	h.sound = sound.New(soundtest.NewEncoder, 0, slog.New(slog.NewTextHandler(t.Output(), nil)))
	t.Cleanup(h.sound.Close)
	h.stream.HearWith(h.sound, func() (Decoder, error) { return soundtest.Decoder{}, nil })
	h.sound.Use(h.mic.Source())
	return h
}

// hears is what a listener gets who listens to a path for a while.
func (h *hall) hears(t *testing.T, path string, d time.Duration, headers ...string) *viewing {
	t.Helper()
	v := h.view(t, path, nil, headers...)
	time.Sleep(d)
	v.leave()
	<-v.gone
	return v
}

// record is one of /audio.pcm.
type record struct {
	taken  time.Time
	sample int16
}

func records(t *testing.T, v *viewing) (all []record) {
	t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	const size = 8 + 2*sound.PacketSamples
	body := v.body.Bytes()
	if v.status != 0 || len(body)%size != 0 {
		t.Fatalf("answered %d, %d bytes", v.status, len(body))
	}
	for ; len(body) > 0; body = body[size:] {
		one := record{time.UnixMicro(int64(binary.BigEndian.Uint64(body))), int16(binary.LittleEndian.Uint16(body[8:]))}
		if last := int16(binary.LittleEndian.Uint16(body[size-2:])); last != one.sample {
			t.Fatalf("a record from %d to %d", one.sample, last)
		}
		all = append(all, one)
	}
	return all
}

// timestamp is that of an answer.
func timestamp(t *testing.T, v *viewing) time.Time {
	t.Helper()
	seconds, err := strconv.ParseFloat(v.header.Get("X-Timestamp"), 64)
	if err != nil {
		t.Fatalf("%v: %v, %s", err, v.header, &v.body)
	}
	return time.UnixMicro(int64(seconds*1e6 + 0.5))
}

func TestPCMIsEachPacketWithItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall(t)
		began := time.Now()
		v := h.hears(t, "/audio.pcm", 2*time.Second+time.Millisecond)
		heard := records(t, v)
		if len(heard) != 100 {
			t.Fatalf("%d records in 2 s", len(heard))
		}
		for n, r := range heard {
			if want := began.Add(time.Duration(n) * sound.PacketLength); !r.taken.Equal(want) || r.sample != int16(n+1) {
				t.Fatalf("record %d: %d of %v, want %v", n, r.sample, r.taken, want)
			}
		}
		if !timestamp(t, v).Equal(began) || v.header.Get("Cache-Control") != "no-store" || v.header.Get("X-Accel-Buffering") != "no" {
			t.Errorf("the header: %v", v.header)
		}
		time.Sleep(sound.DefaultIdle + time.Second)
		if n := h.mic.Open.Load(); n != 0 {
			t.Errorf("%d microphones are open", n)
		}
	})
}

// TestPastBeginsAtTheMoment has a listener begin in the past, of which there is only Opus, and
// go on live.
func TestPastBeginsAtTheMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall(t)
		began := time.Now()
		h.hears(t, "/audio.opus", 10*time.Second+time.Millisecond)
		v := h.hears(t, "/audio.pcm?from=-6s", time.Second)
		heard := records(t, v)
		want := began.Add(4 * time.Second)
		if first := heard[0].taken; !first.Equal(timestamp(t, v)) || first.Before(want.Add(-sound.PacketLength)) || first.After(want.Add(sound.PacketLength)) {
			t.Errorf("it begins at %v, want %v", first, want)
		}
		for n, r := range heard[1:] {
			if r.sample != heard[n].sample+1 || r.taken.Sub(heard[n].taken) != sound.PacketLength {
				t.Fatalf("%v is followed by %v", heard[n], r)
			}
		}
		if n := len(heard); n < 348 || n > 352 {
			t.Errorf("%d packets of 7 s", n)
		}
		h.stream.AllowRewind(false)
		if v := h.hears(t, "/audio.wav?from=-6s", time.Second); v.status != 403 {
			t.Errorf("when nobody may rewind: %d %s", v.status, &v.body)
		}
	})
}

// TestWhereNothingIsKeptThePastIsNotHeardEither has the owner keep no pictures.
func TestWhereNothingIsKeptThePastIsNotHeardEither(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall(t)
		h.stream.rewinding.past.(*history.History).SetMost(0)
		h.hears(t, "/audio.pcm", 5*time.Second)
		if v := h.hears(t, "/audio.wav?from=-3s", time.Second); v.status != 501 {
			t.Errorf("the past: %d, %d bytes", v.status, v.body.Len())
		}
		if v := h.hears(t, "/audio.wav", time.Second); v.status != 0 {
			t.Errorf("live: %d %s", v.status, &v.body)
		}
		if h.timeline(t).Rewind {
			t.Error("the page offers to rewind")
		}
	})
}

// TestForbiddingRewindingEndsListeningToThePast leaves live listeners alone.
func TestForbiddingRewindingEndsListeningToThePast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall(t)
		live := h.view(t, "/audio.pcm", nil)
		time.Sleep(5 * time.Second)
		past := h.view(t, "/audio.pcm?from=-3s", nil)
		time.Sleep(time.Second)
		h.stream.AllowRewind(false)
		synctest.Wait()
		select {
		case <-past.gone:
		default:
			t.Error("it goes on")
		}
		time.Sleep(time.Second)
		if n := len(records(t, live)); n < 345 {
			t.Errorf("the live listener got %d packets", n)
		}
	})
}

// TestWAVStaysTrueOverAGap has the owner mute the microphone for a while, and a sound card
// that runs fast.
func TestWAVStaysTrueOverAGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHall(t)
		v := h.view(t, "/audio.wav", nil)
		time.Sleep(time.Second + time.Millisecond)
		h.sound.Mute(true)
		time.Sleep(3 * time.Second)
		h.sound.Mute(false)
		time.Sleep(time.Second)
		v.leave()
		<-v.gone
		if !bytes.HasPrefix(v.body.Bytes(), []byte("RIFF\xFF\xFF\xFF\xFFWAVEfmt ")) {
			t.Fatalf("it begins with %q", v.body.Bytes()[:44])
		}
		samples := v.body.Bytes()[44:]
		if n := len(samples) / 2; n != 250*sound.PacketSamples {
			t.Fatalf("%d samples of 5 s", n)
		}
		for packet, want := range map[int]int16{0: 1, 49: 50, 50: 0, 199: 0, 200: 201, 249: 250} {
			if got := int16(binary.LittleEndian.Uint16(samples[2*sound.PacketSamples*packet:])); got != want {
				t.Errorf("packet %d is %d, want %d", packet, got, want)
			}
		}
	})
}

// TestLongGapOfThePastIsLeftOut has the microphone off for half an hour, of which a listener
// to the past would be sent 170 MB of silence at once.
func TestLongGapOfThePastIsLeftOut(t *testing.T) {
	for path, most := range map[string]int{
		"/audio.wav?from=-55m": 30 * 50 * 2 * sound.PacketSamples, "/audio.opus?from=-55m": 100_000, "/audio.webm?from=-55m": 100_000,
	} {
		synctest.Test(t, func(t *testing.T) {
			h := newHall(t)
			h.hears(t, "/audio.pcm", 10*time.Second) // and the microphone is on for ten more
			time.Sleep(30 * time.Minute)
			h.hears(t, "/audio.pcm", 3*time.Second)
			h.mic.Hang.Store(true) // and there is a gap up to now, too
			time.Sleep(20 * time.Minute)
			v := h.hears(t, path, time.Second)
			v.mu.Lock()
			defer v.mu.Unlock()
			if n := v.body.Len(); v.status != 0 || n < 20*50*20 || n > most {
				t.Errorf("%s: %d, %d bytes for 23 s of sound", path, v.status, n)
			}
		})
	}
}

// TestNothingToHearIsSaid lists why, and what a listener is told.
func TestNothingToHearIsSaid(t *testing.T) {
	lost := errors.New("the device /dev/secret is gone")
	for name, test := range map[string]struct {
		change func(*hall)
		status int
		want   string
	}{
		"none":   {func(h *hall) { h.sound.Use(sound.Source{}) }, 404, "the owner has chosen no microphone"},
		"lost":   {func(h *hall) { h.mic.Fail.Store(&lost) }, 503, "its owner sees why"},
		"mute":   {func(h *hall) { h.sound.Mute(true) }, 503, "muted the microphone"},
		"paused": {func(h *hall) { h.sound.Pause(true) }, 503, "paused the microphone"},
		"silent": {func(h *hall) { h.mic.Hang.Store(true) }, 503, "microphone"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newHall(t)
				test.change(h)
				v := h.view(t, "/audio.wav", nil)
				<-v.gone
				if body := v.body.String(); v.status != test.status || !strings.Contains(body, test.want) || strings.Contains(body, "secret") {
					t.Errorf("%d %s", v.status, body)
				}
			})
		})
	}
}
