package sound_test

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming/sound"
	"fanlight/streaming/sound/soundtest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// booth is a Sound of a microphone, in a bubble.
type booth struct {
	*sound.Sound
	mic *soundtest.Microphone
}

func newBooth(t *testing.T) *booth {
	t.Helper()
	b := &booth{mic: &soundtest.Microphone{ID: "desk"}}
	b.Sound = sound.New(soundtest.NewEncoder, 0, slog.New(slog.NewTextHandler(t.Output(), nil)))
	t.Cleanup(b.Close)
	b.Use(b.mic.Source())
	return b
}

// hear listens in the background until stop, which returns what was heard.
func (b *booth) hear(t *testing.T) (stop func() []*sound.Packet) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	heard := make(chan []*sound.Packet)
	go func() {
		var all []*sound.Packet
		for p := range b.Packets(ctx) {
			all = append(all, p)
		}
		heard <- all
	}()
	synctest.Wait()
	return func() []*sound.Packet { cancel(); return <-heard }
}

func (b *booth) hears(t *testing.T, d time.Duration) []*sound.Packet {
	t.Helper()
	stop := b.hear(t)
	time.Sleep(d + time.Millisecond)
	return stop()
}

func bubble(t *testing.T, test func(t *testing.T, b *booth)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, newBooth(t)) })
}

func TestMicrophoneIsOnWhileSomebodyListensAndTenSecondsLonger(t *testing.T) {
	bubble(t, func(t *testing.T, b *booth) {
		state := func(want sound.State, open int32) {
			t.Helper()
			synctest.Wait()
			if now := b.Status(); now.State != want || b.mic.Open.Load() != open {
				t.Errorf("%v, %d open; want %v, %d", now.State, b.mic.Open.Load(), want, open)
			}
		}
		state(sound.Off, 0)
		stop := b.hear(t)
		state(sound.Starting, 1)
		time.Sleep(time.Second)
		state(sound.Live, 1)
		stop()
		time.Sleep(sound.DefaultIdle - time.Millisecond)
		state(sound.Live, 1)
		b.hears(t, time.Second) // once more
		time.Sleep(sound.DefaultIdle - 2*time.Millisecond)
		state(sound.Live, 1)
		time.Sleep(3 * time.Millisecond)
		state(sound.Off, 0)
		if n := b.mic.Opened.Load(); n != 1 {
			t.Errorf("it was opened %d times", n)
		}
	})
}

func TestIdleTimeCanBeChangedAtAnyTime(t *testing.T) {
	bubble(t, func(t *testing.T, b *booth) {
		staysOn := func(idle time.Duration) {
			t.Helper()
			time.Sleep(idle - time.Millisecond)
			synctest.Wait()
			if now := b.Status().State; now != sound.Live {
				t.Errorf("%v just before %v", now, idle)
			}
			time.Sleep(2 * time.Millisecond)
			synctest.Wait()
			if now := b.Status().State; now != sound.Off || b.mic.Open.Load() > 0 {
				t.Errorf("%v, %d open behind %v", now, b.mic.Open.Load(), idle)
			}
		}
		b.SetIdle(time.Minute)
		b.hears(t, time.Second)
		time.Sleep(59 * time.Second)
		b.SetIdle(3 * time.Second) // while it waits for somebody to listen
		staysOn(3 * time.Second)
		b.SetIdle(time.Hour) // while it is off
		stop := b.hear(t)
		b.SetIdle(time.Second) // while somebody listens
		time.Sleep(time.Minute)
		stop()
		staysOn(time.Second)
	})
}

func TestEachPacketComesOnceInOrder(t *testing.T) {
	bubble(t, func(t *testing.T, b *booth) {
		other := b.hear(t)
		heard := b.hears(t, 2*time.Second)
		if len(heard) != 100 || len(other()) != 100 {
			t.Fatalf("%d packets", len(heard))
		}
		for n, p := range heard {
			if _, sample := soundtest.Encoded(p.Opus); p.Seq != uint64(n+1) || p.Samples[959] != int16(n+1) || sample != uint16(n+1) {
				t.Fatalf("packet %d: number %d, sample %d, encoded %d", n, p.Seq, p.Samples[959], sample)
			}
			if n > 0 && p.Taken.Sub(heard[n-1].Taken) != sound.PacketLength {
				t.Fatalf("packet %d is %v behind the one before", n, p.Taken.Sub(heard[n-1].Taken))
			}
		}
	})
}

// TestLostMicrophoneIsOpenedAgain lists what happens to it for a while.
func TestLostMicrophoneIsOpenedAgain(t *testing.T) {
	gone := errors.New("the microphone is unplugged")
	for name, test := range map[string]struct {
		happens, ends func(*soundtest.Microphone)
		reason        string
	}{
		"fails": {func(m *soundtest.Microphone) { m.Fail.Store(&gone) }, func(m *soundtest.Microphone) { m.Fail.Store(nil) }, "unplugged"},
		"hangs": {func(m *soundtest.Microphone) { m.Hang.Store(true) }, func(m *soundtest.Microphone) { m.Hang.Store(false) }, "stopped delivering"},
		"panics": {func(m *soundtest.Microphone) {
			m.Panic.Store(true)
			time.Sleep(sound.PacketLength)
			m.Fail.Store(&gone)
		}, func(m *soundtest.Microphone) { m.Fail.Store(nil) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, b *booth) {
				stop := b.hear(t)
				time.Sleep(time.Second)
				test.happens(b.mic)
				time.Sleep(30 * time.Second)
				if now := b.Status(); now.State != sound.Lost || !strings.Contains(now.Reason, test.reason) || now.Level != 0 {
					t.Errorf("%+v", now)
				}
				test.ends(b.mic)
				b.Retry()
				time.Sleep(100 * time.Millisecond)
				if now := b.Status(); now.State != sound.Live || now.Reason != "" {
					t.Errorf("plugged in again: %+v", now)
				}
				heard := stop()
				if last := heard[len(heard)-1]; last.Taken.Sub(heard[0].Taken) < 30*time.Second {
					t.Error("nothing was heard any more")
				}
				if n := b.mic.Open.Load(); n != 1 {
					t.Errorf("%d are open", n)
				}
			})
		})
	}
}

func TestPanicIsAFailure(t *testing.T) {
	bubble(t, func(t *testing.T, b *booth) {
		stop := b.hear(t)
		time.Sleep(time.Second)
		b.mic.Panic.Store(true)
		time.Sleep(100 * time.Millisecond)
		if now := b.Status(); now.State != sound.Lost || !strings.Contains(now.Reason, "the sound system has a fault (a fault of the microphone)") {
			t.Errorf("%+v", now)
		}
		time.Sleep(time.Second)
		if now := b.Status(); now.State != sound.Live {
			t.Errorf("%+v", now)
		}
		stop()
	})
}

// TestEncoderFails has it fail at the start, and later.
func TestEncoderFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mic := &soundtest.Microphone{ID: "desk"}
		s := sound.New(func() (sound.Encoder, error) { return nil, soundtest.ErrEncoder }, 0, slog.New(slog.DiscardHandler))
		defer s.Close()
		s.Use(mic.Source())
		b := &booth{s, mic}
		stop := b.hear(t)
		time.Sleep(time.Second)
		if now := s.Status(); now.State != sound.Lost || !strings.Contains(now.Reason, soundtest.ErrEncoder.Error()) || mic.Opened.Load() != 0 {
			t.Errorf("%+v", now)
		}
		stop()
	})
}

// TestMuteIsAGap has the encoder begin anew behind it.
func TestMuteIsAGap(t *testing.T) {
	bubble(t, func(t *testing.T, b *booth) {
		stop := b.hear(t)
		time.Sleep(time.Second + time.Millisecond)
		b.Mute(true)
		time.Sleep(time.Second)
		if now := b.Status(); !now.Muted || now.Level != 0 || now.State != sound.Live {
			t.Errorf("muted: %+v", now)
		}
		b.Mute(false)
		time.Sleep(time.Second)
		heard := stop()
		if len(heard) != 100 {
			t.Fatalf("%d packets", len(heard))
		}
		for n, want := range map[int]uint16{0: 1, 49: 50, 50: 1, 99: 50} {
			if since, _ := soundtest.Encoded(heard[n].Opus); since != want {
				t.Errorf("packet %d is the %d. since the encoder began anew, want %d", n, since, want)
			}
		}
		if gap := heard[50].Taken.Sub(heard[49].Taken); gap != time.Second+sound.PacketLength || heard[50].Seq != 51 {
			t.Errorf("a gap of %v, then number %d", gap, heard[50].Seq)
		}
	})
}

// TestPauseClosesTheMicrophone also for one that is chosen meanwhile.
func TestPauseClosesTheMicrophone(t *testing.T) {
	bubble(t, func(t *testing.T, b *booth) {
		stop := b.hear(t)
		time.Sleep(time.Second)
		b.Pause(true)
		synctest.Wait()
		if now := b.Status(); now.State != sound.Paused || b.mic.Open.Load() != 0 {
			t.Errorf("%+v, %d open", now, b.mic.Open.Load())
		}
		other := &soundtest.Microphone{ID: "lapel"}
		b.Use(other.Source())
		time.Sleep(time.Second)
		if now := b.Status(); now.State != sound.Paused || now.ID != "lapel" || other.Opened.Load() != 0 {
			t.Errorf("another one: %+v, %d opened", now, other.Opened.Load())
		}
		b.Pause(false)
		time.Sleep(time.Second)
		if now := b.Status(); now.State != sound.Live || other.Open.Load() != 1 {
			t.Errorf("resumed: %+v", now)
		}
		stop()
	})
}

func TestAnotherMicrophoneForgetsTheOldOnesSound(t *testing.T) {
	bubble(t, func(t *testing.T, b *booth) {
		stop := b.hear(t)
		began := time.Now()
		time.Sleep(time.Second + time.Millisecond)
		other := &soundtest.Microphone{ID: "lapel"}
		b.Use(other.Source())
		time.Sleep(time.Second)
		if n := b.mic.Open.Load(); n != 0 {
			t.Errorf("%d of the old one are open", n)
		}
		for p := range b.From(t.Context(), began) {
			if p.Taken.Before(began.Add(time.Second - sound.PacketLength)) {
				t.Errorf("a packet of %v", p.Taken.Sub(began))
			}
			break
		}
		heard := stop()
		for n, p := range heard[1:] {
			if p.Seq != heard[n].Seq+1 {
				t.Errorf("number %d is followed by %d", heard[n].Seq, p.Seq)
			}
		}
		b.Use(sound.Source{})
		synctest.Wait()
		if now := b.Status(); now.State != sound.None || other.Open.Load() != 0 {
			t.Errorf("none: %+v", now)
		}
	})
}

func TestLevel(t *testing.T) {
	for want, sample := range map[float64]int16{1: math.MaxInt16, 0.9: 16422, 0: 20} {
		synctest.Test(t, func(t *testing.T) {
			b := newBooth(t)
			b.mic.Sample.Store(int32(sample))
			b.hears(t, time.Second)
			if got := b.Status().Level; math.Abs(got-want) > 0.01 {
				t.Errorf("the level of %d is %v, want %v", sample, got, want)
			}
			b.mic.Sample.Store(1)
			b.hears(t, 200*time.Millisecond)
			if got, fallen := b.Status().Level, max(0, want-0.3); math.Abs(got-fallen) > 0.05 {
				t.Errorf("0.2 s later it is %v, want %v", got, fallen)
			}
		})
	}
}
