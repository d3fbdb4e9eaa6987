package network

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/icholy/digest"
)

// authorizer answers a server that asks for a user and a password, by Digest
// (RFC 7616) where it can, else by Basic (RFC 7617), and remembers how for the
// next request. It answers only the host that the user named, and not in the
// clear if the user said https. Requests come one after another.
type authorizer struct {
	next http.RoundTripper
	home *url.URL
	user *url.Userinfo

	challenge *digest.Challenge // nil for Basic
	basic     bool
	count     int
}

func (a *authorizer) RoundTrip(request *http.Request) (*http.Response, error) {
	if a.user == nil || !a.trusts(request.URL) {
		return a.next.RoundTrip(request)
	}
	signed, err := a.sign(request)
	if err != nil {
		return nil, err
	}
	answer, err := a.next.RoundTrip(signed)
	if err != nil || answer.StatusCode != http.StatusUnauthorized || !a.learn(answer.Header) {
		return answer, err
	}
	answer.Body.Close()
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

func (a *authorizer) trusts(address *url.URL) bool {
	return strings.EqualFold(address.Hostname(), a.home.Hostname()) &&
		(address.Scheme == "https" || a.home.Scheme == "http")
}

// learn takes the server's challenge over. It reports false where the answer
// would be the same as before: a nonce may be used up, a password is not.
func (a *authorizer) learn(header http.Header) bool {
	if challenge, err := digest.FindChallenge(header); err == nil {
		a.challenge, a.count, a.basic = challenge, 0, false
		return true
	}
	sent := a.basic
	a.challenge, a.basic = nil, true
	return !sent
}

// sign returns a copy of the request with the credentials that are known to be
// asked for.
func (a *authorizer) sign(request *http.Request) (*http.Request, error) {
	signed := request.Clone(request.Context())
	password, _ := a.user.Password()
	switch {
	case a.challenge != nil:
		a.count++
		credentials, err := digest.Digest(a.challenge, digest.Options{
			Method:   request.Method,
			URI:      request.URL.RequestURI(),
			Count:    a.count,
			Username: a.user.Username(),
			Password: password,
		})
		if err != nil {
			return nil, fmt.Errorf("answering the server's question for a password: %w", err)
		}
		signed.Header.Set("Authorization", credentials.String())
	case a.basic:
		signed.SetBasicAuth(a.user.Username(), password)
	}
	return signed, nil
}
