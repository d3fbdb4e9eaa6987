package streaming

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// certificateOf writes a certificate of a key, valid from and until so long from now.
func certificateOf(t *testing.T, dir string, from, until time.Duration, names ...string) (certFile, keyFile string) {
	t.Helper()
	certFile, keyFile = filepath.Join(dir, ownCertificateFile), filepath.Join(dir, ownKeyFile)
	key, err := ownKey(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: names, NotBefore: time.Now().Add(from), NotAfter: time.Now().Add(until)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	if err := keepPEM(certFile, "CERTIFICATE", der); err != nil {
		t.Fatal(err)
	}
	return certFile, keyFile
}

func TestOwnCertificateIsKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "fanlight")
	first, err := OwnCertificate(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := OwnCertificate(dir)
	if err != nil || again.Fingerprint() != first.Fingerprint() {
		t.Errorf("%s, then %s, %v", first.Fingerprint(), again.Fingerprint(), err)
	}
	if parts := strings.Split(first.Fingerprint(), ":"); len(parts) != 32 || len(parts[0]) != 2 {
		t.Errorf("fingerprint %s", first.Fingerprint())
	}
	leaf := first.pair.Leaf
	for _, name := range append(certificateNames(), "127.0.0.1") {
		if err := leaf.VerifyHostname(name); err != nil {
			t.Error(err)
		}
	}
	if valid := leaf.NotAfter.Sub(leaf.NotBefore); valid > ownValidity || leaf.IsCA {
		t.Errorf("valid for %v, an authority: %v", valid, leaf.IsCA)
	}
	files, _ := os.ReadDir(dir)
	for _, file := range files {
		if info, err := file.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v", file.Name(), info.Mode(), err)
		}
	}
	if len(files) != 2 {
		t.Errorf("files left: %v", files)
	}
}

func TestOwnCertificateIsReplacedInTimeWithTheSameKey(t *testing.T) {
	for name, test := range map[string]struct {
		until time.Duration
		names []string
		kept  bool
	}{
		"long valid":   {renewBefore + time.Hour, certificateNames(), true},
		"near its end": {renewBefore - time.Hour, certificateNames(), false},
		"over":         {-time.Hour, certificateNames(), false},
		"renamed":      {ownValidity, []string{"localhost", "old-name"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			certificateOf(t, dir, -2*time.Hour, test.until, test.names...)
			before, err := os.ReadFile(filepath.Join(dir, ownCertificateFile))
			if err != nil {
				t.Fatal(err)
			}
			key, _ := ownKey(filepath.Join(dir, ownKeyFile))
			own, err := OwnCertificate(dir)
			if err != nil {
				t.Fatal(err)
			}
			after, _ := os.ReadFile(filepath.Join(dir, ownCertificateFile))
			if kept := string(before) == string(after); kept != test.kept {
				t.Errorf("kept: %v", kept)
			}
			if !key.PublicKey.Equal(own.pair.Leaf.PublicKey) {
				t.Error("the key is another one")
			}
			if time.Until(own.Expires()) < renewBefore {
				t.Errorf("ends on %v", own.Expires())
			}
		})
	}
}

func TestCertificatesOfNoUseAreRefusedInWords(t *testing.T) {
	good, over, early, other := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	cert, key := certificateOf(t, good, -time.Hour, time.Hour)
	overCert, overKey := certificateOf(t, over, -2*time.Hour, -time.Hour)
	earlyCert, earlyKey := certificateOf(t, early, time.Hour, 2*time.Hour)
	_, otherKey := certificateOf(t, other, -time.Hour, time.Hour)
	garbage := filepath.Join(t.TempDir(), "garbage.pem")
	if err := os.WriteFile(garbage, []byte("-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ cert, key, says string }{
		{"", key, "give both --tls-cert and --tls-key"},
		{cert, "", "give both --tls-cert and --tls-key"},
		{filepath.Join(good, "none"), key, "the certificate cannot be read; check the path"},
		{cert, filepath.Join(good, "none"), "the certificate's key cannot be read; check the path"},
		{cert, good, "the certificate's key cannot be read"}, // a directory
		{garbage, key, "are not a certificate and its key"},
		{key, cert, "check which file is which"},
		{cert, otherKey, "are not a certificate and its key"},
		{overCert, overKey, "renew it"},
		{earlyCert, earlyKey, "check this machine's clock"},
	} {
		if _, err := LoadCertificate(test.cert, test.key); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s, %s: %v, want it to say %q", test.cert, test.key, err, test.says)
		}
	}
	if _, err := LoadCertificate(cert, key); err != nil {
		t.Errorf("a good one: %v", err)
	}
}

func TestDamagedOwnKeyIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, ownKeyFile)
	for _, content := range []string{"", "garbage", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"} {
		os.WriteFile(file, []byte(content), 0o600)
		_, err := OwnCertificate(dir)
		if err == nil || !strings.Contains(err.Error(), "is damaged; remove it") {
			t.Errorf("%q: %v", content, err)
		}
		if left, _ := os.ReadFile(file); string(left) != content {
			t.Errorf("%q was replaced", content)
		}
	}
	if _, err := OwnCertificate(filepath.Join(file, "below-a-file")); err == nil {
		t.Error("a certificate is kept below a file")
	}
}

// secured is the house over HTTPS, and a client that knows its certificate only.
func secured(t *testing.T, o Options) (*house, *http.Client) {
	t.Helper()
	own, err := OwnCertificate(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	o.Certificate = own
	h := serveWith(t, o, nil)
	h.url = "https" + strings.TrimPrefix(h.url, "http")
	known := x509.NewCertPool()
	known.AddCert(own.pair.Leaf)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: known}, ForceAttemptHTTP2: true}
	t.Cleanup(transport.CloseIdleConnections)
	return h, &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func TestHTTPS(t *testing.T) {
	h, client := secured(t, Options{Passcode: "open sesame"})
	page, withKey := h.server.Link(tcpAddr(t, h.url))
	if page != h.url+"/" {
		t.Errorf("link %s", page)
	}
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
	h.server.LetGo(h.server.Watching()[0].ID)
	if _, err := io.Copy(io.Discard, stream.Body); err == nil && h.server.Viewers() > 0 {
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
	own, err := OwnCertificate(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h := serveWith(t, Options{Certificate: own}, func(s *Server, l net.Listener) net.Listener {
		s.waits.header = 200 * time.Millisecond
		return l
	})
	conn := h.dial(t)
	conn.Write([]byte("\x16\x03\x01\x02\x00"))
	if _, err := io.Copy(io.Discard, conn); err != nil {
		t.Errorf("the connection stays: %v", err)
	}
}

func TestForeignKeyOfAnotherKindIsTaken(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile := filepath.Join(dir, "c"), filepath.Join(dir, "k")
	if keepPEM(certFile, "CERTIFICATE", der) != nil || keepPEM(keyFile, "EC PRIVATE KEY", keyDER) != nil {
		t.Fatal("not written")
	}
	if _, err := LoadCertificate(certFile, keyFile); err != nil {
		t.Error(err)
	}
}
