package network

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/icholy/digest"
	"golang.org/x/net/http/httpproxy"
)

const (
	// dialPatience bounds each step of a connection.
	dialPatience = 5 * time.Second
	// openPatience is how long a source may take to its first bytes, and livePatience
	// how long it may send none afterwards. Both are a little less than what the
	// program gives any camera to its first and to its next picture, so that the
	// user reads what is wrong with this one.
	openPatience = 9 * time.Second
	livePatience = 4 * time.Second
)

var (
	errNoAnswer = errors.New("no answer")
	errSilent   = errors.New("nothing comes any more")
	errPage     = errors.New("a page")

	errOtherCertificate = errors.New("another certificate than the one that was accepted")
)

// watch cancels a session in which nothing comes.
type watch struct {
	timer  *time.Timer
	cancel context.CancelCauseFunc
}

func startWatch(cancel context.CancelCauseFunc) *watch {
	return &watch{time.AfterFunc(openPatience, func() { cancel(errNoAnswer) }), cancel}
}

func (w *watch) stop() { w.timer.Stop() }

// restart watches over a further answer.
func (w *watch) restart() { w.silentAfter(openPatience, errNoAnswer) }

func (w *watch) silentAfter(patience time.Duration, cause error) {
	w.timer.Stop()
	w.timer = time.AfterFunc(patience, func() { w.cancel(cause) })
}

// reader returns a reader of a body whose bytes keep the session alive. One
// goroutine reads at a time.
func (w *watch) reader(body io.Reader) io.Reader { return &watchedReader{w, body, false} }

type watchedReader struct {
	watch *watch
	body  io.Reader
	came  bool
}

func (r *watchedReader) Read(p []byte) (int, error) {
	n, err := r.body.Read(p)
	switch {
	case n == 0:
	case r.came:
		r.watch.timer.Reset(livePatience)
	default:
		r.came = true
		r.watch.silentAfter(livePatience, errSilent)
	}
	return n, err
}

// session is one opening of a network camera. One goroutine uses it.
type session struct {
	home   *url.URL
	client *http.Client
}

func newSession(c source) *session {
	dialer := &net.Dialer{Timeout: dialPatience}
	transport := &http.Transport{
		Proxy:                  proxy,
		DialContext:            dialer.DialContext,
		TLSHandshakeTimeout:    dialPatience,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true,
	}
	if c.pinned != "" {
		transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: true, VerifyConnection: c.verify}
	}
	return &session{home: c.address, client: &http.Client{
		Transport:     &authorizer{next: transport, home: c.address, user: c.user},
		CheckRedirect: checkRedirect,
	}}
}

// verify accepts the pinned certificate and no other, also where the server sends
// the client on.
func (c source) verify(state tls.ConnectionState) error {
	if sum := sha256.Sum256(state.PeerCertificates[0].Raw); hex.EncodeToString(sum[:]) != c.pinned {
		return errOtherCertificate
	}
	return nil
}

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
		return address.IsPrivate() || address.IsLoopback() || address.IsLinkLocalUnicast()
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	return !strings.Contains(host, ".") || strings.HasSuffix(host, ".local")
}

func (s *session) close() { s.client.CloseIdleConnections() }

// checkRedirect keeps the address, which may hold a password in its query, from
// the server that another one points to.
func checkRedirect(next *http.Request, passed []*http.Request) error {
	next.Header.Del("Referer")
	if len(passed) > 5 {
		return errors.New("it points from one address to the next without an end")
	}
	return nil
}

// get asks for an address. An answer without what was asked for is a statusError.
func (s *session) get(ctx context.Context, address *url.URL) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return nil, errors.New("the address is malformed") // the error would show it whole
	}
	request.Header.Set("User-Agent", "Fanlight")
	request.Header.Set("Accept", "multipart/x-mixed-replace, image/jpeg, */*;q=0.5")
	answer, err := s.client.Do(request)
	if err != nil {
		var withAddress *url.Error
		if errors.As(err, &withAddress) {
			err = withAddress.Err // without the address, which may hold a password
		}
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		defer answer.Body.Close()
		return nil, &statusError{answer.StatusCode, firstLine(answer)}
	}
	return answer, nil
}

// isFanlight tells whether an address answers as a Fanlight's status does.
func (s *session) isFanlight(ctx context.Context, address *url.URL) bool {
	answer, err := s.get(ctx, address)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	var status struct {
		Name   *string
		Camera *struct{ Name *string }
	}
	err = json.NewDecoder(io.LimitReader(answer.Body, 64<<10)).Decode(&status)
	return err == nil && status.Name != nil && status.Camera != nil && status.Camera.Name != nil
}

// statusError is an HTTP status other than 200, and what the server says to it.
type statusError struct {
	code int
	says string
}

func (e *statusError) Error() string {
	return fmt.Sprintf("%d %s", e.code, cmp.Or(http.StatusText(e.code), "unknown"))
}

// firstLine is the beginning of a plain text answer, for the user to read.
func firstLine(answer *http.Response) string {
	const longest = 200
	if mediaType(answer) != "text/plain" {
		return ""
	}
	line, _ := bufio.NewReader(io.LimitReader(answer.Body, longest)).ReadString('\n')
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, line))
}

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
