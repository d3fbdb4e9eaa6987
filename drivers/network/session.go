package network

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
)

// dialPatience bounds each step of a connection.
const dialPatience = 5 * time.Second

var (
	errPage             = errors.New("a page")
	errOtherCertificate = errors.New("another certificate than the one that was accepted")
	errDowngrade        = errors.New("it points from https to http")
	errElsewhere        = errors.New("it leads elsewhere")
)

// session is one opening of a network camera. Only one goroutine may use it.
type session struct {
	home   *url.URL
	dialer *dialer
	client *http.Client
	still  bytes.Buffer // a single picture, used again for the next one
}

func newSession(c source) *session {
	dialer := newDialer(c)
	transport := &http.Transport{
		Proxy:                  dialer.through,
		DialContext:            dialer.dial,
		DialTLSContext:         dialer.dialTLS,
		TLSClientConfig:        dialer.tls, // by way of a proxy
		TLSHandshakeTimeout:    dialPatience,
		MaxResponseHeaderBytes: maxHead,
		DisableCompression:     true,
	}
	jar := newCookies()
	return &session{home: c.address, dialer: dialer, client: &http.Client{
		Transport:     &authorizer{next: transport, home: c.address, user: c.user, jar: jar},
		CheckRedirect: c.checkRedirect,
		Jar:           jar,
	}}
}

// verify accepts the pinned certificate and no other, after a redirect too.
func (c source) verify(state tls.ConnectionState) error {
	if sum := sha256.Sum256(state.PeerCertificates[0].Raw); hex.EncodeToString(sum[:]) != c.pinned {
		return errOtherCertificate
	}
	return nil
}

func (s *session) close() { s.client.CloseIdleConnections() }

// checkRedirect keeps the address, which may hold a password in its query, from
// the server that another one points to. It never goes from https to http, and a found
// stream leads to no other host; see [dialer] too.
func (c source) checkRedirect(next *http.Request, passed []*http.Request) error {
	next.Header.Del("Referer")
	if next.URL.Scheme != "https" && passed[len(passed)-1].URL.Scheme == "https" {
		return errDowngrade
	}
	if c.found && !strings.EqualFold(next.URL.Hostname(), c.address.Hostname()) {
		return errElsewhere
	}
	if len(passed) > 5 {
		return errors.New("it points from one address to the next without an end")
	}
	return nil
}

// get asks for an address. An answer other than 200 is a [*statusError].
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

// statusError is an HTTP status other than 200, with the server's text.
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
