package network

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
)

// cookies keeps the cookies of one session: some cameras know by them who has entered
// the password. A server that sends ever more is answered with the newest ones only.
type cookies struct {
	http.CookieJar
	size int // bytes set so far
}

// maxCookies bounds the cookies of a session, in bytes as they are set. One header
// holds no more.
const maxCookies = maxHead

func newCookies() *cookies {
	jar, _ := cookiejar.New(nil) // which never fails
	return &cookies{CookieJar: jar}
}

// SetCookies starts a new jar with what is set now where the old one has become full.
func (c *cookies) SetCookies(address *url.URL, set []*http.Cookie) {
	size := 0
	for _, cookie := range set {
		size += len(cookie.Raw)
	}
	if c.size+size > maxCookies {
		*c = *newCookies()
	}
	c.size += size
	c.CookieJar.SetCookies(address, set)
}
