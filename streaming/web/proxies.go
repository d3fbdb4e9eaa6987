package web

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// forwardedFor is the header in which a proxy names the client that it asks for. A proxy
// appends the address that it sees, so the last ones are the ones to believe.
const forwardedFor = "X-Forwarded-For"

// proxies are the networks whose machines are believed when they name their client.
type proxies []netip.Prefix

// ParseProxy parses an address or a network, such as 192.168.1.5 or 172.18.0.0/16, for
// [Options.Proxies]. The error is a sentence for the user.
func ParseProxy(text string) (netip.Prefix, error) {
	network, err := netip.ParsePrefix(text)
	if address, notOne := netip.ParseAddr(text); notOne == nil && address.Zone() == "" {
		network, err = netip.PrefixFrom(address, address.BitLen()), nil
	}
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("a proxy is an address or a network, such as 192.168.1.5 or 172.18.0.0/16, not %q", text)
	}
	if network.Bits() == 0 {
		return netip.Prefix{}, fmt.Errorf("%s is every machine there is; name the proxy's own address or network", text)
	}
	if network.Addr().Is4In6() && network.Bits() >= 96 {
		network = netip.PrefixFrom(network.Addr().Unmap(), network.Bits()-96)
	}
	return network.Masked(), nil
}

func (p proxies) trust(address netip.Addr) bool {
	return slices.ContainsFunc(p, func(network netip.Prefix) bool { return network.Contains(address) })
}

// speaksForMany reports whether connections from an address can be those of many clients:
// it is a trusted proxy, or on this machine, where one may be.
func (p proxies) speaksForMany(address netip.Addr) bool {
	return address.IsLoopback() || p.trust(address)
}

// client returns the address of a request's client: the last hop that is no trusted proxy.
// What cannot be read as an address ends the way back, at the proxy that passed it on.
func (p proxies) client(r *http.Request) netip.Addr {
	client := addressOf(r.RemoteAddr)
	hops := strings.Join(r.Header.Values(forwardedFor), ",")
	for hops != "" && p.trust(client) {
		comma := strings.LastIndexByte(hops, ',')
		hop := hopAddress(hops[comma+1:])
		if !hop.IsValid() {
			break
		}
		client, hops = hop, hops[:max(comma, 0)]
	}
	return client
}

// hopAddress parses an entry of X-Forwarded-For, of which some have a port or brackets.
func hopAddress(entry string) netip.Addr {
	entry = strings.TrimSpace(entry)
	if address := addressOf(entry); address.IsValid() {
		return address
	}
	if inside, bracketed := strings.CutPrefix(entry, "["); bracketed {
		entry = strings.TrimSuffix(inside, "]")
	}
	address, _ := netip.ParseAddr(entry)
	return address.Unmap().WithZone("")
}

// unproxied gives a request from a trusted proxy the address of the client that it is
// for, and charges the connection to that client while it is answered.
func (s *Server) unproxied(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if peer := addressOf(r.RemoteAddr); s.proxies.trust(peer) {
			if client := s.proxies.client(r); client != peer {
				forClient := *r
				forClient.RemoteAddr = netip.AddrPortFrom(client, 0).String()
				r = &forClient
				if conn := connOf(r.Context()); conn != nil {
					conn.speakFor(client)
				}
			}
		}
		next.ServeHTTP(w, r)
	})
}
