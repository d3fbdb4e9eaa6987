package avahi

import (
	"fmt"
	"strings"

	"github.com/miekg/dns"
)

// escaped is a domain name in presentation form, as package dns has it, in the form that
// the daemon reads: there a backslash stands before a dot, a backslash or three digits only
// (avahi_unescape_label in avahi-common/domain.c).
func escaped(name string) string {
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case c != '\\':
			b.WriteByte(c)
		case i+1 < len(name) && '0' <= name[i+1] && name[i+1] <= '9':
			b.WriteByte(c)
		case i+1 < len(name):
			i++
			fmt.Fprintf(&b, `\%03d`, name[i])
		}
	}
	return b.String()
}

// presented is a domain name of the daemon in the form of package dns, which writes each
// name in one way.
func presented(name string) (string, error) {
	packed := make([]byte, 256)
	end, err := dns.PackDomainName(dns.Fqdn(name), packed, 0, nil, false)
	if err != nil {
		return "", err
	}
	name, _, err = dns.UnpackDomainName(packed[:end], 0)
	return name, err
}
