package discovery

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/miekg/dns"
)

// Each type has the port of its own server, with both makers.
func TestKinds(t *testing.T) {
	for _, c := range []struct {
		service Service
		want    map[string]int
	}{
		{Service{Port: 8080}, map[string]int{"_http._tcp": 8080, "_mjpeg._tcp": 8080}},
		{Service{Port: 8080, RTSPPort: 8554}, map[string]int{"_http._tcp": 8080, "_mjpeg._tcp": 8080, "_rtsp._tcp": 8554}},
	} {
		n := identity{service: c.service, instance: "Yard", host: "lamp"}
		ports := map[string]int{}
		for _, record := range n.records(nil, timeToLive) {
			if srv, ok := record.(*dns.SRV); ok {
				ports[srv.Hdr.Name] = int(srv.Port)
			}
		}
		services := mission{service: c.service}.services()
		if len(ports) != len(c.want) || len(services) != len(c.want) {
			t.Errorf("%+v: %v, %v", c.service, ports, services)
		}
		for _, s := range services {
			if port := ports["Yard."+s.Type+".local."]; port != c.want[s.Type] || s.Port != port || !slices.ContainsFunc(s.Text, func(text string) bool { return text[:5] == "path=" }) {
				t.Errorf("%s: %d and %d, %q", s.Type, port, s.Port, s.Text)
			}
		}
	}
}

// A goodbye ends what is ours, and says of the types that they are still there.
func TestGoodbyeIsNoneForTheTypes(t *testing.T) {
	n := identity{service: Service{Port: 8080, RTSPPort: 8554}, instance: "Yard", host: "lamp", hostOurs: true}
	types := 0
	for _, record := range n.records([]netip.Addr{netip.MustParseAddr("192.0.2.1")}, 0) {
		h := record.Header()
		switch isType := h.Name == allTypes; {
		case isType && h.Ttl == timeToLive:
			types++
		case isType || h.Ttl > 0:
			t.Errorf("goodbye with %v", record)
		}
	}
	if types != 3 {
		t.Errorf("%d types are kept", types)
	}
}
