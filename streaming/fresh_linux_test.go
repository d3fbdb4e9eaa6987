package streaming

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"
)

const (
	countingRate  = 30 // pictures a second
	countingBytes = 100e3
)

// counting is a camera of 24 Mbit/s that knows each of its pictures again.
type counting struct {
	mu    sync.Mutex
	taken []time.Time // by the picture's number
}

func (c *counting) source() Source {
	return Source{ID: "counting", Name: "Counting", Frames: func(ctx context.Context, granted func(Mode)) iter.Seq2[Picture, error] {
		return func(yield func(Picture, error) bool) {
			tick := time.NewTicker(time.Second / countingRate)
			defer tick.Stop()
			for yield(c.next(), nil) {
				select {
				case <-tick.C:
				case <-ctx.Done():
					return
				}
			}
		}
	}}
}

// next is a tiny JPEG with two comments behind its start; the first begins with the number.
func (c *counting) next() Picture {
	const content = (countingBytes - 1000) / 2
	comment := append([]byte{0xFF, 0xFE}, binary.BigEndian.AppendUint16(nil, 2+content)...)
	comment = append(comment, make([]byte, content)...)
	c.mu.Lock()
	defer c.mu.Unlock()
	first := binary.BigEndian.AppendUint64(slices.Clone(comment[:4]), uint64(len(c.taken)))
	first = append(first, comment[len(first):]...)
	p := Picture{JPEG: slices.Concat(tiny[0][:2], first, comment, tiny[0][2:]), Taken: time.Now()}
	c.taken = append(c.taken, p.Taken)
	return p
}

// sight is a picture as a viewer came to see it, when its last byte was there.
type sight struct {
	number    int
	behind    int // pictures that the camera has taken since
	taken, at time.Time
}

func (s sight) age() time.Duration { return s.at.Sub(s.taken) }

func (c *counting) sight(jpeg []byte) sight {
	number := int(binary.BigEndian.Uint64(jpeg[6:]))
	c.mu.Lock()
	defer c.mu.Unlock()
	return sight{number, len(c.taken) - 1 - number, c.taken[number], time.Now()}
}

// cinema serves a counting camera.
type cinema struct {
	camera      *counting
	certificate *Certificate // nil for HTTP
	address     string
}

func openCinema(t *testing.T, listener net.Listener, certificate *Certificate) *cinema {
	t.Helper()
	c := &cinema{camera: &counting{}, certificate: certificate, address: listener.Addr().String()}
	feed := NewFeed(c.camera.source(), 0, discarded)
	t.Cleanup(feed.Close)
	ctx, cancel := context.WithCancel(context.Background())
	var serving sync.WaitGroup
	serving.Go(func() {
		if err := NewServer(feed, Options{Certificate: certificate}).Serve(ctx, listener); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { cancel(); serving.Wait() })
	return c
}

// spectator is a viewer that notes what it sees, and when.
type spectator struct {
	camera *counting
	conn   net.Conn
	done   chan struct{} // closed when nothing is read any more

	mu     sync.Mutex
	sights []sight
}

func (c *cinema) admit(t *testing.T, from *place) *spectator {
	t.Helper()
	s := &spectator{camera: c.camera, conn: from.dial(t, c.address), done: make(chan struct{})}
	if c.certificate != nil {
		leaf := c.certificate.pair.Leaf
		known := x509.NewCertPool()
		known.AddCert(leaf)
		s.conn = tls.Client(s.conn, &tls.Config{RootCAs: known, ServerName: leaf.DNSNames[0]})
	}
	go func() {
		defer close(s.done)
		if err := s.watch(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("a viewer's stream ended: %v", err)
		}
	}()
	t.Cleanup(s.leave)
	return s
}

func (s *spectator) leave() {
	s.conn.Close()
	<-s.done
}

// watch reads pictures until the connection is closed, which is its error.
func (s *spectator) watch() error {
	if _, err := io.WriteString(s.conn, askStream); err != nil {
		return err
	}
	answer, err := http.ReadResponse(bufio.NewReaderSize(s.conn, 64<<10), nil)
	if err != nil {
		return err
	}
	in := textproto.NewReader(bufio.NewReader(answer.Body))
	for jpeg := []byte(nil); ; {
		for line := ""; line != "--"+boundary; {
			if line, err = in.ReadLine(); err != nil {
				return err
			}
		}
		header, err := in.ReadMIMEHeader()
		if err != nil {
			return err
		}
		length, err := strconv.Atoi(header.Get("Content-Length"))
		if err != nil {
			return err
		}
		jpeg = slices.Grow(jpeg[:0], length)[:length]
		if _, err := io.ReadFull(in.R, jpeg); err != nil {
			return err
		}
		s.note(s.camera.sight(jpeg))
	}
}

func (s *spectator) note(seen sight) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sights = append(s.sights, seen)
}

// seen returns what there was to see since the first few pictures, in which a
// connection finds out how fast it may send.
func (s *spectator) seen() []sight {
	const few = 3
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sights[min(few, len(s.sights)):])
}

func (s *spectator) await(t *testing.T, pictures int) {
	t.Helper()
	eventually(t, fmt.Sprintf("%d pictures", pictures), func() bool { return len(s.seen()) >= pictures })
}

// share is how many of the camera's pictures, from the first to the last that
// were seen, these are.
func share(seen []sight) float64 {
	return float64(len(seen)) / float64(1+seen[len(seen)-1].number-seen[0].number)
}

func onlyNewer(t *testing.T, seen []sight) {
	t.Helper()
	for n := range seen[1:] {
		if seen[n+1].number <= seen[n].number {
			t.Errorf("picture %d came after %d", seen[n+1].number, seen[n].number)
		}
	}
}

// transfer is how long a link needs for a picture, with the headers of Ethernet, IP
// and TCP around each 1448 bytes of it, and with what HTTP and TLS add.
func transfer(megabits float64) time.Duration {
	const part = countingBytes + 120 + 7*22
	return time.Duration(part * 1514 / 1448 * 8 / megabits * float64(time.Microsecond))
}

// machine is how long this machine itself took over pictures while one was on its
// way: what it took for them to come to viewers whose link is no hindrance. On a
// machine that has much else to do that is more than the milliseconds at other times.
func machine(meanwhile sight, others ...[]sight) (worst time.Duration) {
	for _, seen := range others {
		for _, other := range seen {
			if other.at.After(meanwhile.taken) && other.taken.Before(meanwhile.at) {
				worst = max(worst, other.age())
			}
		}
	}
	return worst
}

// percentile orders the values.
func percentile[T cmp.Ordered](values []T, percent int) T {
	slices.Sort(values)
	return values[(len(values)-1)*percent/100]
}

// TestSlowViewerSeesFreshPictures holds the budget: a picture is at most as old as
// two pictures of the source and the transfer of one take. One source picture is how
// old the newest can be when the link is free for it, the other is for what may
// still be in the link's queue then, and for finding out that it is free.
func TestSlowViewerSeesFreshPictures(t *testing.T) {
	needNetworks(t)
	for _, test := range []struct {
		megabits float64
		pictures int // of some ten seconds
	}{{10, 110}, {4, 45}, {1, 12}} {
		for _, scheme := range []string{"http", "https"} {
			t.Run(fmt.Sprintf("%s at %g Mbit a second", scheme, test.megabits), func(t *testing.T) {
				t.Parallel()
				const home, slowPort, fastPort = 0, 1, 2
				n := newNetwork(t, 3)
				n.slow(t, slowPort, test.megabits)
				var certificate *Certificate
				if scheme == "https" {
					var err error
					if certificate, err = OwnCertificate(t.TempDir()); err != nil {
						t.Fatal(err)
					}
				}
				c := openCinema(t, n.places[home].listen(t, "192.0.2.2:80"), certificate)
				fast := []*spectator{c.admit(t, n.places[fastPort]), c.admit(t, n.places[fastPort])}
				slow := c.admit(t, n.places[slowPort])
				slow.await(t, test.pictures)
				slow.leave()
				fresh(t, slow.seen(), test.megabits, fast[0].seen(), fast[1].seen())
			})
		}
	}
}

func fresh(t *testing.T, slow []sight, megabits float64, fast ...[]sight) {
	for _, seen := range fast {
		onlyNewer(t, seen)
		if share(seen) < 0.95 {
			t.Errorf("a viewer on a fast link saw %.0f%% of the pictures", 100*share(seen))
		}
	}
	onlyNewer(t, slow)
	var ages, ours []time.Duration
	var behind []int
	for _, s := range slow {
		ages, behind = append(ages, s.age()), append(behind, s.behind)
		ours = append(ours, s.age()-machine(s, fast...))
	}
	budget := 2*time.Second/countingRate + transfer(megabits)
	half := len(ours) / 2
	early, late := percentile(slices.Clone(ours[:half]), 50), percentile(slices.Clone(ours[half:]), 50)
	t.Logf("budget %v; age median %v, p95 %v, worst %v; pictures behind %d, %d, %d; without the machine's own %v, %v, %v; first half %v, second %v; %.0f%% of the pictures",
		budget, percentile(ages, 50), percentile(ages, 95), percentile(ages, 100),
		percentile(behind, 50), percentile(behind, 95), percentile(behind, 100),
		percentile(ours, 50), percentile(ours, 95), percentile(ours, 100), early, late, 100*share(slow))
	for _, percent := range []int{50, 95} {
		if age := percentile(ours, percent); age > budget {
			t.Errorf("%d%% of the pictures are up to %v old when they are there; want at most %v", percent, age, budget)
		}
	}
	if late > early+time.Second/countingRate {
		t.Errorf("pictures become older: %v, later %v", early, late)
	}
	// Waiting for a free link must not leave it idle.
	if most := 1.0 / (countingRate * transfer(megabits).Seconds()); share(slow) < 0.8*most {
		t.Errorf("saw %.0f%% of the pictures; the link can carry %.0f%%", 100*share(slow), 100*most)
	}
}

// TestFarViewerGetsEveryPicture is about a viewer whose link is fast and long: to
// wait until it has acknowledged everything would be to send it a picture a round
// trip, which is one in six of these.
func TestFarViewerGetsEveryPicture(t *testing.T) {
	needNetworks(t)
	t.Parallel()
	home, far := newFar(t, 100*time.Millisecond)
	c := openCinema(t, home.listen(t, "192.0.2.1:80"), nil)
	viewer := c.admit(t, far)
	viewer.await(t, 60) // until TCP has found out how much may be under way
	before := len(viewer.seen())
	viewer.await(t, before+150)
	viewer.leave()
	seen := viewer.seen()[before:]
	onlyNewer(t, seen)
	t.Logf("%.0f%% of the pictures", 100*share(seen))
	if share(seen) < 0.5 {
		t.Errorf("saw %.0f%% of the pictures", 100*share(seen))
	}
}
