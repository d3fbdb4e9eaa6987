package recording

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"iter"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/drivers/process/processtest"
	"fanlight/streaming"
	"fanlight/streaming/sound"
	"fanlight/streaming/sound/opus"
)

// plain is a picture of one shade.
func plain(t *testing.T, shade uint8) []byte {
	t.Helper()
	picture := image.NewGray(image.Rect(0, 0, 64, 48))
	for n := range picture.Pix {
		picture.Pix[n] = color.Gray{Y: shade}.Y
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// isFlash reports whether the scene flashes, which it does each second.
func isFlash(at time.Time) bool { return at.Nanosecond() == 0 }

// flashing is a camera of 25 fps that sees the scene.
func flashing(t *testing.T) streaming.Source {
	dark, bright := plain(t, 20), plain(t, 230)
	return streaming.Source{ID: "flashing", Frames: func(ctx context.Context, granted func(streaming.Mode)) iter.Seq2[streaming.Picture, error] {
		return func(yield func(streaming.Picture, error) bool) {
			const each = 40 * time.Millisecond
			granted(streaming.Mode{Width: 64, Height: 48, FPS: 25})
			for ctx.Err() == nil {
				next := time.Now().Truncate(each).Add(each)
				time.Sleep(time.Until(next))
				seen := dark
				if isFlash(time.Now()) {
					seen = bright
				}
				if !yield(streaming.Picture{JPEG: bytes.Clone(seen)}, nil) {
					return
				}
			}
		}
	}}
}

// clicking is a microphone that hears a click of two milliseconds with each flash, and hands
// over what it hears late.
func clicking(late time.Duration) sound.Source {
	return sound.Source{ID: "clicking", Packets: func(ctx context.Context) iter.Seq2[sound.Samples, error] {
		return func(yield func(sound.Samples, error) bool) {
			first := time.Now().Add(3 * time.Millisecond)
			for n := range time.Duration(1 << 30) {
				taken := first.Add(n * sound.PacketLength)
				time.Sleep(time.Until(taken.Add(sound.PacketLength + late)))
				samples := make([]int16, sound.PacketSamples)
				flash := taken.Truncate(time.Second)
				if flash.Before(taken) {
					flash = flash.Add(time.Second)
				}
				for n := range sound.Rate / 500 {
					if at := int(flash.Sub(taken)*sound.Rate/time.Second) + n; at < len(samples) {
						samples[at] = 20000 * int16(1-n/8%2*2)
					}
				}
				if ctx.Err() != nil || !yield(sound.Samples{Taken: taken, Samples: samples}, nil) {
					return
				}
			}
		}
	}}
}

// flashes are when a file's picture becomes bright, in seconds.
func flashes(t *testing.T, path string) (all []float64) {
	t.Helper()
	out, err := processtest.Command(t, time.Minute, "ffmpeg", "-v", "error", "-copyts", "-i", path, "-map", "0:v", "-fps_mode", "passthrough",
		"-vf", "signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-", "-f", "null", "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	at := 0.0
	for line := range strings.Lines(string(out)) {
		if _, seconds, found := strings.Cut(line, "pts_time:"); found {
			at, err = strconv.ParseFloat(strings.TrimSpace(seconds), 64)
		} else if _, bright, found := strings.Cut(line, "YAVG="); found {
			var y float64
			if y, err = strconv.ParseFloat(strings.TrimSpace(bright), 64); y > 128 {
				all = append(all, at)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// clicks are when clicks begin in a file's sound, in seconds.
func clicks(t *testing.T, path string) (all []float64) {
	t.Helper()
	out, err := processtest.Command(t, time.Minute, "ffmpeg", "-v", "error", "-copyts", "-i", path, "-map", "0:a",
		"-af", "aresample=async=1:min_hard_comp=0.01:first_pts=0", "-f", "s16le", "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; 2*n+1 < len(out); n++ {
		at := float64(n) / sound.Rate
		if v := int16(binary.LittleEndian.Uint16(out[2*n:])); (v > 5000 || v < -5000) && (len(all) == 0 || at-all[len(all)-1] > 0.5) {
			all = append(all, at)
		}
	}
	return all
}

// A click is heard when its flash is seen, as ffmpeg decodes both, however late the sound
// comes from the microphone, and on both sides of a mute.
func TestClickIsWithItsFlash(t *testing.T) {
	for _, late := range []time.Duration{0, 120 * time.Millisecond, 700 * time.Millisecond} {
		var seen, heard []float64
		synctest.Test(t, func(t *testing.T) {
			r, s := studio(t, flashing(t), func() (sound.Encoder, error) { return opus.NewEncoder() })
			s.Use(clicking(late))
			time.Sleep(111 * time.Millisecond)
			if err := r.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Second)
			s.Mute(true)
			time.Sleep(3 * time.Second)
			s.Mute(false)
			time.Sleep(10 * time.Second)
			r.Stop()
			seen, heard = flashes(t, r.Status().File), clicks(t, r.Status().File)
		})
		if len(seen) < 22 || len(heard) < 18 {
			t.Fatalf("%d flashes and %d clicks", len(seen), len(heard))
		}
		worst := 0.0
		for _, click := range heard {
			nearest := 1.0
			for _, flash := range seen {
				nearest = min(nearest, max(click-flash, flash-click))
			}
			worst = max(worst, nearest)
		}
		t.Logf("with sound %v late, %d clicks are %.1f ms from their flashes at worst", late, len(heard), worst*1000)
		if worst > 0.020 {
			t.Errorf("with sound %v late, a click is %.1f ms from its flash", late, worst*1000)
		}
	}
}
