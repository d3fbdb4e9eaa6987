package recording

import (
	"context"
	"encoding/binary"
	"iter"
	"log/slog"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/drivers/process/processtest"
	"fanlight/streaming"
	"fanlight/streaming/history"
	"fanlight/streaming/sound"
	"fanlight/streaming/sound/soundtest"
	"fanlight/streaming/streamtest"
)

// studio is a recorder of a camera and a microphone, with encoders of a kind.
func studio(t *testing.T, camera streaming.Source, newEncoder func() (sound.Encoder, error)) (*Recorder, *sound.Sound) {
	t.Helper()
	discard := slog.New(slog.DiscardHandler)
	feed := streaming.NewFeed(camera, 0, discard)
	t.Cleanup(feed.Close)
	past := history.New(feed, 64<<20, discard)
	t.Cleanup(past.Close)
	s := sound.New(newEncoder, 0, discard)
	t.Cleanup(s.Close)
	r := New(feed, past, filepath.Join(t.TempDir(), "recordings"), func() string { return "Studio" }, nil, discard)
	r.Hear(s)
	return r, s
}

// delay is [sound.Delay] as ffprobe rounds it, in milliseconds.
const delay = 7

// heardIn are the times of the sound in a file, in milliseconds from its beginning.
func heardIn(t *testing.T, path string) (all []int64) {
	t.Helper()
	for _, packet := range streamtest.Probe(t, path, "-select_streams", "a").Packets {
		all = append(all, streamtest.Milliseconds(t, packet.Time)+delay)
	}
	return all
}

// begunIn is when the first picture of a file was taken.
func begunIn(t *testing.T, path string) time.Time {
	t.Helper()
	begun, err := time.Parse(time.RFC3339, streamtest.Probe(t, path, "-read_intervals", "%+#1").Format.Tags.Created)
	if err != nil {
		t.Fatal(err)
	}
	return begun
}

// A recording listens to the microphone for as long as it runs, and has all that it hears.
func TestRecordingHasTheSound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		microphone := &soundtest.Microphone{ID: "desk"}
		r, s := studio(t, streamtest.NewCamera().Source(), newCounter)
		s.Use(microphone.Source())
		time.Sleep(time.Minute)
		if microphone.Open.Load() != 0 {
			t.Fatal("the microphone is on before")
		}
		if err := r.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		if now := r.Status(); microphone.Open.Load() != 1 || s.Status().State != sound.Live || !now.Sound {
			t.Errorf("%d microphones are on; %+v", microphone.Open.Load(), now)
		}
		r.Stop()
		heard := heardIn(t, r.Status().File)
		if len(heard) < 495 || len(heard) > 500 || heard[len(heard)-1] < 9900 {
			t.Errorf("%d packets, to %d ms", len(heard), heard[len(heard)-1])
		}
		for n := range heard[1:] {
			if d := heard[n+1] - heard[n]; d < 19 || d > 21 {
				t.Fatalf("%d ms from packet %d to the next", d, n)
			}
		}
		if seen := streamtest.Probe(t, r.Status().File, "-select_streams", "v").Packets; uint64(len(seen)) != r.Status().Pictures || r.Status().Lost > 0 {
			t.Errorf("%d pictures, %+v", len(seen), r.Status())
		}
		time.Sleep(time.Minute)
		if microphone.Open.Load() != 0 {
			t.Error("the microphone stays on")
		}
	})
}

// A mute is a gap, and a microphone that is lost and found again another one, in one file.
func TestSoundHasItsGaps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		microphone := &soundtest.Microphone{ID: "desk"}
		r, s := studio(t, streamtest.NewCamera().Source(), newCounter)
		s.Use(microphone.Source())
		if err := r.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		s.Mute(true)
		time.Sleep(7 * time.Second)
		s.Mute(false)
		time.Sleep(5 * time.Second)
		microphone.Fail.Store(&soundtest.ErrEncoder)
		time.Sleep(20 * time.Second)
		microphone.Fail.Store(nil)
		time.Sleep(10 * time.Second)
		r.Stop()
		if names := files(t, r.dir); len(names) != 1 {
			t.Fatalf("files %q", names)
		}
		heard := heardIn(t, r.Status().File)
		var gaps []int64
		for n := range heard[1:] {
			if d := heard[n+1] - heard[n]; d > 30 {
				gaps = append(gaps, d/1000)
			}
		}
		if len(gaps) != 2 || gaps[0] != 7 || gaps[1] < 20 || gaps[1] > 25 {
			t.Errorf("gaps of %v s", gaps)
		}
		if n := r.Status().Pictures; n < 46*30 {
			t.Errorf("%d pictures", n)
		}
	})
}

// Where a microphone is chosen, or none any more, a recording goes on in another file.
func TestMicrophoneChosenMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		microphone := &soundtest.Microphone{ID: "desk"}
		r, s := studio(t, streamtest.NewCamera().Source(), newCounter)
		if err := r.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		s.Use(microphone.Source())
		time.Sleep(5 * time.Second)
		other := &soundtest.Microphone{ID: "other"}
		s.Use(other.Source()) // which is no reason
		time.Sleep(5 * time.Second)
		s.Use(sound.Source{})
		time.Sleep(5 * time.Second)
		r.Stop()
		names := files(t, r.dir)
		if len(names) != 3 || r.Status().Lost > 0 || r.Status().Pictures < 598 {
			t.Fatalf("files %q, %+v", names, r.Status())
		}
		for n, want := range []int{0, 495, 0} {
			path := filepath.Join(r.dir, names[n])
			if heard := len(heardIn(t, path)); heard < want-20 || heard > want+5 {
				t.Errorf("file %d has %d packets of sound, want %d", n, heard, want)
			}
		}
	})
}

// A split loses no sound: each packet is in one of the files.
func TestSplitSound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		microphone := &soundtest.Microphone{ID: "desk"}
		r, s := studio(t, streamtest.NewCamera().Source(), newCounter)
		r.Limit(Limits{Split: Split{Length: 3 * time.Second}})
		s.Use(microphone.Source())
		if err := r.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		r.Stop()
		names, sum := files(t, r.dir), 0
		for _, name := range names {
			heard := heardIn(t, filepath.Join(r.dir, name))
			sum += len(heard)
			if heard[0] < 0 || heard[0] > 20 {
				t.Errorf("%s: the first sound is at %d ms", name, heard[0])
			}
		}
		if len(names) != 4 || sum < 495 || sum > 500 {
			t.Errorf("files %q with %d packets", names, sum)
		}
	})
}

func TestSaveLastWithSound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		microphone := &soundtest.Microphone{ID: "desk"}
		r, s := studio(t, streamtest.NewCamera().Source(), newCounter)
		s.Use(microphone.Source())
		if err := r.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(40 * time.Second)
		r.Stop()
		time.Sleep(time.Minute) // all is off
		opened := microphone.Opened.Load()
		saved, err := r.SaveLast(30 * time.Second)
		if err != nil || len(saved.Files) != 1 {
			t.Fatalf("%+v, %v", saved, err)
		}
		// The camera stays on for longer than it was recorded, and so does the microphone.
		heard := heardIn(t, saved.Files[0])
		if end := saved.Length.Milliseconds(); len(heard) < 1450 || heard[0] < 0 || heard[0] > 40 || heard[len(heard)-1] > end || heard[len(heard)-1] < end-100 {
			t.Errorf("%d packets from %d to %d ms of %v", len(heard), heard[0], heard[len(heard)-1], saved.Length)
		}
		if microphone.Opened.Load() != opened {
			t.Error("the microphone was opened for it")
		}
	})
}

// A time lapse has no sound, and turns no microphone on.
func TestTimeLapseIsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		microphone := &soundtest.Microphone{ID: "desk"}
		r, s := studio(t, streamtest.NewCamera().Source(), newCounter)
		s.Use(microphone.Source())
		if err := r.StartLapse(time.Second); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		r.Stop()
		if heard := heardIn(t, r.Status().File); len(heard) > 0 || r.Status().Sound || microphone.Opened.Load() > 0 {
			t.Errorf("%d packets, %+v", len(heard), r.Status())
		}
	})
}

// soundCard yields packets by a clock of its own, which arrive a little late, some more than
// others. Its packets are stamped with the clock of the machine.
func soundCard(partsPerMillion int64, began *time.Time) sound.Source {
	each := sound.PacketLength + time.Duration(partsPerMillion)*sound.PacketLength/1_000_000
	return sound.Source{ID: "drifting", Packets: func(ctx context.Context) iter.Seq2[sound.Samples, error] {
		return func(yield func(sound.Samples, error) bool) {
			*began = time.Now()
			for n := range time.Duration(1 << 30) {
				late := n * 7 % 11 * time.Millisecond / 2
				time.Sleep(time.Until(began.Add((n+1)*each + late)))
				if ctx.Err() != nil || !yield(sound.Samples{Taken: time.Now().Add(-sound.PacketLength), Samples: make([]int16, sound.PacketSamples)}, nil) {
					return
				}
			}
		}
	}}
}

// counter encodes a packet as its number, behind what ffprobe takes for the head of a packet
// of 20 ms.
type counter struct{ n uint32 }

func newCounter() (sound.Encoder, error) { return &counter{}, nil }

func (c *counter) Encode(into []byte, _ []int16) ([]byte, error) {
	c.n++
	return binary.BigEndian.AppendUint32(append(into, sound.SilentOpus[0]), c.n-1), nil
}

func (c *counter) Reset() error { return nil }

// numbersIn is the number of the first packet in a file of a counter.
func numbersIn(t *testing.T, path string) uint32 {
	t.Helper()
	out, err := processtest.Command(t, time.Minute, "ffmpeg", "-v", "error", "-i", path, "-map", "0:a", "-c", "copy", "-frames:a", "1", "-f", "data", "-").Output()
	if err != nil || len(out) != 5 {
		t.Fatalf("%x, %v", out, err)
	}
	return binary.BigEndian.Uint32(out[1:])
}

// After an hour the sound is in step with the pictures to 20 ms, although the sound card's
// clock has gone wrong by 360 ms until then.
func TestSoundStaysInStepForAnHour(t *testing.T) {
	for _, partsPerMillion := range []int64{100, -100} {
		synctest.Test(t, func(t *testing.T) {
			camera := streamtest.NewCamera()
			camera.FPS = 2
			r, s := studio(t, camera.Source(), newCounter)
			var began time.Time
			s.Use(soundCard(partsPerMillion, &began))
			if err := r.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Hour)
			r.Stop()
			begun := begunIn(t, r.Status().File)
			heard := heardIn(t, r.Status().File)
			sent := int64(time.Hour / sound.PacketLength)
			if n := int64(len(heard)); n < sent-sent/5000-100 || n > sent+sent/5000+100 {
				t.Fatalf("%d packets in an hour", n)
			}
			each := sound.PacketLength.Seconds() * (1 + float64(partsPerMillion)/1e6)
			first := int(numbersIn(t, r.Status().File))
			worst := 0.0
			for n, at := range heard {
				truth := began.Sub(begun).Seconds() + float64(first+n)*each
				worst = max(worst, float64(at)/1000-truth, truth-float64(at)/1000)
			}
			t.Logf("at %d ppm the sound is %.1f ms off at worst", partsPerMillion, worst*1000)
			if worst > 0.020 {
				t.Errorf("at %d ppm the sound is %.1f ms off", partsPerMillion, worst*1000)
			}
		})
	}
}
