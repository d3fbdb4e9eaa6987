package discovery

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// asked are the messages that the cache sends on link 1.
func asked(t *testing.T, c *cache, now time.Time) []dns.Msg {
	t.Helper()
	due, _ := c.questions(now)
	all := make([]dns.Msg, len(due[1]))
	for n, content := range due[1] {
		if err := all[n].Unpack(content); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// The question for all instances is asked once a round, with pauses that double up to an
// hour (RFC 6762, section 5.2).
func TestRounds(t *testing.T) {
	c := home()
	var at []time.Duration
	for now := time.Duration(0); now < 4*time.Hour; now += 10 * time.Millisecond {
		if messages := asked(t, c, start.Add(now)); len(messages) > 0 {
			if len(messages) != 1 || len(messages[0].Question) != len(services) || messages[0].Id != 0 {
				t.Fatalf("asks %v", messages)
			}
			at = append(at, now)
		}
		if now > time.Minute { // the rest is slow
			now += 10 * time.Second
		}
	}
	if at[0] < leastDelay || at[0] > mostDelay {
		t.Errorf("first asks after %v", at[0])
	}
	want := time.Second
	for n := range at[1:] {
		if pause := at[n+1] - at[n]; pause < want || pause > want+11*time.Second {
			t.Errorf("pause %d is %v, want %v", n, pause, want)
		}
		want = min(2*want, time.Hour)
	}
	if len(at) != 15 {
		t.Errorf("asks %d times in four hours", len(at))
	}
}

// Each record is asked for again before it expires, in a way that the machine answers: a
// stream that stays does not flicker, nor does one of its addresses.
func TestAsksBeforeRecordsExpire(t *testing.T) {
	const hour = 3200 // seconds
	for _, c := range []struct {
		name     string
		lives    map[uint16]uint32 // of the records, in seconds, by type
		answered []uint16          // the questions that the machine answers, with all that it has
		pause    time.Duration     // the least time between two questions
	}{
		{"one life", map[uint16]uint32{dns.TypePTR: 120, dns.TypeSRV: 120, dns.TypeTXT: 120, dns.TypeA: 120, dns.TypeAAAA: 120},
			[]uint16{dns.TypeSRV}, 96 * time.Second},
		{"addresses with the service only, as zeroconf has it", map[uint16]uint32{dns.TypePTR: hour, dns.TypeSRV: hour, dns.TypeTXT: hour, dns.TypeA: 120, dns.TypeAAAA: 120},
			[]uint16{dns.TypeSRV}, 96 * time.Second},
		{"all with the pointer only, as zeroconf has it of a name with a space", map[uint16]uint32{dns.TypePTR: hour, dns.TypeSRV: hour, dns.TypeTXT: hour, dns.TypeA: 120, dns.TypeAAAA: 120},
			[]uint16{dns.TypePTR}, 96 * time.Second},
		{"a short life of addresses", map[uint16]uint32{dns.TypePTR: hour, dns.TypeSRV: 120, dns.TypeTXT: 120, dns.TypeA: 10, dns.TypeAAAA: 10},
			[]uint16{dns.TypeA}, 8 * time.Second},
		{"a shorter life of one address", map[uint16]uint32{dns.TypePTR: 120, dns.TypeSRV: 120, dns.TypeTXT: 120, dns.TypeA: 120, dns.TypeAAAA: 30},
			[]uint16{dns.TypeAAAA}, 24 * time.Second},
		{"a short life of the pointer", map[uint16]uint32{dns.TypePTR: 60, dns.TypeSRV: hour, dns.TypeTXT: hour, dns.TypeA: hour, dns.TypeAAAA: hour},
			[]uint16{dns.TypePTR}, 48 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			cache, said := home(), door()
			said.addresses = append(said.addresses, "fe80::1")
			packet := said.packet(t)
			for _, r := range packet.records {
				r.Header().Ttl = c.lives[r.Header().Rrtype]
			}
			cache.hear(packet, start)
			clear(cache.rounds) // of the questions for all instances; see TestRounds
			questions, last := 0, start
			for at := start; at.Before(start.Add(2 * time.Hour)); {
				sweep := cache.sweep(at)
				if all := cache.listed(at); len(all) != 1 || len(all[0].Addresses) != 2 {
					t.Fatalf("after %v lists %+v", at.Sub(start), all)
				}
				due, next := cache.questions(at)
				if slices.ContainsFunc(due[1], func(content []byte) bool { return asksFor(t, content, c.answered) }) {
					if at.Sub(last) < c.pause {
						t.Fatalf("asks %v after the last time", at.Sub(last))
					}
					questions, last = questions+1, at
					cache.hear(packet, at)
				}
				if next = soonest(next, sweep); !next.After(at) {
					t.Fatalf("after %v, looks next at %v", at.Sub(start), next)
				}
				at = next
			}
			if questions == 0 {
				t.Error("asks nothing")
			}
		})
	}
}

// asksFor tells whether a message has a question of one of the types.
func asksFor(t *testing.T, content []byte, kinds []uint16) bool {
	t.Helper()
	var m dns.Msg
	if err := m.Unpack(content); err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(m.Question, func(q dns.Question) bool { return slices.Contains(kinds, q.Qtype) })
}

// After a change of the network only what has changed is asked, and all after a sleep.
func TestRoundsBeginAnewWhereTheNetworkChanged(t *testing.T) {
	wired, radio := link{index: 1, name: "eth0"}, link{index: 2, name: "wlan0"}
	for _, c := range []struct {
		name   string
		before []link
		after  []link
		want   []int
	}{
		{"one more", []link{wired}, []link{wired, radio}, []int{2}},
		{"one less", []link{wired, radio}, []link{wired}, nil},
		{"the same, after a sleep", []link{wired, radio}, []link{wired, radio}, []int{1, 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cache := newCache()
			cache.follow(c.before, start)
			cache.questions(start.Add(time.Second)) // the next ones are for later
			cache.follow(c.after, start.Add(time.Second))
			due, _ := cache.questions(start.Add(time.Second + mostDelay))
			if len(due) != len(c.want) {
				t.Errorf("asks on %d links, want %v", len(due), c.want)
			}
			for _, index := range c.want {
				if due[index] == nil {
					t.Errorf("does not ask on link %d", index)
				}
			}
		})
	}
}

// What is known is not asked to be sent again while half of its life is left (RFC 6762,
// section 7.1), in as many messages as it takes.
func TestKnownAnswers(t *testing.T) {
	c := home()
	const many = 60
	for n := range many {
		s := door()
		s.name = fmt.Sprint("Door ", n)
		c.hear(s.packet(t), start)
	}
	messages := asked(t, c, start.Add(time.Second))
	answers := 0
	for n, m := range messages {
		answers += len(m.Answer)
		if last := n == len(messages)-1; m.Truncated == last || (len(m.Question) > 0) != (n == 0) {
			t.Errorf("message %d of %d: truncated %v, %d questions", n, len(messages), m.Truncated, len(m.Question))
		}
	}
	if len(messages) != 3 || answers != many {
		t.Errorf("%d known answers in %d messages", answers, len(messages))
	}
	if pointer, ok := messages[0].Answer[0].(*dns.PTR); !ok || pointer.Hdr.Ttl != 119 || c.instances[place{1, strings.ToLower(pointer.Ptr)}] == nil {
		t.Errorf("known answer %v", messages[0].Answer[0])
	}

	c = home()
	c.hear(door().packet(t), start)
	clear(c.rounds)
	c.rounds[1] = firstRoundAt(start.Add(61 * time.Second))
	for _, m := range asked(t, c, start.Add(62*time.Second)) {
		if len(m.Answer) > 0 {
			t.Errorf("knows what has %v left of 120 s: %v", 58*time.Second, m.Answer)
		}
	}
}
