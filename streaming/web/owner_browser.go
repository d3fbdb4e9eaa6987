package web

import (
	"crypto/rand"
	"net"
	"net/http"
	"sync"
	"time"
)

// ticketLasts is how long a link made by [Server.OwnerTicket] can be opened.
const ticketLasts = time.Minute

// The owner's browser shows the page of recordings with the owner's rights. The window opens
// it with a ticket in the address, which is for one use within a minute: programs of other
// users can read a browser's command line. The ticket buys a cookie, which is random, lasts
// as long as the program, is sent by no page of another site (SameSite=Strict) and read by no
// script. Both count only on a connection of this machine to itself: no other machine can
// use a cookie that was seen on the network. What a form sends is checked by
// [Server.sameOrigin] too.
type ownerBrowser struct {
	mu     sync.Mutex
	ticket digest
	until  time.Time // zero: there is no ticket
	cookie string
}

const ownerCookie = "fanlight-owner"

// OwnerTicket returns the query with which the owner's browser opens the page of recordings
// at this machine's own address, for one use: "?owner=...".
func (s *Server) OwnerTicket() string {
	b := &s.access.browser
	b.mu.Lock()
	defer b.mu.Unlock()
	ticket := rand.Text()
	b.ticket, b.until = digestOf(ticket), time.Now().Add(ticketLasts)
	return "?owner=" + ticket
}

// takeTicket sets the owner's cookie for a valid ticket, and reports whether the request has
// a ticket at all.
func (a *access) takeTicket(w http.ResponseWriter, r *http.Request) (had bool) {
	if !r.URL.Query().Has("owner") {
		return false
	}
	b := &a.browser
	b.mu.Lock()
	defer b.mu.Unlock()
	if withinMachine(r) && time.Now().Before(b.until) && b.ticket.is(r.URL.Query().Get("owner")) {
		b.until = time.Time{}
		if b.cookie == "" {
			b.cookie = rand.Text()
		}
		http.SetCookie(w, &http.Cookie{Name: ownerCookie, Value: b.cookie, Path: "/", HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode})
	}
	return true
}

// ownBrowser reports whether a request has the owner's cookie.
func (a *access) ownBrowser(r *http.Request) bool {
	a.browser.mu.Lock()
	cookie := a.browser.cookie
	a.browser.mu.Unlock()
	if cookie == "" || !withinMachine(r) {
		return false
	}
	for _, sent := range r.CookiesNamed(ownerCookie) {
		if digestOf(cookie).is(sent.Value) {
			return true
		}
	}
	return false
}

// withinMachine reports whether a request came from this machine itself, whose connections
// to itself have one address at both ends, and was not passed on by a proxy.
func withinMachine(r *http.Request) bool {
	at, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	from := addressOf(r.RemoteAddr)
	return ok && from.IsValid() && (from.IsLoopback() || from == addressOf(at.String())) &&
		r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == ""
}
