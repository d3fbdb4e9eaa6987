package network

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// proxy is the environment's (HTTPS_PROXY, NO_PROXY, ...), but not for what is on the
// local network: a proxy is made for the web, and seldom reaches a camera at home.
func proxy(request *http.Request) (*url.URL, error) {
	if isLocal(request.URL.Hostname()) {
		return nil, nil
	}
	return httpproxy.FromEnvironment().ProxyFunc()(request.URL)
}

// isLocal tells by the name or the number of a host that it is on the local
// network: names of multicast DNS and without a dot, which only a network's own
// name server knows, and addresses that no router passes on to the internet.
func isLocal(host string) bool {
	if address, err := netip.ParseAddr(host); err == nil {
		address = address.Unmap()
		return address.IsPrivate() || address.IsLoopback() || address.IsLinkLocalUnicast() || address.IsUnspecified()
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	return !strings.Contains(host, ".") || strings.HasSuffix(host, ".local")
}
