package web

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"

	"fanlight/streaming/reach"
)

// AnyOrigin in the list of allowed origins lets every web site embed the stream, also those
// that a browser does not name.
const AnyOrigin = "*"

// origins are the web sites besides the local ones that may embed the stream, as
// SCHEME://HOST or SCHEME://HOST:PORT.
type origins struct{ listed atomic.Pointer[[]string] }

func (o *origins) all() []string {
	if listed := o.listed.Load(); listed != nil {
		return *listed
	}
	return nil
}

func (o *origins) any() bool { return slices.Contains(o.all(), AnyOrigin) }

// allow reports whether pages of an origin may embed what a request asks for: the owner
// listed it, it is of a local network, or of the host that is asked.
func (o *origins) allow(origin string, r *http.Request) bool {
	if o.any() || slices.Contains(o.all(), origin) {
		return true
	}
	_, host, found := strings.Cut(origin, "://")
	return found && (reach.Local(host) || sameHost(host, r))
}

// sameHost reports whether a page's host is the one that a request is for. The port may
// differ: what runs on this machine's other ports is not a stranger. A proxy may have put
// another Host, and say which one it was asked for. No page can make a browser send
// X-Forwarded-Host here, so it counts whoever sends it.
func sameHost(host string, r *http.Request) bool {
	name := reach.HostName(host)
	return name == reach.HostName(r.Host) || name == reach.HostName(forwardedHost(r))
}

func forwardedHost(r *http.Request) string {
	first, _, _ := strings.Cut(r.Header.Get("X-Forwarded-Host"), ",") // the browser's, behind several proxies
	return strings.TrimSpace(first)
}

// ParseOrigin returns a web site's origin as browsers write it, or [AnyOrigin] for "*". Its
// error is a sentence for the user.
func ParseOrigin(text string) (string, error) {
	text = strings.TrimSpace(text)
	if text == AnyOrigin {
		return text, nil
	}
	address, err := url.Parse(text)
	if err != nil || !isSite(address) || address.User != nil || strings.Trim(address.Path, "/") != "" || address.RawQuery != "" || address.Fragment != "" {
		return "", fmt.Errorf("a web site is written as https://dash.example.org, or * for all, not %q", text)
	}
	return origin(address), nil
}

func isSite(address *url.URL) bool {
	return (address.Scheme == "http" || address.Scheme == "https") && isHost(address.Host)
}

func isHost(host string) bool {
	name := reach.HostName(host)
	_, err := netip.ParseAddr(name)
	return err == nil || reach.IsName(name)
}

// origin returns SCHEME://HOST[:PORT], without the scheme's usual port.
func origin(address *url.URL) string {
	host := strings.ToLower(address.Host)
	switch address.Scheme {
	case "http":
		host = strings.TrimSuffix(host, ":80")
	case "https":
		host = strings.TrimSuffix(host, ":443")
	}
	return address.Scheme + "://" + host
}

// originNamed returns the origin of the page that makes a request, from Origin or, without
// one, from Referer; empty if the browser names none.
func originNamed(r *http.Request) string {
	text := r.Header.Get("Origin")
	if text == "" {
		text = r.Referer()
	}
	address, err := url.Parse(text)
	if err != nil || !isSite(address) {
		return ""
	}
	return origin(address)
}
