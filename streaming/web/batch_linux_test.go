package web

import (
	"bytes"
	"context"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/streamtest"
)

// stage has batches whose pictures the test publishes itself.
type stage struct {
	hub     *streaming.Hub
	batches batches
}

func newStage() *stage {
	hub := streaming.NewHub()
	return &stage{hub, batches{source: hub, most: batchSize}}
}

// show publishes a picture with its time, in milliseconds.
func (s *stage) show(ms int64, bytes int) *streaming.Frame {
	s.hub.Publish(streaming.Picture{JPEG: padded(streamtest.Tiny[ms%3], bytes), Taken: time.UnixMilli(ms)}, 16, 8, nil)
	return s.hub.Newest()
}

// bytesOf returns the bytes that a viewer is sent for a picture.
func bytesOf(frame *streaming.Frame) []byte {
	normal, _ := newPart(frame)
	return normal.appendTo(nil)
}

// seat is a viewer that reads nothing until the test does.
type seat struct {
	stage  *stage
	viewer *viewer
	peer   *net.TCPConn
	empty  chan struct{} // closed once the viewer has left
}

// Pictures for a viewer that does not read: a tiny one leaves its connection free;
// a small one fits into the server's kernel; a large one does not.
const tinyPicture, smallPicture, largePicture = 0, 40 << 10, 1 << 20

func (s *stage) seat(t *testing.T, fps float64, patience time.Duration) *seat {
	t.Helper()
	dialer := net.Dialer{Control: func(_, _ string, conn syscall.RawConn) error {
		return conn.Control(func(fd uintptr) { syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4<<10) })
	}}
	server, peer := pairOf(t, dialer, patience)
	server.Conn.(*net.TCPConn).SetWriteBuffer(64 << 10)
	at := &seat{stage: s, viewer: &viewer{conn: server}, peer: peer, empty: make(chan struct{})}
	at.viewer.ctx, at.viewer.leave = context.WithCancel(context.Background())
	go func() {
		defer close(at.empty)
		s.batches.carry(at.viewer, streaming.NewPace(fps))
	}()
	t.Cleanup(func() { at.viewer.letGo(); <-at.empty })
	return at
}

// opensUp enlarges the receive buffer, so that reading pictures does not take long.
func (s *seat) opensUp() { s.peer.SetReadBuffer(largePicture) }

// sees reads a picture's part to the last byte.
func (s *seat) sees(t *testing.T, frame *streaming.Frame) {
	t.Helper()
	s.peer.SetReadDeadline(time.Now().Add(patience))
	part := make([]byte, len(bytesOf(frame)))
	if _, err := io.ReadFull(s.peer, part); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(part, bytesOf(frame)) {
		t.Fatalf("another picture than number %d, or not as it was sent: %.100q", frame.Seq, part)
	}
}

// waitsBehind waits until the batch has written a picture and all before it.
func (s *seat) waitsBehind(t *testing.T, frame *streaming.Frame) {
	t.Helper()
	eventually(t, "the viewer to wait for the next picture", func() bool {
		s.stage.batches.mu.Lock()
		defer s.stage.batches.mu.Unlock()
		for _, b := range s.stage.batches.all {
			b.mu.Lock()
			defer b.mu.Unlock()
			for _, m := range b.members {
				if m.viewer == s.viewer {
					return m.waits && m.had == frame.Seq
				}
			}
		}
		return false
	})
}

// took waits until so many pictures are counted, and checks how many bytes are.
func (s *seat) took(t *testing.T, frames ...*streaming.Frame) {
	t.Helper()
	eventually(t, "the pictures to be counted", func() bool { return s.viewer.pictures.Load() == uint64(len(frames)) })
	want := 0
	for _, frame := range frames {
		want += len(bytesOf(frame))
	}
	if got := s.viewer.bytes.Load(); got != uint64(want) {
		t.Errorf("%d bytes are counted for %d pictures of %d", got, len(frames), want)
	}
}

func (s *seat) isLeft(t *testing.T) {
	t.Helper()
	select {
	case <-s.empty:
	case <-time.After(patience):
		t.Fatal("the viewer is still there")
	}
	if n := len(s.stage.batches.all); n > 0 {
		t.Errorf("%d batches without a viewer", n)
	}
}

func TestWhoeverJoinsABatchSeesTheNewestPictureAtOnce(t *testing.T) {
	s := newStage()
	early := s.seat(t, 0, patience)
	newest := s.show(0, tinyPicture)
	early.sees(t, newest)
	early.waitsBehind(t, newest)
	late := s.seat(t, 0, patience)
	late.sees(t, newest) // though none comes any more
	late.waitsBehind(t, newest)
	if n := len(s.batches.all); n != 1 {
		t.Errorf("%d batches for two viewers", n)
	}
	next := s.show(33, tinyPicture)
	early.sees(t, next)
	late.sees(t, next)
}

// TestBusyLinkGetsTheNewestPictureOnly is about a picture that is whole in the
// kernel but not at the viewer, when others follow.
func TestBusyLinkGetsTheNewestPictureOnly(t *testing.T) {
	s := newStage()
	first := s.show(0, smallPicture)
	busy := s.seat(t, 0, patience)
	busy.took(t, first)
	s.show(33, smallPicture)
	s.show(67, smallPicture)
	newest := s.show(100, smallPicture)
	busy.opensUp()
	busy.sees(t, first)
	busy.sees(t, newest)
	busy.waitsBehind(t, newest)
	busy.took(t, first, newest)
}

// TestPaceHoldsAcrossABusyLink checks that a picture that a busy connection did not take does
// not count for the pace.
func TestPaceHoldsAcrossABusyLink(t *testing.T) {
	s := newStage()
	first := s.show(0, tinyPicture)
	busy := s.seat(t, 10, patience)
	busy.sees(t, first)
	busy.waitsBehind(t, first)
	second := s.show(100, smallPicture)
	busy.took(t, first, second) // which the viewer reads only when the next two are there
	s.show(200, smallPicture)
	eventually(t, "the link to be found busy", func() bool {
		b := s.batches.all[0]
		b.mu.Lock()
		defer b.mu.Unlock()
		return !b.members[0].waits
	})
	fourth := s.show(233, smallPicture)
	busy.opensUp()
	busy.sees(t, second)
	busy.sees(t, fourth)
	busy.waitsBehind(t, fourth)
	busy.waitsBehind(t, s.show(267, smallPicture))
	sixth := s.show(300, smallPicture)
	busy.sees(t, sixth)
	busy.took(t, first, second, fourth, sixth)
}

// TestPictureThatGoesInTwoPartsIsWhole has the batch begin a picture and the viewer's own
// goroutine finish it.
func TestPictureThatGoesInTwoPartsIsWhole(t *testing.T) {
	s := newStage()
	first := s.show(0, tinyPicture)
	slow := s.seat(t, 0, patience)
	slow.sees(t, first)
	slow.waitsBehind(t, first)
	large := s.show(33, largePicture)
	eventually(t, "a part of the picture to be sent", func() bool { return slow.viewer.bytes.Load() > uint64(len(bytesOf(first))) })
	s.show(67, largePicture)
	newest := s.show(100, smallPicture)
	if n := slow.viewer.pictures.Load(); n != 1 {
		t.Errorf("%d pictures are counted before the second is sent whole", n)
	}
	slow.opensUp()
	slow.sees(t, large)
	slow.sees(t, newest)
	slow.waitsBehind(t, newest)
	slow.took(t, first, large, newest)
}

func TestLetGoEndsAViewerWhateverItWaitsFor(t *testing.T) {
	for _, test := range []struct {
		name string
		come func(t *testing.T, s *stage) *seat
	}{
		{"a picture", func(t *testing.T, s *stage) *seat {
			frame := s.show(0, tinyPicture)
			at := s.seat(t, 0, patience)
			at.sees(t, frame)
			at.waitsBehind(t, frame)
			return at
		}},
		{"the first picture", func(t *testing.T, s *stage) *seat {
			return s.seat(t, 0, patience)
		}},
		{"its link", func(t *testing.T, s *stage) *seat {
			frame := s.show(0, smallPicture)
			at := s.seat(t, 0, patience)
			at.took(t, frame)
			return at
		}},
		{"the end of a picture", func(t *testing.T, s *stage) *seat {
			s.show(0, largePicture)
			at := s.seat(t, 0, patience)
			if _, err := at.peer.Read(make([]byte, 1)); err != nil {
				t.Fatal(err)
			}
			return at
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			at := test.come(t, newStage())
			at.viewer.letGo()
			at.isLeft(t)
		})
	}
}

// TestStuckViewerIsLetGoThoughNoPictureComes checks that a stuck viewer is disconnected while
// the camera is lost.
func TestStuckViewerIsLetGoThoughNoPictureComes(t *testing.T) {
	s := newStage()
	frame := s.show(0, smallPicture)
	stuck := s.seat(t, 0, 200*time.Millisecond)
	stuck.took(t, frame)
	stuck.isLeft(t)
}
