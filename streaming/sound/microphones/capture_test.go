package microphones

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming/sound"
	"fanlight/streaming/sound/soundtest"
)

// TestABurstAtTheBeginningKeepsItsOrder has a sound system hand over at once what it had
// buffered, some of it from before the microphone was opened.
func TestABurstAtTheBeginningKeepsItsOrder(t *testing.T) {
	for name, test := range map[string]struct {
		burst int
		late  time.Duration // of the burst and of the next two
	}{
		"one":                      {1, 0},
		"one that is late":         {1, 15 * time.Millisecond},
		"many":                     {13, 0},
		"many that are late":       {13, 15 * time.Millisecond},
		"more than were captured":  {60, 0},
		"one as late as it can be": {1, 120 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &capture{opened: time.Now(), blocks: make(chan block, mostWaiting)}
				time.Sleep(200 * time.Millisecond) // in which the sound system opens the device
				ready := time.Now()
				var system sync.WaitGroup
				system.Go(func() {
					time.Sleep(test.late)
					for range test.burst {
						c.blocks <- block{arrived: time.Now()}
					}
					for n := range 100 {
						due := ready.Add(time.Duration(n+1) * sound.PacketLength)
						if n < 2 {
							due = due.Add(test.late)
						}
						time.Sleep(time.Until(due))
						c.blocks <- block{arrived: time.Now()}
					}
				})
				want := ready.Add(-time.Duration(test.burst) * sound.PacketLength)
				for want.Before(c.opened) {
					want = want.Add(sound.PacketLength)
				}
				times := clock{length: sound.PacketLength}
				for got := 0; got < 100; {
					c.pass(t.Context(), &times, <-c.blocks, func(s sound.Samples) bool {
						if !s.Taken.Equal(want) {
							t.Errorf("packet %d: captured %v behind the opening, want %v", got, s.Taken.Sub(c.opened), want.Sub(c.opened))
						}
						want, got = want.Add(sound.PacketLength), got+1
						return true
					})
				}
				system.Wait()
			})
		})
	}
}

// TestSoundBeginsInStep opens a real sound system's microphone, which hands over some packets
// at once at first: they follow each other, and do not overlap. The best of some openings
// counts, since a busy machine is late with some of the first.
func TestSoundBeginsInStep(t *testing.T) {
	soundtest.NewPulse(t)
	var all []time.Duration
	for range 4 {
		opened := time.Now()
		var overlap time.Duration
		var next time.Time
		packets := 0
		for s, err := range Source(soundtest.DeskID, "").Packets(within(t)) {
			if err != nil {
				t.Fatal(err)
			}
			if s.Taken.Before(opened) {
				t.Errorf("a packet was captured %v before the microphone was opened", opened.Sub(s.Taken))
			}
			if packets > 0 {
				overlap += max(0, next.Sub(s.Taken))
			}
			next = s.Taken.Add(sound.PacketLength)
			if packets++; packets == 50 {
				break
			}
		}
		all = append(all, overlap)
		if overlap < 10*time.Millisecond {
			return
		}
	}
	t.Errorf("packets of the first second overlap by %v", all)
}
