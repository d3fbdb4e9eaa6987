package rtsp

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming/sound"

	"github.com/bluenviron/gortsplib/v5/pkg/description"
	"github.com/bluenviron/gortsplib/v5/pkg/format"
	"github.com/pion/rtp"
)

// Players that came before a microphone was chosen are disconnected then, and hear it when
// they come again.
func TestMicrophoneChosenWhilePlayersPlay(t *testing.T) {
	var w whistle
	s := w.listen(t)
	h := serveWith(t, encoded(t, painted(64, 48)), s)
	saved := filepath.Join(t.TempDir(), "s")
	for _, player := range []string{
		"ffmpeg -v error -rtsp_transport tcp -i " + h.url("") + " -c copy -flush_packets 1 -f mjpeg -y " + saved,
		"gst-launch-1.0 -q rtspsrc protocols=tcp location=" + h.url("") + " ! rtpjpegdepay ! filesink buffer-mode=unbuffered location=" + saved,
	} {
		s.Use(sound.Source{})
		args := strings.Fields(player)
		ended := make(chan string, 1)
		go func() {
			_, told, err := run(t, args[0], args[1:]...)
			ended <- fmt.Sprint(err, told)
		}()
		eventually(t, args[0]+" to play", func() bool {
			info, err := os.Stat(saved)
			return err == nil && info.Size() > 0
		})
		s.Use(w.source())
		if told := <-ended; strings.Contains(told, "killed") { // by the test, behind its patience
			t.Errorf("%s plays on: %s", args[0], told)
		}
		os.Remove(saved)
	}
	eventually(t, "no viewer", func() bool { return h.door.here() == 0 })
	out, told, err := run(t, "ffprobe", "-v", "error", "-rtsp_transport", "tcp", "-show_entries", "stream=codec_name", "-of", "csv=p=0", h.url(""))
	if got := strings.Join(strings.Fields(string(out)), " "); err != nil || got != "mjpeg opus" {
		t.Errorf("%q, %v: %s", got, err, told)
	}
}

// taker takes pictures and sound, until the server ends it.
type taker struct {
	pictures, sounds chan struct{}
	ended            chan struct{}
}

func (h *house) take(t *testing.T) *taker {
	t.Helper()
	c := h.setUp(t)
	k := &taker{pictures: make(chan struct{}), sounds: make(chan struct{}), ended: make(chan struct{})}
	c.OnPacketRTPAny(func(media *description.Media, _ format.Format, packet *rtp.Packet) {
		to := k.pictures
		if bytes.Equal(packet.Payload, silence) {
			return
		} else if media.Type == description.MediaTypeAudio {
			to = k.sounds
		}
		select {
		case to <- struct{}{}:
		default: // nobody waits for one
		}
	})
	if _, err := c.Play(nil); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(k.ended)
		c.Wait()
	}()
	return k
}

// comes waits for one of something that the taker takes.
func (k *taker) comes(t *testing.T, what string, one chan struct{}) {
	t.Helper()
	select {
	case <-one:
	case <-k.ended:
		t.Fatalf("the session ended, waiting for %s", what)
	case <-time.After(patience):
		t.Fatalf("waited in vain: %s", what)
	}
}

// Who was told of the sound plays on, whatever microphone is chosen, or none, and hears the
// next one.
func TestWhoWasToldOfSoundPlaysOn(t *testing.T) {
	var first, second whistle
	s := first.listen(t)
	h := serveWith(t, encoded(t, painted(64, 48)), s)
	hears, looks := h.take(t), h.play(t)
	hears.comes(t, "sound", hears.sounds)
	for _, source := range []sound.Source{second.source(), {}, first.source()} {
		s.Use(source)
		if source.Packets != nil {
			hears.comes(t, "its sound", hears.sounds)
		}
		for range 20 {
			hears.comes(t, "a picture", hears.pictures)
		}
	}
	looks.get(t, 20)
	if n := h.server.Readers(); n != 2 {
		t.Errorf("%d play", n)
	}
}

// Pictures go on for players that wait for sound while there is none.
func TestPlayersPlayOnThroughSilence(t *testing.T) {
	var w whistle
	s := w.listen(t)
	h := serveWith(t, encoded(t, painted(64, 48)), s)
	for name, quiet := range map[string]func(on bool){
		"muted": s.Mute,
		"none": func(on bool) {
			if s.Use(w.source()); on {
				s.Use(sound.Source{})
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			quiet(false)
			dir, ended := t.TempDir(), make(chan struct{})
			t.Cleanup(func() { <-ended })
			go func() {
				defer close(ended)
				run(t, "mpv", "--no-config", "--no-terminal", "--vo=image", "--vo-image-outdir="+dir, "--ao=null", h.url("")) // until the test ends
			}()
			more := func() {
				t.Helper()
				began := len(pictures(t, dir))
				eventually(t, "60 pictures more", func() bool { return len(pictures(t, dir)) > began+60 })
			}
			more()
			quiet(true)
			more()
			quiet(false)
			more()
		})
	}
}

// Silence takes the place of sound that does not come, and is behind it in time.
func TestSilenceFillsGaps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w whistle
		s := w.listen(t)
		defer s.Close()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		time.AfterFunc(time.Second, func() { s.Mute(true) })
		time.AfterFunc(2*time.Second, func() { s.Mute(false) })
		time.AfterFunc(3*time.Second, cancel)
		silent, last := 0, time.Time{}
		for p := range filled(ctx, s) {
			if bytes.Equal(p.Opus, silence) {
				silent++
			}
			if gap := p.Taken.Sub(last); !last.IsZero() && (gap < sound.PacketLength/2 || gap > lull+2*sound.PacketLength) {
				t.Errorf("a packet is %v behind the one before", gap)
			}
			if late := time.Since(p.Taken); late > lull+2*sound.PacketLength {
				t.Errorf("a packet is late by %v", late)
			}
			last = p.Taken
		}
		if silent < 35 || silent > 45 { // a second less the lull
			t.Errorf("%d packets of silence", silent)
		}
	})
}
