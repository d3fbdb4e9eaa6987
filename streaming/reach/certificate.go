package reach

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// Certificate is a certificate with its key, for HTTPS. It is immutable.
type Certificate struct{ pair tls.Certificate }

// SHA256 returns the certificate's SHA-256 hash, 64 hexadecimal digits in lower case.
func (c *Certificate) SHA256() string {
	sum := sha256.Sum256(c.pair.Certificate[0])
	return hex.EncodeToString(sum[:])
}

// Fingerprint returns the SHA-256 hash as browsers show it, for people to compare.
func (c *Certificate) Fingerprint() string { return InPairs(c.SHA256()) }

// InPairs formats hexadecimal digits as browsers show fingerprints: AB:CD:….
func InPairs(digits string) string {
	var pairs []string
	for pair := range slices.Chunk([]byte(strings.ToUpper(digits)), 2) {
		pairs = append(pairs, string(pair))
	}
	return strings.Join(pairs, ":")
}

// Expires returns the time from which browsers refuse the certificate.
func (c *Certificate) Expires() time.Time { return c.pair.Leaf.NotAfter }

// Config returns a server's TLS configuration with the certificate. It leaves out HTTP/2,
// which would put all streams of a browser into one connection, where a picture waits
// behind those of the others.
func (c *Certificate) Config() *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{c.pair}, NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12}
}

// LoadCertificate reads a certificate, followed by the intermediate ones, and its key, both
// PEM. It returns an error, a sentence for the user, if they do not belong together or are
// not valid now.
func LoadCertificate(certFile, keyFile string) (*Certificate, error) {
	if certFile == "" || keyFile == "" {
		return nil, errors.New("a certificate and its key belong together; give both --tls-cert and --tls-key")
	}
	certPEM, err := readPart("certificate", certFile)
	if err != nil {
		return nil, err
	}
	keyPEM, err := readPart("certificate's key", keyFile)
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		return nil, fmt.Errorf("%s and %s are not a certificate and its key in PEM; check which file is which: %w", certFile, keyFile, err)
	}
	switch now := time.Now(); {
	case now.After(pair.Leaf.NotAfter):
		return nil, fmt.Errorf("the certificate %s expired on %s; renew it", certFile, pair.Leaf.NotAfter.Format(time.DateOnly))
	case now.Before(pair.Leaf.NotBefore):
		return nil, fmt.Errorf("the certificate %s is not valid before %s; check this machine's clock", certFile, pair.Leaf.NotBefore.Format(time.DateOnly))
	}
	return &Certificate{pair}, nil
}

func readPart(what, file string) ([]byte, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("the %s cannot be read; check the path and its permissions: %w", what, err)
	}
	return content, nil
}
