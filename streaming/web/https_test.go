package web

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"fanlight/streaming/reach"
)

// secured is a house over HTTPS, and a client that trusts only its certificate.
func secured(t *testing.T, o Options) (*house, *http.Client) {
	t.Helper()
	own, err := reach.OwnCertificate(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	o.Certificate = own
	h := serveWith(t, o, StreamOptions{}, nil)
	h.url = "https" + strings.TrimPrefix(h.url, "http")
	known := x509.NewCertPool()
	known.AddCert(own.Config().Certificates[0].Leaf)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: known}, ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	return h, &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func TestHTTPS(t *testing.T) {
	h, client := secured(t, Options{Passcode: "open sesame"})
	page, withKey := h.url+"/", h.withKey()
	redirect, err := client.Get(withKey)
	if err != nil {
		t.Fatal(err)
	}
	redirect.Body.Close()
	cookie := redirect.Cookies()[0]
	if !cookie.Secure || redirect.ProtoMajor != 1 {
		t.Errorf("cookie %v over %s", cookie, redirect.Proto)
	}
	request, _ := http.NewRequestWithContext(t.Context(), "GET", page+"stream.mjpg", nil)
	request.AddCookie(cookie)
	stream, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	if _, err := io.CopyN(io.Discard, stream.Body, 20<<10); err != nil {
		t.Error(err)
	}
	h.stream.LetGo(h.stream.Watching()[0].ID)
	if _, err := io.Copy(io.Discard, stream.Body); err == nil && h.stream.Viewers() > 0 {
		t.Error("the viewer stays though it was let go")
	}
	plain, err := http.Get("http" + strings.TrimPrefix(page, "https"))
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Body.Close()
	if body, _ := io.ReadAll(plain.Body); plain.StatusCode != 400 || !strings.Contains(string(body), "HTTPS") {
		t.Errorf("HTTP where HTTPS is spoken: %s %s", plain.Status, body)
	}
}

func TestSilentHandshakeIsCutOff(t *testing.T) {
	own, err := reach.OwnCertificate(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h := serveWith(t, Options{Certificate: own}, StreamOptions{}, func(h *house, l net.Listener) net.Listener {
		h.server.waits.header = 200 * time.Millisecond
		return l
	})
	conn := h.dial(t)
	conn.Write([]byte("\x16\x03\x01\x02\x00"))
	if _, err := io.Copy(io.Discard, conn); err != nil {
		t.Errorf("the connection stays: %v", err)
	}
}
