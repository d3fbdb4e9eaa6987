package web

import (
	"io"
	"net"
	"testing"
	"time"

	"fanlight/streaming/reach"
)

// pair is both ends of a connection; the server's is behind a gate of the patience.
func pair(t testing.TB, patience time.Duration) (server *steadyConn, peer *net.TCPConn) {
	t.Helper()
	return pairOf(t, net.Dialer{}, patience)
}

// pairOf returns a pair whose peer is connected by a dialer.
func pairOf(t testing.TB, dialer net.Dialer, patience time.Duration) (server *steadyConn, peer *net.TCPConn) {
	t.Helper()
	listener, err := reach.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	dialled, err := dialer.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := newGate(listener, waits{write: patience}, func() (int, int) { return 1, 1 }, nil).Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dialled.Close(); accepted.Close() })
	return accepted.(*steadyConn), dialled.(*net.TCPConn)
}

// clog writes until the peer's kernel takes no more.
func clog(t *testing.T, server *steadyConn, peer *net.TCPConn) (written int) {
	t.Helper()
	peer.SetReadBuffer(4 << 10)
	server.Conn.(*net.TCPConn).SetWriteBuffer(64 << 10)
	for server.underWay.free = true; server.underWay.free; server.underWay.look() {
		n, err := server.Write(make([]byte, 8<<10))
		if err != nil {
			t.Fatal(err)
		}
		written += n
	}
	return written
}

func TestSettleWaitsForWhatIsUnderWay(t *testing.T) {
	server, peer := pair(t, patience)
	if server.settle(t.Context()) {
		t.Error("waited on a fresh connection")
	}
	written := clog(t, server, peer)
	go io.CopyN(io.Discard, peer, int64(written))
	if !server.settle(t.Context()) {
		t.Error("did not wait")
	}
	if left, free := server.underWay.look(); left > 0 || !free {
		t.Errorf("%d bytes are left, free %v", left, free)
	}
	if _, err := server.Write([]byte("more")); err != nil {
		t.Error(err)
	}
}

// TestSettleSeesThatALinkBecomesSlow has connections that were free for a long time.
func TestSettleSeesThatALinkBecomesSlow(t *testing.T) {
	server, peer := pair(t, 200*time.Millisecond)
	for range 2 * manyLooks {
		if server.settle(t.Context()) {
			t.Fatal("waited on a free link")
		}
	}
	clog(t, server, peer)
	for n := 0; !server.settle(t.Context()); n++ {
		if n == fewLooks {
			t.Fatal("the link counts as free for ever")
		}
	}
}

func TestSettleLetsGoOfAStuckPeer(t *testing.T) {
	server, peer := pair(t, 200*time.Millisecond)
	clog(t, server, peer)
	server.settle(t.Context())
	if _, err := server.Write([]byte("more")); err == nil {
		t.Error("the connection goes on")
	}
}

// TestAFreeLinkCostsLittleToLookAt measures the check before each picture for viewers on fast
// links.
func TestAFreeLinkCostsLittleToLookAt(t *testing.T) {
	server, _ := pair(t, patience)
	if n := testing.AllocsPerRun(100, func() { server.settle(t.Context()) }); n > 0 {
		t.Errorf("a look makes %v allocations", n)
	}
}

func BenchmarkSettle(b *testing.B) {
	server, _ := pair(b, patience)
	ctx := b.Context()
	for b.Loop() {
		server.settle(ctx)
	}
}
