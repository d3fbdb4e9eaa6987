package rtsp

import (
	"fmt"
	"net"
	"testing"
	"time"
)

// Of one machine the oldest connection makes room for the next, and one that plays does not.
func TestConnectionsAreLimited(t *testing.T) {
	h := serve(t, encoded(t, painted(64, 48)))
	player := h.play(t)
	var all []net.Conn
	for range mostOfMachine - 1 {
		all = append(all, h.dial(t))
	}
	ask := func(conn net.Conn) error {
		fmt.Fprint(conn, "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n")
		_, err := conn.Read(make([]byte, 1))
		return err
	}
	for _, conn := range all {
		if err := ask(conn); err != nil {
			t.Fatal(err)
		}
	}
	if err := ask(h.dial(t)); err != nil {
		t.Errorf("idle connections keep a newcomer out: %v", err)
	}
	open := 0
	for _, conn := range all {
		drain(conn)
		if ask(conn) == nil {
			open++
		}
	}
	if open != mostOfMachine-2 {
		t.Errorf("%d idle connections are left of %d", open, mostOfMachine-1)
	}
	for len(player.pictures) > 0 {
		<-player.pictures
	}
	player.get(t, 3)
}

// drain reads the rest of an answer.
func drain(conn net.Conn) {
	conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	conn.Read(make([]byte, 1<<10))
	conn.SetReadDeadline(time.Now().Add(patience))
}

// come returns a connection from an address, nil if it is not let in.
func (l *listener) come(t *testing.T, address string, at time.Time) *conn {
	t.Helper()
	ours, theirs := net.Pipe()
	t.Cleanup(func() { ours.Close(); theirs.Close() })
	c := &conn{Conn: ours, on: l, from: machineOf(&net.TCPAddr{IP: net.ParseIP(address)}), since: at}
	if !l.admit(c) {
		return nil
	}
	return c
}

func closed(c *conn) bool { return c.Conn.SetDeadline(time.Time{}) != nil }

// Eight machines that hold all connections, and play nothing, keep nobody out. Those who play
// are never put out.
func TestNewcomersGetInWhileAllIsHeld(t *testing.T) {
	l, now := newListener(nil), time.Now()
	var held []*conn
	for n := range mostConns {
		held = append(held, l.come(t, fmt.Sprintf("192.0.2.%d", 1+n/mostOfMachine), now.Add(time.Duration(n))))
	}
	for n, c := range held[:10] {
		c.plays.Store(n != 7)
	}
	first := l.come(t, "192.0.2.99", now.Add(time.Hour))
	if first == nil || !closed(held[7]) {
		t.Fatal("the oldest connection that plays nothing makes no room")
	}
	second := l.come(t, "192.0.2.98", now.Add(time.Hour))
	if second == nil || closed(first) || !closed(held[mostOfMachine]) {
		t.Fatal("it is not the machine that has most which makes room")
	}
	for _, c := range held {
		c.plays.Store(true)
	}
	first.plays.Store(true)
	second.plays.Store(true)
	if l.come(t, "192.0.2.97", now) != nil {
		t.Error("one who plays was put out")
	}
	held[0].Close()
	held[0].Close()
	if l.come(t, "192.0.2.97", now) == nil {
		t.Error("there is no room though somebody left")
	}
}
