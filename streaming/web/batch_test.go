package web

import (
	"bufio"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/streamtest"
)

func TestBatchesServeMoreViewersThanOneHolds(t *testing.T) {
	const most = 20
	const crowd = 2*most + 5
	h := serveWith(t, Options{}, StreamOptions{MaxViewers: crowd}, func(h *house, l net.Listener) net.Listener {
		h.stream.batches.most = most
		return l
	})
	var reading sync.WaitGroup
	var satisfied atomic.Int64
	for range crowd {
		conn, err := net.Dial("tcp", tcpAddr(t, h.url).String())
		if err != nil {
			t.Fatal(err)
		}
		reading.Go(func() {
			defer conn.Close()
			conn.SetDeadline(time.Now().Add(patience))
			if err := readPictures(conn, askStream, 5); err != nil {
				t.Errorf("a viewer: %v", err)
				return
			}
			satisfied.Add(1)
		})
	}
	reading.Wait()
	if satisfied.Load() != crowd {
		t.Fatalf("%d viewers of %d got their pictures", satisfied.Load(), crowd)
	}
	eventually(t, "the batches to end with their viewers", func() bool {
		h.stream.batches.mu.Lock()
		defer h.stream.batches.mu.Unlock()
		return len(h.stream.batches.all) == 0
	})
}

// TestViewersMaySayMoreThanTheyMust has viewers send more than their request, which must not
// disturb the stream.
func TestViewersMaySayMoreThanTheyMust(t *testing.T) {
	h := serve(t, 0)
	for name, ask := range map[string]string{
		"keep-alive":         "GET /stream.mjpg HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n",
		"HTTP/1.0":           "GET /stream.mjpg HTTP/1.0\r\n\r\n",
		"HTTP/1.0, for long": "GET /stream.mjpg HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n",
		"more requests":      strings.Repeat(askStream, 3),
		"anything":           askStream + strings.Repeat("anything at all", 10_000),
	} {
		t.Run(name, func(t *testing.T) {
			conn := h.dial(t)
			if err := readPictures(conn, ask, 10); err != nil {
				t.Error(err)
			}
			conn.Close()
			eventually(t, "the viewer to be gone", func() bool { return h.stream.Viewers() == 0 })
		})
	}
}

// readPictures asks for the stream and reads so many pictures, each taken after the one before.
func readPictures(conn net.Conn, ask string, count int) error {
	if _, err := io.WriteString(conn, ask); err != nil {
		return err
	}
	lines := textproto.NewReader(bufio.NewReader(conn))
	if _, err := lines.ReadLine(); err != nil {
		return err
	}
	if _, err := lines.ReadMIMEHeader(); err != nil {
		return err
	}
	last := 0.0
	for range count {
		if _, err := lines.ReadLine(); err != nil { // the delimiter
			return err
		}
		header, err := lines.ReadMIMEHeader()
		if err != nil {
			return err
		}
		length, err := strconv.Atoi(header.Get("Content-Length"))
		if err != nil {
			return err
		}
		picture := make([]byte, length+len("\r\n"))
		if _, err := io.ReadFull(lines.R, picture); err != nil {
			return err
		}
		taken, err := strconv.ParseFloat(header.Get("X-Timestamp"), 64)
		if err != nil {
			return err
		}
		if !streamtest.IsOriginal(picture[:length]) || taken <= last {
			return io.ErrUnexpectedEOF
		}
		last = taken
	}
	return nil
}

func TestProgressTakesEachPictureOnceAndAtItsPace(t *testing.T) {
	at := func(seq uint64, ms int) *streaming.Frame {
		return &streaming.Frame{Seq: seq, Taken: time.UnixMilli(1_700_000_000_000 + int64(ms))}
	}
	for _, test := range []struct {
		name string
		fps  float64
		seen []*streaming.Frame
		want []bool
	}{
		{"each once", 0, []*streaming.Frame{at(1, 0), at(1, 0), at(2, 33), at(1, 0), at(4, 99)}, []bool{true, false, true, false, true}},
		{"at half the rate", 15, []*streaming.Frame{at(1, 0), at(2, 33), at(3, 67), at(4, 100), at(5, 133)}, []bool{true, false, true, false, true}},
	} {
		p := progress{pace: streaming.NewPace(test.fps)}
		for i, frame := range test.seen {
			if got := p.wants(frame); got != test.want[i] {
				t.Errorf("%s: picture %d is wanted: %v", test.name, i, got)
			}
		}
	}
}
