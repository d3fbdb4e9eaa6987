package main

import (
	"net/netip"
	"strconv"
	"testing"
	"time"

	"fanlight/streaming/web"
)

// watches is a viewer who has watched for a while.
func watches(address, name string, since time.Time) web.Viewer {
	return web.Viewer{Address: netip.MustParseAddr(address), Name: name, Since: since}
}

func TestGreeting(t *testing.T) {
	start := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	at := func(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }
	here := netip.MustParseAddr("192.168.1.2")
	phone, nas, tv := watches("192.168.1.7", "phone", at(0)), watches("192.168.1.8", "", at(0)), watches("fd00::9", "tv", at(0))
	self := []web.Viewer{watches("127.0.0.1", "this machine", at(0)), watches("192.168.1.2", "", at(0))}
	type step struct {
		at       int
		watching []web.Viewer
		want     string
	}
	for name, steps := range map[string][]step{
		"one":             {{5, []web.Viewer{phone}, "phone is watching"}, {6, []web.Viewer{phone}, ""}, {60, []web.Viewer{phone}, ""}},
		"without a name":  {{5, []web.Viewer{nas}, "192.168.1.8 is watching"}},
		"two":             {{5, []web.Viewer{phone, tv}, "phone and tv are watching"}},
		"many":            {{5, []web.Viewer{phone, nas, tv}, "192.168.1.8 and 2 others are watching"}},
		"this machine":    {{5, self, ""}, {60, self, ""}},
		"just come":       {{1, []web.Viewer{phone}, ""}, {2, []web.Viewer{phone}, "phone is watching"}},
		"just looked in":  {{1, []web.Viewer{phone}, ""}, {2, nil, ""}},
		"two streams":     {{5, []web.Viewer{phone, phone}, "phone is watching"}},
		"come again":      {{5, []web.Viewer{phone}, "phone is watching"}, {6, nil, ""}, {600, []web.Viewer{phone}, ""}},
		"come next day":   {{5, []web.Viewer{phone}, "phone is watching"}, {6, nil, ""}, {5000, []web.Viewer{phone}, "phone is watching"}},
		"watched all day": {{5, []web.Viewer{phone}, "phone is watching"}, {3000, []web.Viewer{phone}, ""}, {6000, []web.Viewer{phone}, ""}},
		"burst": {
			{5, []web.Viewer{phone}, "phone is watching"},
			{6, []web.Viewer{phone, nas}, ""},
			{7, []web.Viewer{phone, nas, tv}, ""},
			{35, []web.Viewer{phone, tv}, "192.168.1.8 and tv are watching"},
			{36, []web.Viewer{phone, tv}, ""},
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGreeter(func(a netip.Addr) bool { return a.IsLoopback() || a == here })
			for _, s := range steps {
				if got := g.greet(at(s.at), s.watching); got != s.want {
					t.Errorf("after %d s: %q, want %q", s.at, got, s.want)
				}
			}
		})
	}
}

// Somebody with many addresses fills no memory, and makes one notification in a while.
func TestGreetingIsBounded(t *testing.T) {
	start := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	g := newGreeter(func(netip.Addr) bool { return false })
	told := 0
	for second := range 60 {
		var watching []web.Viewer
		for n := range 500 {
			watching = append(watching, watches("fd00::"+strconv.FormatInt(int64(second*500+n), 16), "", start.Add(-time.Minute)))
		}
		if g.greet(start.Add(time.Duration(second)*time.Second), watching) != "" {
			told++
		}
		if len(g.seen) > mostSeen+500 || len(g.who) > mostSeen {
			t.Fatalf("keeps %d and %d", len(g.seen), len(g.who))
		}
	}
	if told != 2 {
		t.Errorf("%d notifications in a minute", told)
	}
}

func TestOwnAddresses(t *testing.T) {
	for address, want := range map[string]bool{"127.0.0.1": true, "127.9.9.9": true, "::1": true, "::ffff:127.0.0.1": true, "192.0.2.1": false} {
		if got := reachedHere(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}
