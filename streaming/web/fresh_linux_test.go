package web

import (
	"cmp"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"fanlight/streaming/reach"
)

const (
	countingRate = 30    // fps
	largeBytes   = 100e3 // of a picture: 24 Mbit/s
)

// share returns the fraction that these are of the camera's pictures, from the first to the
// last of them.
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

// transfer is how long a link needs for a large picture, with the headers of Ethernet,
// IP and TCP around each 1448 bytes of it, and with what HTTP and TLS add.
func transfer(megabits float64) time.Duration {
	const part = largeBytes + 300 + 120 + 7*22
	return time.Duration(part * 1514 / 1448 * 8 / megabits * float64(time.Microsecond))
}

// percentile sorts the values.
func percentile[T cmp.Ordered](values []T, percent int) T {
	slices.Sort(values)
	return values[(len(values)-1)*percent/100]
}

// TestSlowViewersSeeFreshPictures holds the budget: a picture is at most as old as
// two pictures of the source and the transfer of one take. One source picture is how
// old the newest can be when the link is free for it; the other is for what may
// still be in the link's queue then, and for finding out that it is free. Ages are
// counted in pictures that were taken since: that is what a viewer misses, and
// another clock would go on while the machine has no time for the test.
func TestSlowViewersSeeFreshPictures(t *testing.T) {
	needNetworks(t)
	links := []struct {
		megabits float64
		pictures int // of some ten seconds
	}{{10, 110}, {4, 45}, {1, 12}}
	for _, test := range []struct {
		name         string
		secure, late bool // late: the links become slow while a picture is under way
	}{{name: "http"}, {name: "https", secure: true}, {name: "becoming slow", late: true}} {
		t.Run(test.name, func(t *testing.T) {
			n := newNetwork(t, 2+len(links))
			home, near, apart := n.places[0], n.places[1], n.places[2:]
			var certificate *reach.Certificate
			if test.secure {
				var err error
				if certificate, err = reach.OwnCertificate(t.TempDir()); err != nil {
					t.Fatal(err)
				}
			}
			c := openCinema(t, home.listen(t, "192.0.2.2:80"), largeBytes, certificate)
			fast := []*spectator{c.admit(t, near), c.admit(t, near)}
			for _, f := range fast {
				f.see(t, 1)
			}
			c.camera.have(fast...)
			var since []int
			for _, f := range fast {
				f.see(t, 2) // the camera may have taken one before it knew its regulars
				since = append(since, len(f.seen()))
			}
			var watching sync.WaitGroup
			for i, link := range links {
				if !test.late {
					n.slow(t, 2+i, link.megabits)
				}
				slow := c.admit(t, apart[i])
				if test.late {
					slow.see(t, 2*manyLooks)
					n.slow(t, 2+i, link.megabits)
				}
				watching.Go(func() {
					slow.see(t, 5) // in which a connection finds out how fast the link is
					isFresh(t, link.megabits, slow.see(t, link.pictures))
				})
			}
			watching.Wait()
			for i, f := range fast {
				f.see(t, 1)
				if seen := f.seen()[since[i]:]; share(seen) < 1 {
					t.Errorf("a viewer on a fast link saw %.1f%% of the pictures", 100*share(seen))
				}
			}
		})
	}
}

func isFresh(t *testing.T, megabits float64, seen []sight) {
	t.Helper()
	onlyNewer(t, seen)
	var ages []time.Duration
	var behind []int
	for _, s := range seen {
		ages, behind = append(ages, s.age()), append(behind, s.behind)
	}
	budget := 2*time.Second/countingRate + transfer(megabits)
	most := int(math.Ceil(budget.Seconds() * countingRate)) // up, for a tick that is late can be followed by one soon
	early, late := percentile(behind[:len(behind)/2], 50), percentile(behind[len(behind)/2:], 50)
	t.Logf("%g Mbit a second: %v, %v, %v old in the middle, at 95%%, at most, of %v; %d, %d, %d pictures behind, of %d; %.0f%% of the pictures seen",
		megabits, percentile(ages, 50), percentile(ages, 95), percentile(ages, 100), budget,
		percentile(behind, 50), percentile(behind, 95), percentile(behind, 100), most, 100*share(seen))
	for _, percent := range []int{50, 95} {
		if percentile(behind, percent) > most {
			t.Errorf("%g Mbit a second: %d%% of the pictures are up to %d behind when they are there, want at most %d",
				megabits, percent, percentile(behind, percent), most)
		}
	}
	if late > early+early/2+1 {
		t.Errorf("%g Mbit a second: pictures are %d behind, later %d", megabits, early, late)
	}
	// If the slow ones delayed the fast ones, these would get no more pictures than they do.
	if megabits == 1 && share(seen) > 0.5 {
		t.Errorf("%.0f%% of the pictures went through a link that can carry 4%%: the others were held up", 100*share(seen))
	}
	// Waiting for a free connection must not leave it idle.
	took := seen[len(seen)-1].at.Sub(seen[0].at)
	if busy := float64(len(seen)-1) * transfer(megabits).Seconds() / took.Seconds(); busy < 0.3 {
		t.Errorf("%g Mbit a second: the link was busy for %.0f%% of the time", megabits, 100*busy)
	}
}

// TestFarViewerNeedNotAcknowledgeFirst is about a viewer whose link is fast and
// long. If one picture were sent only when the one before it is acknowledged, those
// that it sees would have been taken a round trip apart, less the age of the newest.
func TestFarViewerNeedNotAcknowledgeFirst(t *testing.T) {
	needNetworks(t)
	const way = 100 * time.Millisecond
	home, far := newFar(t, way, 0)
	c := openCinema(t, home.listen(t, "192.0.2.1:80"), 20e3, nil)
	viewer := c.admit(t, far)
	viewer.see(t, 30) // in which TCP finds out how much may be under way
	seen := viewer.see(t, 90)
	onlyNewer(t, seen)
	var apart []time.Duration
	for n := range seen[1:] {
		apart = append(apart, seen[n+1].taken.Sub(seen[n].taken))
	}
	t.Logf("%.0f%% of the pictures, %v apart", 100*share(seen), percentile(apart, 50))
	if apart := percentile(apart, 25); apart > way {
		t.Errorf("few pictures are less than %v apart; a round trip takes %v", apart, 2*way)
	}
}
