package discovery

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// The goodbye of a stream ends its instances, and not the types, which others on the network
// may have: whether another service follows or none. Whatever ends one says within the second
// in which others keep it that it is still there (RFC 6762, section 10.1).
func TestGoodbyeLeavesTheTypes(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, desk := newMachine(t, "lamp"), newMachine(t, "desk")
	connect(t, lamp, "wired", []string{"10.52.0.1/24"}, desk, "eth0", []string{"10.52.0.2/24"})
	for _, step := range []struct {
		name string
		do   func(a *announcer)
	}{
		{"the end", func(a *announcer) { a.stop(t) }},
		{"no RTSP any more", func(a *announcer) {
			a.tell(t, "no rtsp")
			time.Sleep(probeCount*probePause + time.Second)
			defer a.stop(t)
		}},
	} {
		a := lamp.startAnnouncer(t, "Kitchen")
		a.tell(t, "rtsp")
		a.name(t)
		time.Sleep(5 * time.Second) // in which it announces itself
		var mu sync.Mutex
		gone, ended := map[string]bool{}, map[string]bool{}
		desk.overhear(t, "10.52.0.1", func() {
			step.do(a)
			time.Sleep(time.Second)
		}, func(m *dns.Msg) {
			mu.Lock()
			defer mu.Unlock()
			for _, r := range m.Answer {
				if pointer, ok := r.(*dns.PTR); ok && strings.EqualFold(r.Header().Name, allTypes) {
					ended[pointer.Ptr] = r.Header().Ttl == 0
				} else if ok {
					gone[r.Header().Name] = r.Header().Ttl == 0
				}
			}
		})
		mu.Lock()
		for _, service := range []string{"_http._tcp.local.", "_mjpeg._tcp.local.", "_rtsp._tcp.local."} {
			if !gone[service] || ended[service] {
				t.Errorf("%s: of %s, the instance is gone: %v, the type is ended: %v", step.name, service, gone[service], ended[service])
			}
		}
		mu.Unlock()
	}
}
