package web

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// guard is the guesses of a house with the passcode "open sesame".
func guard() (*guesses, *credentials) {
	a := newAccess(nil, "", discarded)
	a.set("open sesame")
	return a.guesses, a.now.Load()
}

// nth returns a function for the nth of the networks of so many bits that follow one
// another, or of addresses.
func nth(first string, bits int) func(n int) netip.Addr {
	return func(n int) netip.Addr {
		address := netip.MustParseAddr(first)
		if address.Is4() {
			b := address.As4()
			binary.BigEndian.PutUint32(b[:], binary.BigEndian.Uint32(b[:])+uint32(n)<<(32-bits))
			return netip.AddrFrom4(b)
		}
		b := address.As16()
		if bits > 64 {
			binary.BigEndian.PutUint64(b[8:], binary.BigEndian.Uint64(b[8:])+uint64(n)<<(128-bits))
		} else {
			binary.BigEndian.PutUint64(b[:8], binary.BigEndian.Uint64(b[:8])+uint64(n)<<(64-bits))
		}
		return netip.AddrFrom16(b)
	}
}

// oneMachine are the ways in which one machine has many addresses, or one.
var oneMachine = map[string]func(n int) netip.Addr{
	"one IPv4 address":             func(int) netip.Addr { return netip.MustParseAddr("192.0.2.1") },
	"addresses of an IPv6 network": nth("2001:db8::1", 128),
	"a local user's addresses":     nth("127.0.0.1", 32),
	"a local user's IPv6 address":  func(int) netip.Addr { return netip.IPv6Loopback() },
}

func TestGuessesOfOneMachineAreFew(t *testing.T) {
	for name, address := range oneMachine {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g, now := guard()
				heard := 0
				for n := range 1000 {
					if no := g.try(t.Context(), now, fmt.Sprint("guess ", n), at(address(n))); no.status == 401 {
						heard++
					} else if no.status != 429 || no.retry <= 0 || no.retry > ofMachine.again {
						t.Fatalf("%+v", no)
					}
				}
				if heard != ofMachine.atOnce {
					t.Errorf("%d guesses of 1000 at once were compared", heard)
				}
				if no := g.try(t.Context(), now, "open sesame", at(address(7))); no == nil || no.status != 429 {
					t.Errorf("a right guess tells among too many wrong ones: %v", no)
				}
				if no := g.try(t.Context(), now, "open sesame", at(netip.MustParseAddr("192.0.2.2"))); no != nil {
					t.Errorf("a neighbour pays for it: %v", no)
				}
				heard = 0
				for n := range 600 { // ten minutes
					time.Sleep(time.Second)
					if g.try(t.Context(), now, fmt.Sprint("later guess ", n), at(address(n))).status == 401 {
						heard++
					}
				}
				if most := int(10 * time.Minute / ofMachine.again); heard > most || heard < most-1 {
					t.Errorf("%d guesses were compared in ten minutes", heard)
				}
			})
		})
	}
}

func TestBeingRightIsNotCounted(t *testing.T) {
	g, now := guard()
	for range 10 * ofEverybody.atOnce {
		if no := g.try(t.Context(), now, " open sesame ", at(netip.MustParseAddr("192.0.2.1"))); no != nil {
			t.Fatal(no)
		}
	}
}

// at returns the client at an address, which is no neighbour.
func at(address netip.Addr) client { return client{address, machineOf(address)} }

// attack sends guesses, so many a second, each from the next address, until ctx ends. It
// counts those that were compared.
func attack(ctx context.Context, g *guesses, now *credentials, perSecond int, address func(n int) netip.Addr) (compared *atomic.Int64, wait func()) {
	compared = new(atomic.Int64)
	var attacking sync.WaitGroup
	attacking.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			attacking.Go(func() {
				if no := g.try(ctx, now, fmt.Sprint("guess ", n), at(address(n))); no != nil && no.status == 401 {
					compared.Add(1)
				}
			})
			time.Sleep(time.Second / time.Duration(perSecond))
		}
	})
	return compared, attacking.Wait
}

// TestManyAddressesGuessNoFaster has an attacker with a new address for each guess, and lets
// people in meanwhile who have the right passcode, and the cookie after that.
func TestManyAddressesGuessNoFaster(t *testing.T) {
	network24 := nth("192.0.2.1", 32)
	for name, test := range map[string]struct {
		address   func(n int) netip.Addr
		allowance allowance
		people    []string
	}{
		"a network of IPv4": {
			func(n int) netip.Addr { return network24(n % 250) }, ofNetwork4[24],
			[]string{"192.0.2.251", "192.0.3.1", "2001:db8::1", "127.0.0.1"},
		},
		"a /56 of IPv6": {nth("2001:db8::1", 64), ofNetwork6[48], []string{"2001:db8:1::1", "192.0.2.1"}},
		"all of IPv4":   {nth("11.0.0.1", 24), ofEverybody, nil},
		"much of IPv6":  {nth("2001::1", 48), ofEverybody, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const lasts = 10 * time.Minute
				g, now := guard()
				ctx, cancel := context.WithCancel(t.Context())
				compared, wait := attack(ctx, g, now, 50, test.address)
				time.Sleep(lasts)
				for _, person := range test.people {
					if no := g.try(t.Context(), now, "open sesame", at(netip.MustParseAddr(person))); no != nil {
						t.Errorf("%s has the right passcode and is kept out: %v", person, no)
					}
					began := time.Now()
					if no := g.try(t.Context(), now, "open sesame", at(netip.MustParseAddr(person))); no != nil || time.Since(began) > 0 {
						t.Errorf("%s has sent the right one before and waits %v: %v", person, time.Since(began), no)
					}
				}
				cancel()
				wait()
				if most := int64(test.allowance.atOnce) + int64((lasts+time.Minute)/test.allowance.again); compared.Load() > most {
					t.Errorf("%d guesses were compared, most are %d", compared.Load(), most)
				}
			})
		})
	}
}

func TestYesterdaysPasscodeCountsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccess(nil, "", discarded)
		a.set("tomorrow's")
		from, now := at(netip.MustParseAddr("192.0.2.1")), a.now.Load()
		for range 1000 {
			if no := a.guesses.try(t.Context(), now, "yesterday's", from); no.status != 401 {
				t.Fatal(no)
			}
		}
		if no := a.guesses.try(t.Context(), now, "tomorrow's", from); no != nil {
			t.Errorf("another program on the machine is kept out: %v", no)
		}
		a.set("yesterday's")
		if no := a.guesses.try(t.Context(), a.now.Load(), "yesterday's", from); no != nil {
			t.Errorf("the passcode that is right again: %v", no)
		}
	})
}

// TestWhoIsInDoesNotWaitWhileOthersGuess has a visitor on the same machine use up what it
// may guess.
func TestWhoIsInDoesNotWaitWhileOthersGuess(t *testing.T) {
	h := serveWith(t, Options{Passcode: "open sesame", OwnerKey: "the-owners-key"}, StreamOptions{}, nil)
	ways := rights(t, h, "open sesame")
	for n := range 2 * ofMachine.atOnce {
		h.ask(t, "GET", "/snapshot.jpg", "", basic(fmt.Sprint("guess ", n)))
	}
	if response := ways["Basic"]("/snapshot.jpg"); response.StatusCode != 429 || response.Header.Get("Retry-After") == "" {
		t.Errorf("the machine may go on guessing: %s", response.Status)
	}
	for _, way := range []string{"cookie", "key", "owner"} {
		if response := ways[way]("/snapshot.jpg"); response.StatusCode != 200 {
			t.Errorf("%s: %s", way, response.Status)
		}
	}
	if form := h.ask(t, "POST", "/passcode", "passcode=open+sesame", asBrowser); form.StatusCode != 429 {
		t.Errorf("the form: %s", form.Status)
	}
}

func TestGuessersTakeNoMoreThanTheirRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, now := guard()
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		address := nth("10.0.0.0", 24)
		for n := range 3 * rememberedGuesses {
			g.try(gone, now, fmt.Sprint("guess ", n), at(address(n)))
		}
		for name, n := range map[string]int{"networks": g.limiters.Len(), "machines": g.asked.Len(), "guesses": g.wrong.Len()} {
			if n > rememberedGuesses {
				t.Errorf("%d %s are remembered", n, name)
			}
		}
		waitNow := func() int {
			g.mu.Lock()
			defer g.mu.Unlock()
			return len(g.waiting)
		}
		var waiting sync.WaitGroup
		for n := range 10 * mostWaiting {
			waiting.Go(func() { g.try(t.Context(), now, "guess", at(address(n))) })
		}
		synctest.Wait()
		if n := waitNow(); n > mostWaiting {
			t.Errorf("%d wait for their turn", n)
		}
		waiting.Wait()
		if n := waitNow(); n != 0 {
			t.Errorf("%d wait for ever", n)
		}
	})
}
