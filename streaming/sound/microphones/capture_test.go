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

// TestBlocksThatWereHeldUpKeepTheirTimes has a busy machine hand over blocks late, one by one.
func TestBlocksThatWereHeldUpKeepTheirTimes(t *testing.T) {
	const beforeIt, many = 50, 200
	for name, test := range map[string]struct {
		held  time.Duration // the block is late,
		apart time.Duration // and those behind it come so far apart
		lost  int           // so many blocks are not there
	}{
		"together":                           {300 * time.Millisecond, 0, 0},
		"one by one":                         {90 * time.Millisecond, 12 * time.Millisecond, 0},
		"nearly as slowly as live":           {60 * time.Millisecond, 19 * time.Millisecond, 0},
		"some are lost":                      {0, 0, 7},
		"some are lost, the rest is held up": {90 * time.Millisecond, 12 * time.Millisecond, 7},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &capture{opened: time.Now(), blocks: make(chan block, mostWaiting)}
				opened := time.Now()
				var system sync.WaitGroup
				system.Go(func() {
					for n := range many {
						switch {
						case n > beforeIt && n <= beforeIt+test.lost:
							continue
						case n == beforeIt+test.lost+1:
							time.Sleep(test.held)
						case n > beforeIt:
							time.Sleep(test.apart)
						}
						time.Sleep(time.Until(opened.Add(time.Duration(n+1) * sound.PacketLength)))
						c.blocks <- block{arrived: time.Now()}
					}
				})
				times := clock{length: sound.PacketLength}
				for n := 0; n < many; {
					c.pass(t.Context(), &times, <-c.blocks, func(s sound.Samples) bool {
						if n == beforeIt+1 {
							n += test.lost
						}
						if want := time.Duration(n) * sound.PacketLength; s.Taken.Sub(opened) != want {
							t.Errorf("block %d: captured at %v, want %v", n, s.Taken.Sub(opened), want)
						}
						n++
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
