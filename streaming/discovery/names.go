package discovery

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"slices"
	"strings"

	"github.com/miekg/dns"
)

const (
	domain   = "local."
	allTypes = "_services._dns-sd._udp." + domain // RFC 6763, section 9
	// timeToLive is how long others keep a record, in seconds: RFC 6762, section 10,
	// recommends 120 for records that depend on an address.
	timeToLive = 120
	// flush in a record's class makes it replace cached records of its name (RFC 6762,
	// section 10.2).
	flush = 1 << 15
)

// kind is a type of service.
type kind struct {
	service string
	port    int // TCP
	txt     []string
}

// kinds are the service types with their TXT records. With HTTPS the page's type is
// _https._tcp, as avahi and others use it: browsers make an http:// address of
// _http._tcp (RFC 6763, section 6.3, and the registration of "http"). A TXT record is
// never empty (RFC 6763, section 6.1; Apple's resolver refuses one) and holds no secret,
// since everybody on the network can read it.
func kinds(s Service) []kind {
	auth := "auth=none"
	if s.Passcode {
		auth = "auth=passcode"
	}
	page, stream := "_http._tcp", []string{"path=/stream.mjpg", "snapshot=/snapshot.jpg", auth, "id=" + s.ID}
	if s.Fingerprint != "" {
		page, stream = "_https._tcp", append(stream, "scheme=https", "sha256="+s.Fingerprint)
	}
	all := []kind{
		{page, s.Port, []string{"path=/"}}, // the registered key, which begins with a slash
		{"_mjpeg._tcp", s.Port, stream},
	}
	if s.RTSPPort > 0 {
		all = append(all, kind{"_rtsp._tcp", s.RTSPPort, []string{"path=/"}})
	}
	return all
}

// typeName is the service type as a domain name.
func (k kind) typeName() string { return k.service + "." + domain }

// identity is a Service with the names that it has on the network.
type identity struct {
	service  Service
	instance string // the label that people see
	host     string // the machine's label
	// hostOurs tells that no other responder on this machine answers for the host name.
	hostOurs bool
}

// hostName is the machine's domain name.
func (n identity) hostName() string { return escape(n.host) + "." + domain }

func (n identity) instanceName(k kind) string { return escape(n.instance) + "." + k.typeName() }

func (n identity) srv(k kind, ttl uint32) *dns.SRV {
	return &dns.SRV{Hdr: header(n.instanceName(k), dns.TypeSRV, flush, ttl), Port: uint16(k.port), Target: n.hostName()}
}

// records are all records to send on an interface that has the addresses. A goodbye, with no
// time to live, is none for the types, which other instances may have: it undoes zeroconf's
// goodbye for them, if there was one (RFC 6762, section 10.1).
func (n identity) records(addresses []netip.Addr, ttl uint32) []dns.RR {
	var all []dns.RR
	ofType := ttl
	if ttl == 0 {
		ofType = timeToLive
	}
	for _, k := range kinds(n.service) {
		all = append(all,
			&dns.PTR{Hdr: header(k.typeName(), dns.TypePTR, 0, ttl), Ptr: n.instanceName(k)},
			n.srv(k, ttl),
			&dns.TXT{Hdr: header(n.instanceName(k), dns.TypeTXT, flush, ttl), Txt: k.txt},
			&dns.PTR{Hdr: header(allTypes, dns.TypePTR, 0, ofType), Ptr: k.typeName()})
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

// isInstance tells whether a domain name is the service's, of any of its types.
func (n identity) isInstance(name string) bool {
	return slices.ContainsFunc(kinds(n.service), func(k kind) bool { return strings.EqualFold(name, n.instanceName(k)) })
}

// isAsked tells whether a question is about one of the records.
func (n identity) isAsked(q dns.Question) bool {
	isType := func(k kind) bool { return strings.EqualFold(q.Name, k.typeName()) }
	return strings.EqualFold(q.Name, allTypes) || slices.ContainsFunc(kinds(n.service), isType) ||
		n.isInstance(q.Name) || n.hostOurs && strings.EqualFold(q.Name, n.hostName())
}

// compare compares our SRV record of a type with another one as RFC 6762, section 8.2, does
// in a conflict: the greater one keeps the name. Equal ones are no conflict. Of a type that
// is not announced ours is the greater one.
func (n identity) compare(other *dns.SRV) int {
	for _, k := range kinds(n.service) {
		if begins := len(other.Hdr.Name) - len(k.typeName()); begins > 0 && strings.EqualFold(other.Hdr.Name[begins:], k.typeName()) {
			return bytes.Compare(srvData(n.srv(k, 0)), srvData(other))
		}
	}
	return 1
}

func srvData(s *dns.SRV) []byte {
	data := binary.BigEndian.AppendUint16(nil, s.Priority)
	data = binary.BigEndian.AppendUint16(data, s.Weight)
	data = binary.BigEndian.AppendUint16(data, s.Port)
	target := make([]byte, 256)
	end, err := dns.PackDomainName(strings.ToLower(s.Target), target, 0, nil, false)
	if err != nil { // impossible: the name was unpacked, or made of our label
		return data
	}
	return append(data, target[:end]...)
}

// compareHosts does the same for the addresses of two machines with one host name: they
// are ordered by type, IPv4 before IPv6, then by their bytes.
func compareHosts(ours, others []netip.Addr) int {
	ours, others = slices.Clone(ours), slices.Clone(others)
	slices.SortFunc(ours, netip.Addr.Compare)
	slices.SortFunc(others, netip.Addr.Compare)
	return slices.CompareFunc(ours, others, netip.Addr.Compare)
}
