package discovery

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

// takers are the addresses that take connections; those of false refuse them.
type takers map[string]bool

func (a takers) dial(ctx context.Context, _, address string) (net.Conn, error) {
	ok, known := a[address]
	switch {
	case ok:
		conn, other := net.Pipe()
		other.Close()
		return conn, nil
	case known:
		return nil, errors.New("refused")
	}
	<-ctx.Done()
	return nil, ctx.Err()
}

// pass checks what is due for a while, and returns the last verdict.
func (c *checks) pass(t *testing.T, f *found, d time.Duration) (s Stream, ok bool) {
	end := time.NewTimer(d)
	for {
		next := c.follow(t.Context(), []*found{f}, time.Now())
		wake := make(<-chan time.Time)
		if !next.IsZero() {
			wake = time.After(max(time.Until(next), time.Millisecond))
		}
		select {
		case r := <-c.results:
			c.take(r, time.Now())
		case <-wake:
		case <-end.C:
			return c.verdict(f)
		}
	}
}

func TestChecks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newChecks(usualWaits)
		lamp := takers{"10.0.0.1:80": true, "[fd00::1]:80": true}
		c.dial = lamp.dial
		f := &found{stream: Stream{Port: 80}, at: paths{scheme: "http", stream: "/"},
			addresses: []netip.Addr{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("fd00::1")}}
		expect := func(when string, after time.Duration, url string) {
			t.Helper()
			s, ok := c.pass(t, f, after)
			if ok != (url != "") || ok && s.URL != url {
				t.Errorf("%s: %v, %s, want %s", when, ok, s.URL, url)
			}
		}
		c.follow(t.Context(), []*found{f}, time.Now())
		if _, ok := c.verdict(f); !ok {
			t.Error("one that was just found is not listed")
		}
		expect("answers", time.Hour, "http://10.0.0.1:80/")
		lamp["10.0.0.1:80"] = false
		expect("at another address", time.Minute, "http://[fd00::1]:80/")
		delete(lamp, "10.0.0.1:80")
		delete(lamp, "[fd00::1]:80")
		expect("vanished", time.Minute, "")
		lamp["10.0.0.1:80"] = true
		expect("back, unsaid", time.Minute, "http://10.0.0.1:80/")
		lamp["10.0.0.1:80"] = false
		lamp["[fd00::1]:80"] = false
		expect("refused", time.Minute, "")
		lamp["10.0.0.1:80"] = true
		f.heard = time.Now()
		expect("back, announced", 2*time.Second, "http://10.0.0.1:80/")
		c.follow(t.Context(), nil, time.Now())
		if len(c.known) > 0 {
			t.Errorf("knows %d that are no more", len(c.known))
		}
		c.wait()
	})
}

// Of many that are due, those go first that have waited longest.
func TestChecksLeaveNobodyOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newChecks(waits{dial: time.Second, again: time.Millisecond, first: time.Millisecond, longest: time.Millisecond})
		c.dial = takers{}.dial // nobody answers, so each check takes a second
		var all []*found
		for n := range 10 * mostChecks {
			all = append(all, &found{stream: Stream{Port: n}, addresses: []netip.Addr{netip.MustParseAddr("10.0.0.1")}})
		}
		for range 2 * len(all) {
			c.follow(t.Context(), all, time.Now())
			if c.running > mostChecks {
				t.Fatalf("%d checks run at a time", c.running)
			}
			c.take(<-c.results, time.Now())
		}
		for k, h := range c.known {
			if h.failures != 2 {
				t.Errorf("stream %d was checked %d times", k.port, h.failures)
			}
		}
		time.Sleep(time.Minute)
		for c.running > 0 {
			c.take(<-c.results, time.Now())
		}
	})
}
