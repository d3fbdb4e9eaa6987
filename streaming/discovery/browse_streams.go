package discovery

import (
	"cmp"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// services are the types that are looked for. If a machine announces a stream as several,
// the first is listed.
var services = []string{"_mjpeg._tcp", "_axis-video._tcp", "_octoprint._tcp", "_http._tcp", "_rtsp._tcp"}

const (
	longestHost = 255 // bytes, as DNS has it
	longestPath = 200 // of a stream, in bytes
	longestID   = 64
)

// cameraPath matches a web server's path that is a stream's. Most _http._tcp services are
// no cameras, and a camera cannot be opened without its stream's path: so the path in the
// TXT record decides, not the name of a model.
var cameraPath = regexp.MustCompile(`(?i)m-?jpe?g|video_?feed|videostream|/video\.cgi|[?&]action=stream`)

// found is a stream with its addresses and paths.
type found struct {
	stream    Stream
	addresses []netip.Addr // the best first, with zones
	near      []netip.Addr // of these, those in a network of the link they were announced on
	heard     time.Time
	at        paths
}

// paths are the paths of an instance's URLs; empty for none.
type paths struct{ scheme, stream, page, snapshot, status string }

// fingerprint is a certificate's, as announcements have it.
var fingerprint = regexp.MustCompile(`^[0-9a-f]{64}$`)

// key identifies a stream: two on different networks may have the same name.
type key struct {
	service, label, host, id, fingerprint string
	port                                  int
}

func (f *found) key() key {
	s := &f.stream
	return key{s.Service, s.Name, strings.ToLower(s.Host), s.ID, s.Fingerprint, s.Port}
}

// streams returns the reachable streams, sorted by name, each once: one that is on two
// networks has the addresses of both.
func (c *cache) streams(now time.Time) []*found {
	byKey := map[key]*found{}
	ranks := map[*found][]int{}
	for at, i := range c.instances {
		addresses := c.addresses(at, i)
		if !i.resolved.After(now) || !i.isRead(now) || i.port == 0 || len(addresses) == 0 {
			continue
		}
		f := describe(i)
		if f == nil {
			continue
		}
		if same := byKey[f.key()]; same != nil {
			f = same
		} else {
			byKey[f.key()] = f
		}
		if i.heard.After(f.heard) {
			f.heard = i.heard
		}
		for _, a := range addresses {
			ranks[f] = f.add(c.links[at.link], a, i.sentFrom(a.address), ranks[f])
		}
	}
	all := make([]*found, 0, len(byKey))
	for _, f := range byKey {
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b *found) int {
		return cmp.Or(
			cmp.Compare(strings.ToLower(a.stream.Name), strings.ToLower(b.stream.Name)),
			cmp.Compare(a.stream.Host, b.stream.Host),
			slices.Index(services, a.stream.Service)-slices.Index(services, b.stream.Service),
			cmp.Compare(a.stream.Port, b.stream.Port), cmp.Compare(a.stream.ID, b.stream.ID),
			cmp.Compare(a.stream.Fingerprint, b.stream.Fingerprint))
	})
	return once(all)
}

// add puts an address into its place among those that there are, whose ranks it
// takes and returns: IPv4 on the link's own network, other IPv4, IPv6, what works
// on one link only, and last what somebody took back. Of one kind that comes first
// from which the announcement was sent: two machines may have the same host name.
func (f *found) add(l link, a hostAddress, sender bool, ranks []int) []int {
	address, rank := a.address, 1
	switch {
	case address.Is6() && address.IsLinkLocalUnicast():
		address, rank = address.WithZone(l.name), 4
	case address.IsLinkLocalUnicast():
		rank = 3
	case address.Is6():
		rank = 2
	case l.holds(address):
		rank = 0
	}
	if a.heard.IsZero() {
		rank = 5
	}
	if rank *= 2; !sender {
		rank++
	}
	if l.holds(a.address) || a.address.IsLinkLocalUnicast() {
		f.near = append(f.near, address)
	}
	if slices.Contains(f.addresses, address) {
		return ranks
	}
	place, _ := slices.BinarySearch(ranks, rank+1) // behind those of the same rank
	f.addresses = slices.Insert(f.addresses, place, address)
	return slices.Insert(ranks, place, rank)
}

// once drops services that announce a listed stream under another type: those of the same
// machine with its port or its name.
func once(all []*found) []*found {
	type web struct {
		host string
		port int
	}
	type name struct{ host, name string }
	ports, names := map[web]string{}, map[name]string{}
	for _, service := range services {
		for _, f := range all {
			if s := f.stream; s.Service == service {
				host := strings.ToLower(s.Host)
				if first := (web{host, s.Port}); ports[first] == "" {
					ports[first] = service
				}
				if first := (name{host, s.Name}); names[first] == "" {
					names[first] = service
				}
			}
		}
	}
	return slices.DeleteFunc(all, func(f *found) bool {
		s, host := f.stream, strings.ToLower(f.stream.Host)
		return ports[web{host, s.Port}] != s.Service || names[name{host, s.Name}] != s.Service
	})
}

// describe returns the stream that an instance announces, or nil if it is none.
func describe(i *instance) *found {
	txt := texts(i.txt)
	f := &found{stream: Stream{
		Name:    cmp.Or(clean(Readable(i.label), maxLabel), "?"),
		Host:    clean(strings.TrimSuffix(Readable(i.host), "."), longestHost),
		Service: i.service,
		Port:    int(i.port),
	}}
	path := pathOf(txt["path"])
	switch i.service {
	case "_mjpeg._tcp":
		f.at = paths{scheme: "http", stream: path, page: "/"}
		if strings.EqualFold(txt["scheme"], "https") {
			f.at.scheme = "https"
		}
		if txt["snapshot"] != "" {
			f.at.snapshot = pathOf(txt["snapshot"])
		}
		if txt["id"] != "" && path == "/stream.mjpg" && f.at.snapshot != "" {
			f.stream.Program = Fanlight
			f.stream.ID = clean(txt["id"], longestID)
			f.stream.Passcode = txt["auth"] == "passcode"
			f.at.status = "/api/status"
			if sum := strings.ToLower(txt["sha256"]); f.at.scheme == "https" && fingerprint.MatchString(sum) {
				f.stream.Fingerprint = sum
			}
		}
	case "_axis-video._tcp":
		f.stream.Program = Axis
		f.at = paths{scheme: "http", stream: "/mjpg/video.mjpg", page: "/"}
	case "_octoprint._tcp":
		f.stream.Program = OctoPrint
		f.at = paths{scheme: "http", stream: "/webcam/?action=stream", page: path}
	case "_http._tcp":
		if isPage(i.service, i.txt) {
			return nil
		}
		f.at = paths{scheme: "http", stream: path, page: "/"}
	case "_rtsp._tcp":
		f.at = paths{scheme: "rtsp", stream: path}
	default:
		return nil
	}
	return f
}

// isPage tells whether an instance is a web page and no camera.
func isPage(service string, txt []string) bool {
	return service == "_http._tcp" && !cameraPath.MatchString(pathOf(texts(txt)["path"]))
}

// textKeys are the keys that mean something here.
var textKeys = map[string]bool{"path": true, "scheme": true, "snapshot": true, "id": true, "auth": true, "sha256": true}

// textsOf are the strings of a TXT record that mean something here, wherever they stand
// among the others; not nil. Of two with one key the first counts.
func textsOf(r *dns.TXT) []string {
	kept, known := []string{}, map[string]bool{}
	for _, text := range r.Txt {
		text = unescaped(text)
		name, _, _ := strings.Cut(text, "=")
		if name = strings.ToLower(name); textKeys[name] && !known[name] {
			known[name] = true
			kept = append(kept, cut(text, longestTXT))
		}
	}
	return kept
}

// texts are the pairs of a TXT record. Keys are in lower case; of two the first
// counts (RFC 6763, section 6.4).
func texts(txt []string) map[string]string {
	pairs := map[string]string{}
	for _, text := range txt {
		name, value, _ := strings.Cut(text, "=")
		name = strings.ToLower(name)
		if _, twice := pairs[name]; !twice {
			pairs[name] = value
		}
	}
	return pairs
}

// pathOf reads a path that may have a query, as an announcement has it. What is none
// stands for the root.
func pathOf(text string) string {
	if !strings.HasPrefix(text, "/") {
		text = "/" + text
	}
	parsed, err := url.ParseRequestURI(text)
	if err != nil || len(text) > longestPath {
		return "/"
	}
	return parsed.RequestURI()
}

// reachedAt returns the stream with URLs at the first of its addresses.
func (f *found) reachedAt(addresses []netip.Addr) Stream {
	s := f.stream
	s.Addresses, s.Near = addresses, slices.Contains(f.near, addresses[0])
	s.URL = urlOf(f.at.scheme, addresses[0], s.Port, f.at.stream)
	if s.Fingerprint != "" {
		s.URL += "#sha256=" + s.Fingerprint
	}
	if f.at.page != "" {
		s.Page = urlOf(f.at.scheme, addresses[0], s.Port, f.at.page)
	}
	if f.at.snapshot != "" {
		s.Snapshot = urlOf(f.at.scheme, addresses[0], s.Port, f.at.snapshot)
	}
	if f.at.status != "" {
		s.Status = urlOf(f.at.scheme, addresses[0], s.Port, f.at.status)
	}
	return s
}

func urlOf(scheme string, address netip.Addr, port int, path string) string {
	host := net.JoinHostPort(address.String(), strconv.Itoa(port))
	if address.Zone() != "" {
		host = "[" + address.WithZone("").String() + "%25" + url.PathEscape(address.Zone()) + "]:" + strconv.Itoa(port)
	}
	return scheme + "://" + host + path
}
