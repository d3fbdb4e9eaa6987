package main

import (
	"encoding/binary"
	"slices"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"
	"fanlight/streaming/sound"
	"fanlight/streaming/sound/soundtest"
)

// clicksIn are when clicks begin in the sound of a recording, from its beginning.
func clicksIn(t *testing.T, path string) (all []time.Duration) {
	t.Helper()
	out, err := processtest.Command(t, patience, "ffmpeg", "-v", "fatal", "-copyts", "-i", path, "-map", "0:a",
		"-af", "aresample=async=1:min_hard_comp=0.01:first_pts=0", "-f", "s16le", "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; 2*n+1 < len(out); n++ {
		at := time.Duration(n) * time.Second / sound.Rate
		if v := int16(binary.LittleEndian.Uint16(out[2*n:])); (v > 5000 || v < -5000) && (len(all) == 0 || at-all[len(all)-1] > 100*time.Millisecond) {
			all = append(all, at)
		}
	}
	return all
}

// TestSoundOfAKilledProgram has the real program record a microphone, and kills it. What was
// recorded has its clicks at the times at which the microphone heard them.
func TestSoundOfAKilledProgram(t *testing.T) {
	need(t, "ffmpeg")
	pulse := soundtest.NewPulse(t)
	clicked := make(chan []time.Time)
	ended := make(chan struct{})
	go func() {
		var all []time.Time
		for {
			select {
			case <-ended:
				clicked <- all
				return
			case <-time.After(400 * time.Millisecond):
				all = append(all, pulse.Click())
			}
		}
	}()
	path, at := killed(t, t.TempDir(), 8*time.Second, "--microphone", soundtest.DeskID)
	close(ended)
	heard := <-clicked
	f := probe(t, path)
	if lost := at.Sub(f.last()); lost > 1500*time.Millisecond {
		t.Errorf("the last %v are missing", lost)
	}
	if end := f.times[len(f.times)-1]; f.duration > end+50*time.Millisecond || end-f.duration > 1500*time.Millisecond {
		t.Errorf("it is said to be %v long, and has %v", f.duration, end)
	}
	found := clicksIn(t, path)
	if len(found) < 10 {
		t.Fatalf("%d clicks of %d", len(found), len(heard))
	}
	var off []time.Duration
	for _, click := range found {
		nearest := time.Hour
		for _, one := range heard {
			nearest = min(nearest, f.begun.Add(click).Sub(one).Abs())
		}
		off = append(off, nearest)
	}
	// On a busy machine PulseAudio is late with some.
	slices.Sort(off)
	if t.Logf("clicks are off by %v", off); off[len(off)/4] > 20*time.Millisecond {
		t.Errorf("clicks are off by %v", off)
	}
}
