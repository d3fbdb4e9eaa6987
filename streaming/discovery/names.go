package discovery

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/miekg/dns"
)

const (
	domain   = "local."
	allTypes = "_services._dns-sd._udp." + domain // RFC 6763, section 9
	// timeToLive is how long others keep what they heard, in seconds, unless they
	// hear it again: RFC 6762 section 10 has 120 for what depends on an address.
	timeToLive = 120
	// flush in a record's class says that it replaces what others keep under its
	// name (RFC 6762, section 10.2).
	flush = 1 << 15
)

// kind is a type of service.
type kind struct {
	service string
	txt     []string
}

// kinds are the service types with their TXT records. What is there for people is
// _https._tcp where HTTPS is spoken, as avahi and others name it: who knows
// _http._tcp makes an http:// address of it (RFC 6763, section 6.3, and the
// registration of "http"), at which nobody would answer. A TXT record is never
// empty (RFC 6763, section 6.1; Apple's resolver refuses one) and holds no
// secret: everybody on the network reads it.
func kinds(s Service) []kind {
	auth := "auth=none"
	if s.Passcode {
		auth = "auth=passcode"
	}
	page, stream := "_http._tcp", []string{"path=/stream.mjpg", "snapshot=/snapshot.jpg", auth, "id=" + s.ID}
	if s.Fingerprint != "" {
		page, stream = "_https._tcp", append(stream, "scheme=https", "sha256="+s.Fingerprint)
	}
	return []kind{
		{page, []string{"path=/"}}, // the registered key, which begins with a slash
		{"_mjpeg._tcp", stream},
	}
}

// typeName is the service type as a domain name.
func (k kind) typeName() string { return k.service + "." + domain }

// identity is what a Service is called on the network.
type identity struct {
	service  Service
	instance string // the label that people see
	host     string // the machine's label
	// hostOurs: nobody else on this machine answers for the host's name.
	hostOurs bool
}

// hostName is the machine's domain name.
func (n identity) hostName() string { return escape(n.host) + "." + domain }

func (n identity) instanceName(k kind) string { return escape(n.instance) + "." + k.typeName() }

func (n identity) srv(k kind, ttl uint32) *dns.SRV {
	return &dns.SRV{Hdr: header(n.instanceName(k), dns.TypeSRV, flush, ttl), Port: uint16(n.service.Port), Target: n.hostName()}
}

// records are all that is to be said on an interface that has the addresses.
func (n identity) records(addresses []netip.Addr, ttl uint32) []dns.RR {
	var all []dns.RR
	for _, k := range kinds(n.service) {
		all = append(all,
			&dns.PTR{Hdr: header(k.typeName(), dns.TypePTR, 0, ttl), Ptr: n.instanceName(k)},
			n.srv(k, ttl),
			&dns.TXT{Hdr: header(n.instanceName(k), dns.TypeTXT, flush, ttl), Txt: k.txt})
		if ttl > 0 { // there may be others of the type
			all = append(all, &dns.PTR{Hdr: header(allTypes, dns.TypePTR, 0, ttl), Ptr: k.typeName()})
		}
	}
	if n.hostOurs {
		all = append(all, hostRecords(n.hostName(), addresses, flush, ttl)...)
	}
	return all
}

func hostRecords(host string, addresses []netip.Addr, class uint16, ttl uint32) []dns.RR {
	var all []dns.RR
	for _, a := range addresses {
		if a.Is4() {
			all = append(all, &dns.A{Hdr: header(host, dns.TypeA, class, ttl), A: a.AsSlice()})
		} else {
			all = append(all, &dns.AAAA{Hdr: header(host, dns.TypeAAAA, class, ttl), AAAA: a.AsSlice()})
		}
	}
	return all
}

func header(name string, kind, class uint16, ttl uint32) dns.RR_Header {
	return dns.RR_Header{Name: name, Rrtype: kind, Class: dns.ClassINET | class, Ttl: ttl}
}

// isInstance tells whether a domain name is that of the service, as any type.
func (n identity) isInstance(name string) bool {
	return slices.ContainsFunc(kinds(n.service), func(k kind) bool { return strings.EqualFold(name, n.instanceName(k)) })
}

// isAsked tells whether there is something to say to a question.
func (n identity) isAsked(q dns.Question) bool {
	isType := func(k kind) bool { return strings.EqualFold(q.Name, k.typeName()) }
	return strings.EqualFold(q.Name, allTypes) || slices.ContainsFunc(kinds(n.service), isType) ||
		n.isInstance(q.Name) || n.hostOurs && strings.EqualFold(q.Name, n.hostName())
}

// compare orders our SRV record and another one as RFC 6762 section 8.2 does where
// two want the same name: the greater one keeps it. Equal ones are no conflict.
func (n identity) compare(other *dns.SRV) int {
	own := n.srv(kinds(n.service)[0], 0)
	return bytes.Compare(srvData(own), srvData(other))
}

func srvData(s *dns.SRV) []byte {
	data := binary.BigEndian.AppendUint16(nil, s.Priority)
	data = binary.BigEndian.AppendUint16(data, s.Weight)
	data = binary.BigEndian.AppendUint16(data, s.Port)
	target := make([]byte, 256)
	end, err := dns.PackDomainName(strings.ToLower(s.Target), target, 0, nil, false)
	if err != nil { // cannot be: it was unpacked, or made of our label
		return data
	}
	return append(data, target[:end]...)
}

// compareHosts orders the addresses of two machines that want the same name, in the
// same way: by type, which is IPv4 before IPv6, then by their bytes.
func compareHosts(ours, others []netip.Addr) int {
	ours, others = slices.Clone(ours), slices.Clone(others)
	slices.SortFunc(ours, netip.Addr.Compare)
	slices.SortFunc(others, netip.Addr.Compare)
	return slices.CompareFunc(ours, others, netip.Addr.Compare)
}

// numbered is the name that is tried after number-1 others were taken: as it is,
// "Name (2)", "Name (3)".
func numbered(label string, number int) string {
	if number < 2 {
		return label
	}
	suffix := fmt.Sprintf(" (%d)", number)
	return cut(label, maxLabel-len(suffix)) + suffix
}

// numberedHost does the same for a machine, as avahi-daemon does.
func numberedHost(label string, number int) string {
	if number < 2 {
		return label
	}
	suffix := fmt.Sprintf("-%d", number)
	return cut(label, maxLabel-len(suffix)) + suffix
}
