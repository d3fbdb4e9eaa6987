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
)

// services are looked for. Of several that one machine announces for the same
// thing, the first is listed.
var services = []string{"_mjpeg._tcp", "_axis-video._tcp", "_octoprint._tcp", "_http._tcp", "_rtsp._tcp"}

const (
	longestHost = 255 // bytes, as DNS has it
	longestPath = 200 // of a stream, in bytes
	longestID   = 64
)

// cameraPath marks a web server's path as that of a stream. Most of what announces
// _http._tcp is no camera, and one whose stream's path is unknown cannot be opened:
// so the path in the TXT record decides, and no name of a model.
var cameraPath = regexp.MustCompile(`(?i)m-?jpe?g|video_?feed|videostream|/video\.cgi|[?&]action=stream`)

// found is a stream with what decides where it is reached, and whether it is listed.
type found struct {
	stream    Stream
	addresses []netip.Addr // the best first, with zones
	heard     time.Time
	at        paths
}

// paths are those of an instance's URLs; an empty one is of none.
type paths struct{ scheme, stream, page, snapshot, status string }

// fingerprint is a certificate's, as announcements have it.
var fingerprint = regexp.MustCompile(`^[0-9a-f]{64}$`)

// key tells streams apart that may have the same name on different networks.
type key struct {
	service, label, host, id, fingerprint string
	port                                  int
}

func (f *found) key() key {
	s := &f.stream
	return key{s.Service, s.Name, strings.ToLower(s.Host), s.ID, s.Fingerprint, s.Port}
}

// streams are those that can be reached, sorted by name, each once: the same on two
// networks has the addresses of both.
func (c *cache) streams(now time.Time) []*found {
	byKey := map[key]*found{}
	ranks := map[*found][]int{}
	for at, i := range c.instances {
		addresses := c.addresses(at, i)
		if !i.resolved.After(now) || i.txt == nil || i.port == 0 || len(addresses) == 0 {
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
	if slices.Contains(f.addresses, address) {
		return ranks
	}
	place, _ := slices.BinarySearch(ranks, rank+1) // behind those of the same rank
	f.addresses = slices.Insert(f.addresses, place, address)
	return slices.Insert(ranks, place, rank)
}

// once leaves out what is the same under another type of service: a machine's web
// server that is the stream's, or what has its name.
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

// describe says what stream an instance is; nil for none.
func describe(i *instance) *found {
	txt := texts(i.txt)
	f := &found{stream: Stream{
		Name:    cmp.Or(clean(unescaped(i.label), maxLabel), "?"),
		Host:    clean(strings.TrimSuffix(unescaped(i.host), "."), longestHost),
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
		if !cameraPath.MatchString(path) {
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

// reachedAt is the stream at the first of the addresses.
func (f *found) reachedAt(addresses []netip.Addr) Stream {
	s := f.stream
	s.Addresses = addresses
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
