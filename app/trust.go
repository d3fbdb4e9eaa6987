package main

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"fanlight/drivers/network"
	"fanlight/streaming/discovery"
)

var errGone = errors.New("that stream is not on the network any more: look for it again in the list")

// identities are what another Fanlight's certificate is remembered by: its ID, and what
// people know it by, which somebody who feigns it must take too.
func identities(s discovery.Stream) []string {
	if s.ID == "" {
		return nil
	}
	return []string{s.ID, s.Name + "@" + strings.ToLower(s.Host)}
}

// accepted returns the fingerprint that the user has accepted of a Fanlight; empty for none.
func (p *program) accepted(s discovery.Stream) string {
	kept := p.settings.get().Certificates
	before := ""
	for _, one := range identities(s) {
		before = cmp.Or(before, kept[one])
	}
	return before
}

// isDowngraded reports whether a Fanlight that was watched over HTTPS is announced without
// it: once by HTTPS, always. It is asked nothing, and gets no passcode.
func (p *program) isDowngraded(s discovery.Stream) bool {
	return s.Fingerprint == "" && p.accepted(s) != ""
}

func downgraded(s discovery.Stream) error {
	return fmt.Errorf("%s on %s was watched over HTTPS, and is announced without it now: nothing was sent to it; start Fanlight there with --tls again, and if that was never left out, somebody may be listening in; if HTTPS was switched off on purpose, write its http:// address under Other camera",
		s.Name, strings.TrimSuffix(s.Host, ".local"))
}

// foundAddress marks an address of HTTP as one that the user did not write.
func foundAddress(address string) string {
	if strings.HasPrefix(address, "http") {
		return network.Found(address)
	}
	return address
}
