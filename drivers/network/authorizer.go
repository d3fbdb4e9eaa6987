package network

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// authorizer answers a server that asks for a user and a password, by Digest
// (RFC 7616) where it can, else by Basic (RFC 7617), and remembers how for the
// next request. It answers only the origin that the user named; see trusts. Requests come one after another.
type authorizer struct {
	next http.RoundTripper
	home *url.URL
	user *url.Userinfo
	jar  http.CookieJar // takes the cookies of an answer that is not handed on

	question *question // nil where Digest is not asked for
	basic    bool
}

// errUnknownScheme is met where a server asks for the password in ways that Fanlight
// does not know.
var errUnknownScheme = errors.New("the server asks for a password in a way that is not known")

func (a *authorizer) RoundTrip(request *http.Request) (*http.Response, error) {
	if a.user == nil || !a.trusts(request.URL) {
		return a.next.RoundTrip(request)
	}
	signed, err := a.sign(request)
	if err != nil {
		return nil, err
	}
	answer, err := a.next.RoundTrip(signed)
	if err != nil || answer.StatusCode != http.StatusUnauthorized {
		return answer, err
	}
	again, err := a.learn(answer.Header)
	if err == nil && !again {
		return answer, nil
	}
	answer.Body.Close()
	if err != nil {
		return nil, err
	}
	if set := answer.Cookies(); len(set) > 0 {
		a.jar.SetCookies(request.URL, set)
		request = request.Clone(request.Context())
		request.Header.Del("Cookie")
		for _, cookie := range a.jar.Cookies(request.URL) {
			request.AddCookie(cookie)
		}
	}
	if signed, err = a.sign(request); err != nil {
		return nil, err
	}
	return a.next.RoundTrip(signed)
}

// CloseIdleConnections is what the client calls on its transport.
func (a *authorizer) CloseIdleConnections() {
	if closer, ok := a.next.(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	}
}

// trusts reports whether an address is of the camera's origin: its scheme, host and port.
// A camera at the usual port of http may also point to https at its usual port.
func (a *authorizer) trusts(address *url.URL) bool {
	is, home := hostPort(address), hostPort(a.home)
	if address.Scheme == "https" && a.home.Scheme == "http" && address.Port() == "" && a.home.Port() == "" {
		is, home = address.Hostname(), a.home.Hostname()
	} else if address.Scheme != a.home.Scheme {
		return false
	}
	return strings.EqualFold(is, home)
}

// learn takes over how the server asks, and reports false where the answer would be
// the same as before: a nonce may be used up, a password is not. Only a server that
// asks for Basic, or says nothing, is sent the password itself.
func (a *authorizer) learn(header http.Header) (again bool, err error) {
	asked := challengesOf(header)
	for _, c := range asked {
		if q, ok := questionOf(c); ok {
			a.question, a.basic = q, false
			return true, nil
		}
	}
	if len(asked) > 0 && !hasScheme(asked, "basic") {
		a.question, a.basic = nil, false
		return false, errUnknownScheme
	}
	again = !a.basic
	a.question, a.basic = nil, true
	return again, nil
}

// sign returns a copy of the request with the credentials that are known to be
// asked for.
func (a *authorizer) sign(request *http.Request) (*http.Request, error) {
	signed := request.Clone(request.Context())
	password, _ := a.user.Password()
	switch {
	case a.question != nil:
		credentials, err := a.question.answer(request.URL.RequestURI(), a.user.Username(), password)
		if err != nil {
			return nil, fmt.Errorf("answering the server's question for a password: %w", err)
		}
		signed.Header.Set("Authorization", credentials)
	case a.basic:
		signed.SetBasicAuth(a.user.Username(), password)
	}
	return signed, nil
}
