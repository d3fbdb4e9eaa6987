package rtsp

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// pausesOf are the pauses between tries of sending some way, until there are many.
func pausesOf(many int, send way) (pauses []time.Duration) {
	ctx, stop := context.WithCancel(context.Background())
	s := &Sender{SendOptions: SendOptions{Log: slog.New(slog.DiscardHandler)}}
	s.To, _ = ParseTarget("rtsp://engine/cam")
	var ended time.Time
	s.run(ctx, func(ctx context.Context, sent func()) error {
		if !ended.IsZero() {
			pauses = append(pauses, time.Since(ended))
		}
		if len(pauses) == many {
			stop()
		}
		err := send(ctx, sent)
		ended = time.Now()
		return err
	})
	return pauses
}

// An engine may take a stream, and end it at once, again and again.
func TestPausesGrowUnlessPicturesAreTakenForSomeTime(t *testing.T) {
	growing := []time.Duration{1, 2, 4, 8, 16, 32, 60, 60}
	for name, test := range map[string]struct {
		lasts time.Duration // that pictures are sent; 0 if none are
		want  []time.Duration
	}{
		"no answer":          {0, growing},
		"ended at once":      {time.Millisecond, growing},
		"ended after a time": {time.Minute, []time.Duration{1, 1, 1, 1, 1, 1, 1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got := pausesOf(len(test.want), func(_ context.Context, sent func()) error {
					if test.lasts > 0 {
						sent()
						time.Sleep(test.lasts)
						sent()
					}
					return ErrEnded
				})
				for n := range got {
					got[n] /= time.Second
				}
				if !slices.Equal(got, test.want) {
					t.Errorf("pauses of %d seconds, want %d", got, test.want)
				}
			})
		})
	}
}

// hanging is an engine that takes a stream, and reads nothing of it.
func hanging(t *testing.T) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		on, err := l.Accept()
		if err != nil {
			return
		}
		t.Cleanup(func() { on.Close() })
		for asked := bufio.NewReader(on); agree(on, asked); {
		}
	}()
	return l.Addr().String()
}

// agree answers a request, and reports whether another one may come: not behind RECORD.
func agree(on net.Conn, asked *bufio.Reader) bool {
	method, transport, body := "", "", 0
	for {
		line, err := asked.ReadString('\n')
		if err != nil {
			return false
		}
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch {
		case method == "":
			method, _, _ = strings.Cut(line, " ")
		case name == "Transport":
			transport = line
		case name == "Content-Length":
			body, _ = strconv.Atoi(value)
		case name == "CSeq":
			fmt.Fprintf(on, "RTSP/1.0 200 OK\r\nCSeq: %s\r\nSession: 1\r\n", value)
		case name == "":
			fmt.Fprintf(on, "%s\r\n", transport)
			io.CopyN(io.Discard, asked, int64(body))
			return method != "RECORD"
		}
	}
}

// TestEngineThatHangsIsLeft ends sending to an engine that reads nothing any more: nobody waits
// for it to take the end.
func TestEngineThatHangsIsLeft(t *testing.T) {
	s := send(t, encoded(t, painted(2000, 1600)), "rtsp://"+hanging(t)+"/cam", false)
	eventually(t, "pictures", func() bool { return s.Status().Pictures > 0 })
	last, since := s.Status().Pictures, time.Now()
	eventually(t, "a connection that is full", func() bool {
		if n := s.Status().Pictures; n != last {
			last, since = n, time.Now()
		}
		return time.Since(since) > time.Second
	})
	began := time.Now()
	s.Close()
	if took := time.Since(began); took > writePatience/2 {
		t.Errorf("it took %v", took)
	}
}
