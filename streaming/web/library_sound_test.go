package web

import (
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming/library"
	"fanlight/streaming/matroska"
	"fanlight/streaming/sound"
	"fanlight/streaming/sound/opus"
	"fanlight/streaming/streamtest"
)

// reels are recordings in the making, of a hall.
type reels struct {
	*hall
	dir string
}

// newReels returns a hall with recordings; "running.mkv" is being made.
func newReels(t *testing.T) *reels {
	t.Helper()
	r := &reels{newHall(t), t.TempDir()}
	films := library.New(r.dir, library.Options{
		Running:   func(path string) bool { return filepath.Base(path) == "running.mkv" },
		Thumbnail: func(picture []byte) ([]byte, error) { return picture, nil },
		Log:       discarded,
	})
	t.Cleanup(films.Close)
	r.stream.LibraryWith(films)
	r.stream.ShowRecordings(true)
	return r
}

// film begins a recording with sound.
func (r *reels) film(t *testing.T, name string) *matroska.Writer {
	t.Helper()
	file, err := os.Create(filepath.Join(r.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	w, err := matroska.NewWriterWithSound(file, 16, 8, "Front door", filmed, sound.OpusHead())
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// shoot writes some time of a recording: ten pictures a second, unless the camera is off, and
// sound whose samples are the packets' numbers.
func shoot(t *testing.T, w *matroska.Writer, from, to time.Duration, camera bool) {
	t.Helper()
	for at := from; at < to; at += sound.PacketLength {
		if camera && at%(100*time.Millisecond) == 0 {
			write(t, w.Write(streamtest.Tiny[0], filmed.Add(at)))
		}
		n := at / sound.PacketLength
		write(t, w.WriteSound(binary.BigEndian.AppendUint16([]byte{sound.SilentOpus[0], 0}, uint16(n)), filmed.Add(at)))
	}
}

func write(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// whole are the packets of a film that a listener has got: each is the one of its time.
func whole(t *testing.T, v *viewing) (times []time.Duration) {
	t.Helper()
	for _, r := range records(t, v) {
		at := r.taken.Sub(filmed)
		if n := int16((at + sound.PacketLength/2) / sound.PacketLength); r.sample != n {
			t.Fatalf("at %v the sound is that of packet %d", at, r.sample)
		}
		times = append(times, at)
	}
	return times
}

// The sound of a recording comes two seconds ahead of its pictures, from the moment on that is
// asked for. Where the camera was off, sound goes on if there is any, as the last picture stays;
// where there is neither, both go over the gap.
func TestSoundOfARecordingKeepsPaceWithItsPictures(t *testing.T) {
	for name, goesOn := range map[string]bool{"a gap": false, "sound goes on": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newReels(t)
				w := r.film(t, "a.mkv")
				shoot(t, w, 0, 6*time.Second, true)
				if goesOn {
					shoot(t, w, 6*time.Second, 66*time.Second, false)
				}
				shoot(t, w, 66*time.Second, 70*time.Second, true)
				write(t, w.Close())
				v := r.view(t, "/recordings/a.mkv/audio.pcm?from=1s", nil)
				seen := r.view(t, "/recordings/a.mkv/stream.mjpg?from=1s", nil)
				time.Sleep(50 * time.Millisecond) // pictures are 100 ms apart
				for n := range time.Duration(8) {
					time.Sleep(time.Second)
					synctest.Wait()
					at := (n+2)*time.Second + 50*time.Millisecond // is the moment of the film
					pictures, heard := seen.shots(t), whole(t, v)
					near(t, "seen", pictures[len(pictures)-1].taken.Sub(filmed), at, goesOn, 5900*time.Millisecond)
					near(t, "heard", heard[len(heard)-1], at+filmAhead, goesOn, 70*time.Second)
					if heard[0] < time.Second-2*sound.PacketLength || heard[0] > time.Second+sound.PacketLength {
						t.Errorf("it begins at %v", heard[0])
					}
				}
				time.Sleep(70 * time.Second)
				times := whole(t, v)
				if !v.ended() || !seen.ended() || times[len(times)-1] < 70*time.Second-2*sound.PacketLength {
					t.Errorf("to %v; ended: %v, %v", times[len(times)-1], v.ended(), seen.ended())
				}
			})
		})
	}
}

// near checks that what is played of a film is of about a moment: behind a gap of a minute from
// 6 s on, unless that is played, too, up to a time.
func near(t *testing.T, what string, got, at time.Duration, played bool, last time.Duration) {
	t.Helper()
	switch {
	case played:
		at = min(at, last)
	case at > 6*time.Second:
		at = min(at+60*time.Second, 70*time.Second)
	}
	if (got - at).Abs() > 75*time.Millisecond {
		t.Errorf("%s up to %v, want %v", what, got, at)
	}
}

// Sound of a recording that is being made comes as it is written.
func TestSoundOfARunningRecordingGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReels(t)
		w := r.film(t, "running.mkv")
		shoot(t, w, 0, time.Second, true)
		v := r.view(t, "/recordings/running.mkv/audio.pcm", nil)
		for n := range time.Duration(5) {
			time.Sleep(time.Second)
			if got := len(whole(t, v)); got < 50*int(n+1)-1 || v.ended() {
				t.Fatalf("%d packets of %d s; ended: %v", got, n+1, v.ended())
			}
			shoot(t, w, (n+1)*time.Second, (n+2)*time.Second, true)
		}
	})
}

// The sound of recordings is for those who may watch them, and not for pages of other sites.
func TestSoundOfARecordingIsForItsViewers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newReels(t)
		w := r.film(t, "a.mkv")
		shoot(t, w, 0, 20*time.Second, true)
		write(t, w.Close())
		silent, err := os.Create(filepath.Join(r.dir, "silent.mkv"))
		write(t, err)
		w, err = matroska.NewWriter(silent, 16, 8, "Front door", filmed)
		write(t, err)
		write(t, w.Write(streamtest.Tiny[0], filmed))
		write(t, w.Close())
		write(t, silent.Close())
		for _, test := range []struct {
			path, header string
			status       int
			says         string
		}{
			{"a.mkv/audio.webm", "Accept: */*", 0, ""},
			{"a.mkv/audio.pcm", "Origin: https://example.com", 403, "another web site"},
			{"a.mkv/audio.pcm?from=noon", "Accept: */*", 400, "from"},
			{"silent.mkv/audio.pcm", "Accept: */*", 404, "This recording has no sound."},
			{"none.mkv/audio.pcm", "Accept: */*", 404, "no recording of this name"},
		} {
			v := r.hears(t, "/recordings/"+test.path, time.Second, test.header)
			if v.status != test.status || !strings.Contains(v.body.String(), test.says) {
				t.Errorf("%s: %d %.80q", test.path, v.status, &v.body)
			}
		}
		v := r.view(t, "/recordings/a.mkv/audio.pcm", nil)
		time.Sleep(time.Second)
		if v.ended() || r.mic.Opened.Load() != 0 {
			t.Errorf("it ended: %v; a microphone was opened: %d", v.ended(), r.mic.Opened.Load())
		}
		r.stream.ShowRecordings(false)
		if !v.ended() {
			t.Error("it goes on for those who may no longer watch")
		}
		if v := r.hears(t, "/recordings/a.mkv/audio.pcm", time.Second); v.status != 403 {
			t.Errorf("then: %d %s", v.status, &v.body)
		}
	})
}

// Whatever is in the track of sound, a listener gets packets that are whole, and is let go when
// it leaves, or at the recording's end.
func TestHostileSoundOfARecording(t *testing.T) {
	for name, test := range map[string]struct {
		packet []byte
		taken  func(n int) time.Duration
		heard  bool
		ends   bool
	}{
		"silence":            {sound.SilentOpus, spread(sound.PacketLength), true, true},
		"nonsense":           {[]byte{0xF8, 0x41, 0x99, 0x01, 0x7F}, spread(sound.PacketLength), true, true},
		"of another length":  {[]byte{0xF0, 0xFF, 0xFE}, spread(sound.PacketLength), false, true},
		"of too many frames": {[]byte{0xFB, 0x3F, 0x00}, spread(sound.PacketLength), false, true},
		"a count that lies":  {[]byte{0xFB}, spread(sound.PacketLength), false, true},
		"all at once":        {sound.SilentOpus, spread(0), true, true},
		"ages apart":         {sound.SilentOpus, spread(1000 * time.Hour), true, false},
	} {
		for _, format := range []string{"pcm", "webm"} {
			t.Run(name+", "+format, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := newReels(t)
					r.stream.HearWith(r.sound, func() (Decoder, error) { return opus.NewDecoder() })
					w := r.film(t, "a.mkv")
					write(t, w.Write(streamtest.Tiny[0], filmed))
					for n := range 100 {
						write(t, w.WriteSound(test.packet, filmed.Add(test.taken(n))))
					}
					write(t, w.Write(streamtest.Tiny[0], filmed.Add(2*time.Second)))
					write(t, w.Close())
					v := r.view(t, "/recordings/a.mkv/audio."+format, nil)
					time.Sleep(30 * time.Second)
					if v.ended() != test.ends || v.status != 0 || v.body.Len() > math.MaxUint16<<4 {
						t.Errorf("ended %v, %d, %d bytes", v.ended(), v.status, v.body.Len())
					}
					if format == "pcm" && (v.body.Len() > 0) != test.heard {
						t.Errorf("%d bytes are heard", v.body.Len())
					}
				})
			})
		}
	}
}

// spread is the times of packets that far apart.
func spread(apart time.Duration) func(n int) time.Duration {
	return func(n int) time.Duration { return time.Duration(n) * apart }
}
