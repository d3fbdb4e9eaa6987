package sound_test

import (
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming/sound"
)

// from returns the packets of the past from a moment on.
func (b *booth) from(t *testing.T, moment time.Time, most int) (past []*sound.Packet) {
	t.Helper()
	for p := range b.From(t.Context(), moment) {
		if past = append(past, p); len(past) == most {
			break
		}
	}
	return past
}

// TestPastIsTenMinutesOfOpus has a microphone on for longer.
func TestPastIsTenMinutesOfOpus(t *testing.T) {
	bubble(t, func(t *testing.T, b *booth) {
		began := time.Now()
		b.hears(t, 11*time.Minute)
		past := b.from(t, began.Add(5*time.Minute), 15000)
		if first := past[0]; !first.Taken.Equal(began.Add(5*time.Minute)) || first.Samples != nil || len(first.Opus) == 0 {
			t.Errorf("the first is of %v, with %d samples", first.Taken.Sub(began), len(first.Samples))
		}
		for n, p := range past[1:] {
			if p.Seq != past[n].Seq+1 {
				t.Fatalf("number %d is followed by %d", past[n].Seq, p.Seq)
			}
		}
		if oldest := b.from(t, began, 1)[0].Taken.Sub(began); oldest < time.Minute-sound.PacketLength || oldest > time.Minute+sound.PacketLength {
			t.Errorf("the oldest is of %v", oldest)
		}
		if newest := b.from(t, time.Now().Add(time.Hour), 1)[0]; newest.Samples == nil || time.Since(newest.Taken) > 2*sound.PacketLength {
			t.Errorf("a moment to come begins %v ago", time.Since(newest.Taken))
		}
	})
}

// TestSlowConsumerMissesNothingForMinutes takes a packet a second, and holds up nobody.
func TestSlowConsumerMissesNothingForMinutes(t *testing.T) {
	bubble(t, func(t *testing.T, b *booth) {
		other := b.hear(t)
		n := 0
		var last *sound.Packet
		for p := range b.Packets(t.Context()) {
			if last != nil && p.Seq != last.Seq+1 {
				t.Fatalf("number %d is followed by %d", last.Seq, p.Seq)
			}
			last = p
			time.Sleep(time.Second)
			if n++; n == 300 {
				break
			}
		}
		if last.Samples != nil {
			t.Error("samples of minutes ago are kept")
		}
		if heard := other(); len(heard) < 300*50-5 || heard[len(heard)-1].Samples == nil {
			t.Errorf("another consumer got %d packets", len(heard))
		}
	})
}

// TestClockIsPutBack has the past begin in the time since then.
func TestClockIsPutBack(t *testing.T) {
	bubble(t, func(t *testing.T, b *booth) {
		stop := b.hear(t)
		defer stop()
		time.Sleep(time.Minute + time.Millisecond)
		b.mic.Shift.Store(int64(-time.Hour))
		time.Sleep(time.Minute)
		moment := time.Now().Add(-time.Hour - 30*time.Second).Round(0)
		synctest.Wait()
		if first := b.from(t, moment, 1)[0]; first.Taken.Sub(moment).Abs() > 2*sound.PacketLength {
			t.Errorf("it begins %v behind the moment", first.Taken.Sub(moment))
		}
		if first := b.from(t, moment.Add(-time.Hour), 1)[0]; first.Seq != 1 {
			t.Errorf("a moment before all begins at number %d", first.Seq)
		}
	})
}
