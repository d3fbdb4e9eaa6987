package web

import (
	"net/http"
	"slices"
	"strings"

	"fanlight/streaming/reach"
)

// Every web site can have its visitors' browsers load http://lamp.local:8080/stream.mjpg,
// which turns the camera on, and can show Fanlight's page in a frame. So what a page of
// another site embeds is judged by where the page is from; see [origins.refuse]. Browsers send no
// Sec-Fetch-* headers to plain HTTP at an address of the network, but name the page as
// Origin or Referer unless it forbids that. Programs that are no browsers are not judged,
// and neither are links, but see [origins.framing].

const (
	publicSite = "A page of another web site may not show this camera. Open Fanlight's own page, or have its owner allow the site: --allow-origin https://SITE."
	hiddenSite = "Your browser does not say which page wants to show this camera. Open Fanlight's own page, or give the image in the other page the attribute referrerpolicy=\"origin\"."
)

// refuse returns nil unless the request is a load of a page that may not embed the stream.
func (o *origins) refuse(r *http.Request) *refusal {
	switch {
	case o.trust(r) || mayBeLink(r):
		return nil
	case originNamed(r) != "":
		return &refusal{http.StatusForbidden, publicSite, 0}
	case hidesPage(r):
		return &refusal{http.StatusForbidden, hiddenSite, 0}
	}
	return nil
}

// trust reports whether a request surely comes from a page that may embed the stream.
func (o *origins) trust(r *http.Request) bool {
	from := originNamed(r)
	return o.any() || sentByOwnPage(r) || from != "" && o.allow(from, r)
}

// sentByOwnPage reports whether a request has what pages of other sites cannot send. The
// page's script sends X-Requested-With for browsers that are set to send no Referer.
func sentByOwnPage(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return site == "same-origin" || site == "none" || r.Header.Get("X-Requested-With") == "Fanlight"
}

// mayBeLink reports whether a browser requests something to show by itself: behind a link,
// from its address bar, or in a frame where it does not say so.
func mayBeLink(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Dest") {
	case "document":
		return true
	case "":
		return isBrowser(r) && strings.Contains(r.Header.Get("Accept"), "text/html")
	}
	return false
}

func isBrowser(r *http.Request) bool { return strings.HasPrefix(r.UserAgent(), "Mozilla/") }

// hidesPage reports whether a request without a page's origin is a browser's all the same,
// for an image, a script or a film in a page. Programs that call themselves Mozilla send no
// Accept-Language; a page's script can empty it, and not leave it out.
func hidesPage(r *http.Request) bool {
	if r.Header.Get("Sec-Fetch-Site") != "" || r.Header.Get("Origin") != "" { // which is null, say
		return true
	}
	accept := r.Header.Get("Accept")
	image := strings.HasPrefix(accept, "image/") && strings.Contains(accept, "*")
	_, speaks := r.Header["Accept-Language"]
	return image || isBrowser(r) && speaks
}

// sharedPaths are what pages of other origins may read if they are allowed.
var sharedPaths = map[string]bool{
	"/stream.mjpg": true, "/video_feed": true, "/stream": true,
	"/snapshot.jpg": true, "/snapshot": true, "/api/status": true,
	"/frame.jpg": true, "/api/timeline": true,
}

// mayRead reports whether a page of an origin may read what it requests.
func (o *origins) mayRead(origin string, r *http.Request) bool {
	if _, isSound := audioTypes[r.URL.Path]; isSound {
		return o.trustSound(origin)
	}
	return o.allow(origin, r)
}

func isShared(r *http.Request) bool {
	_, isSound := audioTypes[r.URL.Path]
	return isSound || sharedPaths[r.URL.Path] || r.URL.Path == "/" && r.URL.Query().Has("action")
}

// forEmbedding lets pages of allowed origins read pictures and the status by script
// (CORS), and names in every answer the pages that may frame it.
func (s *Stream) forEmbedding(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		allowed := &s.server.origins
		w.Header().Set("Content-Security-Policy", allowed.framing(r))
		if !isShared(r) {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Add("Vary", "Origin")
		origin := r.Header.Get("Origin")
		readable := origin != "" && allowed.mayRead(originNamed(r), r)
		if readable {
			w.Header().Set("Access-Control-Allow-Origin", origin)
			w.Header().Set("Access-Control-Expose-Headers", "X-Timestamp, Retry-After")
		}
		switch {
		case r.Method != http.MethodOptions || origin == "":
			next.ServeHTTP(w, r)
		case readable:
			preflight(w)
		default:
			(&refusal{http.StatusForbidden, publicSite, 0}).answer(w)
		}
	})
}

// preflight answers what a browser asks before it sends more than a plain GET.
func preflight(w http.ResponseWriter) {
	header := w.Header()
	header.Set("Access-Control-Allow-Methods", "GET, HEAD")
	header.Set("Access-Control-Allow-Headers", "Authorization, Cache-Control, Pragma")
	header.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
}

// framing returns the policy that says which pages may show an answer in a frame. A policy
// cannot name networks, so a page at a local address is named if it is the one that asks.
// In a policy http stands for https too, and an IPv6 address for nothing.
func (o *origins) framing(r *http.Request) string {
	if o.any() {
		return "frame-ancestors *"
	}
	sources := []string{"'self'"}
	for _, host := range []string{"localhost", r.Host, forwardedHost(r)} {
		if isSource(host) {
			sources = append(sources, "http://"+reach.HostName(host)+":*")
		}
	}
	for _, domain := range reach.LocalDomains {
		sources = append(sources, "http://*."+domain+":*")
	}
	if from := originNamed(r); o.allow(from, r) && isSource(strings.SplitAfter(from, "://")[1]) {
		sources = append(sources, from)
	}
	sources = append(sources, o.all()...)
	slices.Sort(sources[1:])
	return "frame-ancestors " + strings.Join(slices.Compact(sources), " ")
}

// isSource reports whether a policy can have a host as a source.
func isSource(host string) bool { return isHost(host) && !strings.Contains(reach.HostName(host), ":") }
