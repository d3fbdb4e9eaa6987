package discovery

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"
)

func TestManyOfOneNameFindTheirOwn(t *testing.T) {
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &room{random: rand.New(rand.NewPCG(seed, 0))}
				r.split = seed%4 == 0
				var members []*member
				for n := range 2 + seed%5 {
					members = append(members, r.enter(t, byte(n+1)))
					if seed%2 == 0 {
						time.Sleep(time.Duration(r.number(int(2 * time.Second))))
					}
				}
				time.Sleep(time.Minute)
				r.join()
				// Nobody speaks where nothing changes, so somebody asks, as browsers do.
				asker := r.open(netip.MustParseAddr("10.0.0.99"))
				for range 60 {
					asker.send(addressed(working), new(dns.Msg).SetQuestion("_http._tcp.local.", dns.TypePTR))
					asker.send(addressed(working), new(dns.Msg).SetQuestion("_mjpeg._tcp.local.", dns.TypePTR))
					time.Sleep(time.Second)
					for len(asker.packets) > 0 {
						<-asker.packets
					}
				}
				asker.close()
				expectPeaceIn(t, members)
				for _, m := range members {
					m.announcement.Close()
					if m.registered != 0 {
						t.Errorf("%v is still registered", m.address)
					}
				}
				time.Sleep(time.Second) // for what is still on its way
			})
		})
	}
}

// One who does not know the rule, such as plain zeroconf, goes on using a name that it should give up.
func TestStubbornRivalGetsTheName(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &room{random: rand.New(rand.NewPCG(1, 0))}
		m := r.enter(t, 1)
		time.Sleep(10 * time.Second)
		rival := r.open(netip.MustParseAddr("10.0.0.2"))
		lesser := identity{service: Service{Name: "Kitchen", Port: 80}, instance: "Kitchen", host: "plain"}
		for n := range 12 {
			if s := m.now(t); n < 10 && s.Name != "Kitchen" {
				t.Errorf("gave way after %d s", n)
			}
			rival.send(addressed(working), response(lesser.records(nil, 3200)))
			time.Sleep(time.Second)
			for len(rival.packets) > 0 {
				<-rival.packets
			}
		}
		rival.close()
		time.Sleep(2 * time.Second)
		if s := m.now(t); s.Name != "Kitchen (2)" {
			t.Errorf("is %v", s)
		}
		m.announcement.Close()
	})
}

// A server that listens where others do not reach it any more says goodbye, but not for the
// name of the machine, for which another responder may answer from now on.
func TestGoodbyeOfAServerThatIsOutOfReach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &room{random: rand.New(rand.NewPCG(1, 0))}
		m := r.enter(t, 1)
		time.Sleep(10 * time.Second)
		listener := r.open(netip.MustParseAddr("10.0.0.99"))
		if err := m.announcement.Update(Service{Name: "Kitchen", Port: 8080, Listen: netip.MustParseAddr("127.0.0.1")}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		gone := map[string]bool{}
		for len(listener.packets) > 0 {
			for _, record := range (<-listener.packets).message.Answer {
				if pointer, ok := record.(*dns.PTR); ok && record.Header().Ttl == 0 {
					gone[pointer.Ptr] = true
				} else if _, ok := addressOf(record); ok {
					t.Errorf("says %v", record)
				}
			}
		}
		if !gone["Kitchen._http._tcp.local."] || !gone["Kitchen._mjpeg._tcp.local."] {
			t.Errorf("goodbye for %v", gone)
		}
		if m.registered != 0 {
			t.Error("is still registered")
		}
		listener.close()
		m.announcement.Close()
		time.Sleep(time.Second) // for what is still on its way
	})
}
