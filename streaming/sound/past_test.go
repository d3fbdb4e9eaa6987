package sound_test

import (
	"io"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming/sound"
	"fanlight/streaming/sound/soundtest"
)

// What is kept is there while the microphone is off, and stays off.
func TestBetween(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		microphone := &soundtest.Microphone{ID: "desk"}
		s := sound.New(soundtest.NewEncoder, time.Second, slog.New(slog.NewTextHandler(io.Discard, nil)))
		defer s.Close()
		s.Use(microphone.Source())
		began := time.Now()
		for range s.Packets(t.Context()) {
			if time.Since(began) >= 10*time.Second {
				break
			}
		}
		time.Sleep(time.Minute)
		opened := microphone.Opened.Load()
		for _, test := range []struct {
			from, to time.Duration
			packets  int
		}{
			{2 * time.Second, 4 * time.Second, 100},
			{2*time.Second + time.Millisecond, 2*time.Second + 21*time.Millisecond, 1},
			{-time.Hour, time.Second, 50},
			{4 * time.Second, 2 * time.Second, 0},
			{time.Minute, time.Hour, 0},
		} {
			got := s.Between(began.Add(test.from), began.Add(test.to))
			if len(got) != test.packets {
				t.Errorf("from %v to %v: %d packets, want %d", test.from, test.to, len(got), test.packets)
			}
			for _, p := range got {
				if at := p.Taken.Sub(began); at < test.from || at >= test.to {
					t.Errorf("from %v to %v: one at %v", test.from, test.to, at)
				}
			}
		}
		if microphone.Opened.Load() != opened || microphone.Open.Load() > 0 {
			t.Error("the microphone was opened")
		}
	})
}

// TestSoundIsForgottenWhenItIsOld has the microphone off for longer than an hour.
func TestSoundIsForgottenWhenItIsOld(t *testing.T) {
	bubble(t, func(t *testing.T, b *booth) {
		began := time.Now()
		b.hears(t, 10*time.Second) // and the microphone is on for ten more
		time.Sleep(time.Hour - 5*time.Second)
		if n := len(b.Between(began, time.Now())); n < 745 || n > 755 {
			t.Errorf("%d packets are left, want those of 15 s", n)
		}
		time.Sleep(time.Minute)
		b.hears(t, time.Second)
		for p := range b.From(t.Context(), began) {
			if age := time.Since(p.Taken); age > time.Minute {
				t.Errorf("a packet of %v ago is heard", age)
			}
			break
		}
	})
}
