package discovery

import (
	"net/netip"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/miekg/dns"
)

// mostRecords is how many records of a packet are read.
const mostRecords = 512

// reply is a response of multicast DNS.
type reply struct {
	link    int        // the index of the interface that it came in on; 0 where the system does not tell
	from    netip.Addr // with the zone of a link-local one
	records []dns.RR
	// kept tells that the records stay until a goodbye, whatever their time to live.
	kept bool
	// own tells that this machine announces them, where from does not.
	own bool
}

// records returns the records of a response that matter for finding services, PTR records
// first. It returns none for a question, or if the packet is from another port than that of
// multicast DNS (RFC 6762, section 6). Names and texts are in presentation form, as package
// dns reads them.
func records(p packet) []dns.RR {
	if !p.message.Response || !p.fromResponder() {
		return nil
	}
	// Each kind refers to those before it, in whatever order the packet has them.
	var pointers, services, rest []dns.RR
	seen := 0
	for _, section := range [][]dns.RR{p.message.Answer, p.message.Ns, p.message.Extra} {
		for _, record := range section {
			if seen++; seen > mostRecords {
				break
			}
			if record.Header().Class&^flush != dns.ClassINET {
				continue
			}
			switch record.(type) {
			case *dns.PTR:
				pointers = append(pointers, record)
			case *dns.SRV:
				services = append(services, record)
			case *dns.TXT, *dns.A, *dns.AAAA:
				rest = append(rest, record)
			}
		}
	}
	return append(append(pointers, services...), rest...)
}

// splitInstance cuts the name of a service instance, in presentation form, into
// the instance's own label and the type of service.
func splitInstance(name string) (label, service string, ok bool) {
	for i := 0; i < len(name); i++ {
		switch name[i] {
		case '\\':
			i++
		case '.':
			service, ok = strings.CutSuffix(strings.ToLower(name[i+1:]), ".local.")
			return name[:i], service, ok && i > 0
		}
	}
	return "", "", false
}

// unescaped reads presentation form, in which package dns returns labels and texts
// from the wire: \DDD is a byte, and a backslash before anything else stands for it.
func unescaped(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] != '\\' || i+1 == len(s):
			b.WriteByte(s[i])
		case i+3 < len(s) && isDigit(s[i+1]) && isDigit(s[i+2]) && isDigit(s[i+3]):
			b.WriteByte((s[i+1]-'0')*100 + (s[i+2]-'0')*10 + s[i+3] - '0')
			i += 3
		default:
			i++
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// Readable reads the presentation form of a name, in which package dns returns it, for
// people. Some programs announce a name that they have escaped already, so that the network
// has \226\128\166 itself: where such bytes make valid UTF-8, and not plain ASCII alone,
// they are read too.
func Readable(label string) string {
	once := unescaped(label)
	if !escapedByte.MatchString(once) {
		return once
	}
	if twice := unescaped(once); utf8.ValidString(twice) {
		return twice
	}
	return once
}

// escapedByte matches the escape of a byte that is not ASCII.
var escapedByte = regexp.MustCompile(`\\(1[3-9][0-9]|12[89]|2[0-4][0-9]|25[0-5])`)

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// clean makes a text from the network fit to be shown: one line of valid UTF-8, at most size bytes long, without
// control characters and without invisible ones (unicode.Cf) such as a right-to-left override. The two joiners stay
// between others: emoji and Persian need them.
func clean(s string, size int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.In(r, unicode.Zl, unicode.Zp):
			return ' '
		case unicode.Is(unicode.Cf, r) && !isJoiner(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, string(utf8.RuneError)))
	return trim(cut(trim(s), size))
}

// trim cuts off what is invisible at the ends of a text.
func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || isJoiner(r) })
}

// isJoiner tells whether a rune is ZERO WIDTH NON-JOINER or ZERO WIDTH JOINER.
func isJoiner(r rune) bool { return r == '\u200c' || r == '\u200d' }
