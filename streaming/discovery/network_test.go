package discovery

import (
	"context"
	"errors"
	"io"
	"iter"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// networkWith is one that has an address.
func networkWith(address string) Network {
	return Network{Interfaces: []Interface{{Interface: net.Interface{Index: 2, Name: "eth0"},
		Addresses: []netip.Prefix{netip.MustParsePrefix(address)}}}}
}

// changing is a network for watch in a synctest bubble.
type changing struct {
	hints chan struct{}
	next  func() (Network, bool)

	mu    sync.Mutex
	now   Network
	err   error
	slept bool
}

func watched(t *testing.T) *changing {
	c := &changing{hints: make(chan struct{}, 1), now: networkWith("10.0.0.1/24")}
	next, stop := iter.Pull(watch(t.Context(), c.hints, looking, c.look, c.wokeUp))
	c.next = next
	t.Cleanup(stop)
	return c
}

func (c *changing) look() (Network, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now, c.err
}

func (c *changing) wokeUp() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	slept := c.slept
	c.slept = false
	return slept
}

func (c *changing) set(address string, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now, c.err = networkWith(address), err
}

func (c *changing) expect(t *testing.T, address string, after time.Duration) {
	t.Helper()
	began := time.Now()
	got, ok := c.next()
	if !ok || got.Interfaces[0].Addresses[0].String() != address || time.Since(began) != after {
		t.Errorf("%v, %v after %v, want %s after %v", got, ok, time.Since(began), address, after)
	}
}

func TestNetworkIsYieldedOnceItHasSettled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := watched(t)
		c.expect(t, "10.0.0.1/24", 0)
		go func() { // three hints, half a second apart
			for _, address := range []string{"10.0.0.2/24", "10.0.0.3/24", "10.0.0.4/24"} {
				time.Sleep(500 * time.Millisecond)
				c.set(address, nil)
				c.hints <- struct{}{}
			}
		}()
		c.expect(t, "10.0.0.4/24", 1500*time.Millisecond+settling)
	})
}

func TestNetworkThatIsNeverQuietIsYieldedAllTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := watched(t)
		c.expect(t, "10.0.0.1/24", 0)
		c.set("10.0.0.2/24", nil)
		c.hints <- struct{}{}
		var noise sync.WaitGroup
		defer noise.Wait()
		noise.Go(func() {
			for range 20 {
				time.Sleep(300 * time.Millisecond)
				select {
				case c.hints <- struct{}{}:
				default:
				}
			}
		})
		c.expect(t, "10.0.0.2/24", unsettled)
	})
}

func TestNetworkIsLookedAtWithoutHints(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := watched(t)
		c.expect(t, "10.0.0.1/24", 0)
		c.set("10.0.0.2/24", errors.New("not readable"))
		go func() { time.Sleep(looking + 1); c.set("10.0.0.2/24", nil) }()
		c.expect(t, "10.0.0.2/24", 2*looking)
	})
}

func TestUnchangedNetworkIsNotYieldedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := watched(t)
		c.expect(t, "10.0.0.1/24", 0)
		go func() {
			c.hints <- struct{}{} // as each router advertisement does
			time.Sleep(time.Minute)
			c.set("10.0.0.2/24", nil)
		}()
		c.expect(t, "10.0.0.2/24", settling+12*looking)
	})
}

func TestNetworkIsYieldedAgainAfterASleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := watched(t)
		c.expect(t, "10.0.0.1/24", 0)
		c.slept = true
		c.expect(t, "10.0.0.1/24", looking)
	})
}

func TestNetworksEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	seen := 0
	for range Networks(ctx) {
		seen++
		cancel()
	}
	if seen != 1 {
		t.Errorf("%d networks", seen)
	}
}

// lossy fails as a netlink socket does, then for good.
type lossy struct{ errs []error }

func (l *lossy) Read([]byte) (int, error) {
	err := l.errs[0]
	l.errs = l.errs[1:]
	return 0, err
}

func TestLostMessagesAreAHint(t *testing.T) {
	sent := make(chan struct{}, 1)
	readChanges(&lossy{[]error{syscall.ENOBUFS, nil, io.EOF}}, sent)
	if len(sent) != 1 {
		t.Error("no hint")
	}
}
