package rtsp

import (
	"errors"
	"io"
	"log/slog"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/bluenviron/mediacommon/v2/pkg/codecs/h264"
	"github.com/bluenviron/mediacommon/v2/pkg/codecs/mpeg4audio"
)

// pictureOutlet keeps the numbers of slices, and the times, of the pictures that it is sent.
type pictureOutlet struct {
	mu     sync.Mutex
	slices []int
	taken  []time.Time
}

func (o *pictureOutlet) begin([]byte, []byte, *mpeg4audio.AudioSpecificConfig) error { return nil }

func (o *pictureOutlet) picture(au [][]byte, _ time.Duration, taken time.Time) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	slices := 0
	for _, nalu := range au {
		switch h264.NALUType(nalu[0] & 0x1F) {
		case h264.NALUTypeIDR, h264.NALUTypeNonIDR:
			slices++
		}
	}
	o.slices, o.taken = append(o.slices, slices), append(o.taken, taken)
	return nil
}

func (o *pictureOutlet) count() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.taken)
}

func (o *pictureOutlet) sound([]byte, time.Duration) error { return nil }
func (o *pictureOutlet) wait() error                       { return io.EOF }
func (o *pictureOutlet) close()                            {}

// TestPicturesComeAtOnce has ffmpeg encode a size for one thread, and one for more: each picture
// comes before the next one is taken, and at its time; of the smaller size, which engines take that
// know no slices, in one slice.
func TestPicturesComeAtOnce(t *testing.T) {
	program, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Fatalf("%v; make setup-test installs it", err)
	}
	for _, size := range [][2]int{{1280, 720}, {1920, 1080}} {
		out := &pictureOutlet{}
		e := &encoder{program: program, log: slog.New(slog.DiscardHandler), out: out, sent: func() {}}
		picture := encoded(t, painted(size[0], size[1]))
		var taken []time.Time
		err := e.run(t.Context(), func(yield func(shown) bool) {
			begin := time.UnixMilli(1_790_000_000_000)
			for n := range 8 {
				at := begin.Add(time.Duration(n*n) * 10 * time.Millisecond) // no constant rate
				if taken = append(taken, at); !yield(shown{picture, size[0], size[1], at}) {
					return
				}
				eventually(t, "picture", func() bool { return out.count() == n+1 })
			}
		})
		if !errors.Is(err, ErrNotEncoded) { // it says that ffmpeg has ended
			t.Error(err)
		}
		for n, at := range taken {
			if out.taken[n].Sub(at).Abs() > time.Millisecond {
				t.Errorf("%v: picture %d was taken at %v, not %v", size, n, out.taken[n], at)
			}
			if size[1] == 720 && out.slices[n] != 1 {
				t.Errorf("%v: picture %d has %d slices", size, n, out.slices[n])
			}
		}
	}
}
