package web

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/assets"
	"fanlight/streaming"
	"fanlight/streaming/replay"
	"fanlight/streaming/streamtest"
)

// TestPastThenLiveOverEachConnection has viewers of both ways of writing see the past, and go
// on live.
func TestPastThenLiveOverEachConnection(t *testing.T) {
	plain := serve(t, 0)
	locked, trusting := secured(t, Options{})
	for h, client := range map[*house]*http.Client{plain: http.DefaultClient, locked: trusting} {
		h.stream.RewindWith(minute(streamtest.Tiny[0], 40))
		response, err := client.Get(h.url + "/stream.mjpg?from=-1h&speed=8")
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		parts := multipart.NewReader(response.Body, boundary)
		for next, live := uint64(0), 0; live < 10; {
			part, err := parts.NextRawPart()
			if err != nil {
				t.Fatal(err)
			}
			picture, _ := io.ReadAll(part)
			switch n, stamped := streamtest.Stamp(picture); {
			case stamped && (live > 0 || n < next || next == 0 && n > 0):
				t.Errorf("%.5s: picture %d of the past in the place of %d; %d live ones before", h.url, n, next, live)
			case stamped:
				next = n + 1
			case next != 40 || !streamtest.IsOriginal(picture):
				t.Fatalf("%.5s: live behind picture %d of the past", h.url, next)
			default:
				live++
			}
		}
	}
}

// TestPastAsAnImageInChromium is sent in the form that has each header ahead.
func TestPastAsAnImageInChromium(t *testing.T) {
	h := serve(t, 0)
	h.stream.RewindWith(minute(streamtest.Tiny[0], 40))
	request, _ := http.NewRequestWithContext(t.Context(), "GET", h.url+"/stream.mjpg?from=-1h&speed=0", nil)
	request.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36")
	request.Header.Set("Accept", "image/avif,image/*,*/*;q=0.8")
	request.Header.Set("Referer", h.url+"/")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	want := bytes.Join([][]byte{[]byte(firstDelimiter + aheadHeader), streamtest.Stamped(streamtest.Tiny[0], 0), aheadTail}, nil)
	got := make([]byte, len(want))
	if _, err := io.ReadFull(response.Body, got); err != nil || !bytes.Equal(got, want) {
		t.Errorf("the stream begins %q, %v", got, err)
	}
}

// TestSlowLinkSkipsInThePast has a link take six pictures' time for each picture: the viewer
// stays at its own pace, and sees no picture twice or out of order.
func TestSlowLinkSkipsInThePast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRerun(t, StreamOptions{}, plenty)
		defer r.feed.Keep()()
		time.Sleep(60 * time.Second)
		slow := r.view(t, "/stream.mjpg?from=-50s", func(int) time.Duration { return 200 * time.Millisecond })
		hiccup := r.view(t, "/stream.mjpg?from=-50s", func(n int) time.Duration {
			if n == 100 {
				return 900 * time.Millisecond
			}
			return 0
		})
		time.Sleep(30 * time.Second)
		shots := slow.shots(t)
		for i, s := range shots[1:] {
			if before := shots[i]; s.n <= before.n {
				t.Errorf("picture %d behind %d", s.n, before.n)
			}
			if behind := s.came.Sub(s.taken) - shots[0].came.Sub(shots[0].taken); behind > 1500*time.Millisecond || behind < 0 {
				t.Fatalf("picture %d comes %v late", s.n, behind)
			}
		}
		if len(shots) < 145 {
			t.Errorf("%d pictures in 30 s, want 150", len(shots))
		}
		inOrder(t, "after a hiccup", hiccup.shots(t), hiccup.shots(t)[0].n, 900)
	})
}

// TestStuckRewinderHurtsNobody has a viewer of the past read nothing: it is disconnected, and
// another one sees its pictures meanwhile.
func TestStuckRewinderHurtsNobody(t *testing.T) {
	h := serveWith(t, Options{}, StreamOptions{}, func(h *house, l net.Listener) net.Listener {
		h.server.waits.write = time.Second
		return l
	})
	h.stream.RewindWith(minute(padded(streamtest.Tiny[0], largePicture), 60))
	stuck := h.dial(t)
	stuck.(*net.TCPConn).SetReadBuffer(4 << 10)
	io.WriteString(stuck, "GET /stream.mjpg?from=-1h HTTP/1.1\r\nHost: localhost\r\n\r\n")
	eventually(t, "the stuck viewer", func() bool { return h.stream.Viewers() == 1 })
	response := h.get(t, "GET", "/stream.mjpg?from=-1h")
	parts := multipart.NewReader(bufio.NewReader(response.Body), boundary)
	for n, last := 0, uint64(0); n < 20; n++ {
		part, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		picture, _ := io.ReadAll(part)
		if stamp, ok := streamtest.Stamp(picture); !ok || n > 0 && stamp <= last {
			t.Errorf("picture %d behind %d (stamped: %v)", stamp, last, ok)
		} else {
			last = stamp
		}
	}
	response.Body.Close()
	eventually(t, "the stuck viewer to be disconnected", func() bool { return h.stream.Viewers() == 0 })
}

// fileReel is a past that reads each picture anew, as from a file, and counts those in memory.
type fileReel struct {
	reel
	inMemory *atomic.Int32
}

func (f fileReel) read(frame *streaming.Frame, err error) (*streaming.Frame, error) {
	if frame == nil || err != nil {
		return nil, err
	}
	defer frame.Release()
	f.inMemory.Add(1)
	read := streaming.NewFrame(frame.Seq, frame.Run, frame.Taken, frame.Width, frame.Height, bytes.Clone(frame.JPEG))
	runtime.AddCleanup(read, func(n *atomic.Int32) { n.Add(-1) }, f.inMemory)
	return read, nil
}

func (f fileReel) At(t time.Time) (*streaming.Frame, error) { return f.read(f.reel.At(t)) }
func (f fileReel) After(of *streaming.Frame) (*streaming.Frame, error) {
	return f.read(f.reel.After(of))
}

var _ replay.Past = fileReel{}

// TestStuckRewindersHoldOnePictureEach has viewers get stuck at different moments.
func TestStuckRewindersHoldOnePictureEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRerun(t, StreamOptions{}, plenty)
		past := fileReel{minute(streamtest.Tiny[0], 1500), &atomic.Int32{}}
		r.stream.RewindWith(past)
		const viewers = 10
		done := make(chan struct{})
		for v := range viewers {
			r.view(t, fmt.Sprintf("/stream.mjpg?from=-%ds", 60-3*v), func(n int) time.Duration {
				if n == 5+v {
					<-done
				}
				return 0
			})
		}
		time.Sleep(10 * time.Second)
		defer close(done)
		for range 20 {
			if runtime.GC(); past.inMemory.Load() <= viewers {
				break
			}
		}
		if n := past.inMemory.Load(); n > viewers || n == 0 {
			t.Errorf("%d pictures are in memory for %d stuck viewers", n, viewers)
		}
	})
}

// TestFFmpegReadsThePast has it save the past as an ordinary stream, picture for picture.
func TestFFmpegReadsThePast(t *testing.T) {
	need(t, "ffmpeg", "ffmpeg")
	h := serve(t, 0)
	h.stream.RewindWith(minute(assets.Emulated()[0], 90))
	folder := t.TempDir()
	if out, err := said(t, "ffmpeg", "-v", "error", "-i", h.url+"/stream.mjpg?from=-1h&speed=4", "-frames:v", "60",
		"-c", "copy", "-f", "image2", filepath.Join(folder, "%03d.jpg")); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.jpg"))
	if err != nil || len(files) != 60 {
		t.Fatalf("%d pictures, %v", len(files), err)
	}
	last := -1
	for _, name := range files {
		picture, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		n, stamped := streamtest.Stamp(picture)
		if !stamped || int(n) <= last {
			t.Errorf("%s is picture %d behind %d (stamped: %v)", strings.TrimPrefix(name, folder), n, last, stamped)
		}
		last = int(n)
	}
}

// TestTheEndOfSharingReachesThePast has sharing end while viewers are in the past: each gets
// the last card, and none holds the end up.
func TestTheEndOfSharingReachesThePast(t *testing.T) {
	h := serve(t, 0)
	h.stream.RewindWith(minute(streamtest.Grey(640, 480), 1800))
	var viewers []io.Reader
	for _, query := range []string{"", "&speed=0", "&speed=0.5"} {
		body := bufio.NewReader(h.get(t, "GET", "/stream.mjpg?from=-1h"+query).Body)
		if _, err := body.Peek(len(firstDelimiter) + 1); err != nil {
			t.Fatal(err)
		}
		viewers = append(viewers, body)
	}
	began := time.Now()
	h.stop()
	if took := time.Since(began); took > shutdownPatience {
		t.Errorf("the end took %v", took)
	}
	want, err := streaming.EndCard(streamtest.TinyWidth, streamtest.TinyHeight, h.stream.Name(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for n, viewer := range viewers {
		all, err := io.ReadAll(viewer)
		if err != nil {
			t.Fatal(err)
		}
		if got := lastPicture(t, all); !bytes.Equal(got, want) {
			t.Errorf("viewer %d: the last picture has %d bytes, want %d", n, len(got), len(want))
		}
	}
}
