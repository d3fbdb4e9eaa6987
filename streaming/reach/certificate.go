package reach

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
)

const (
	// ownValidity is the longest that Apple's systems accept for a certificate that a
	// user trusts by hand (support.apple.com/103769).
	ownValidity = 825 * 24 * time.Hour
	// renewBefore is how long before its end Fanlight replaces its own certificate.
	renewBefore = 30 * 24 * time.Hour

	ownCertificateFile = "certificate.pem"
	ownKeyFile         = "key.pem"
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

// OwnCertificate returns Fanlight's own, self-signed certificate, which it keeps in a
// directory. It makes both if need be. The certificate stays the same for as long as
// possible, because people have compared its fingerprint: it is replaced only 30 days
// before it expires, and when the machine's name has changed. The key stays even then.
func OwnCertificate(dir string) (*Certificate, error) {
	certFile, keyFile := filepath.Join(dir, ownCertificateFile), filepath.Join(dir, ownKeyFile)
	key, err := ownKey(keyFile)
	if err != nil {
		return nil, err
	}
	names := certificateNames()
	if kept := keptCertificate(certFile, keyFile, names); kept != nil {
		return kept, nil
	}
	if err := makeCertificate(certFile, key, names); err != nil {
		return nil, fmt.Errorf("a certificate cannot be kept; check the disk and the permissions of %s: %w", dir, err)
	}
	return LoadCertificate(certFile, keyFile)
}

// keptCertificate returns the existing certificate; nil if a new one is due.
func keptCertificate(certFile, keyFile string, names []string) *Certificate {
	kept, err := LoadCertificate(certFile, keyFile)
	if err != nil || time.Until(kept.Expires()) < renewBefore {
		return nil
	}
	for _, name := range names {
		if !slices.Contains(kept.pair.Leaf.DNSNames, name) {
			return nil
		}
	}
	return kept
}

// ownKey reads the key, or makes one. It does not replace a damaged one, because to
// others a new key looks like another machine.
func ownKey(file string) (*ecdsa.PrivateKey, error) {
	content, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return makeKey(file)
	}
	if err != nil {
		return nil, fmt.Errorf("the key that Fanlight keeps cannot be read; check the permissions of %s: %w", file, err)
	}
	if block, _ := pem.Decode(content); block != nil {
		if parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
			if key, ok := parsed.(*ecdsa.PrivateKey); ok {
				return key, nil
			}
		}
	}
	return nil, fmt.Errorf("%s is damaged; remove it, and Fanlight makes a new key and certificate, with another fingerprint", file)
}

func makeKey(file string) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making a key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("making a key: %w", err)
	}
	if err := keepPEM(file, "PRIVATE KEY", der); err != nil {
		return nil, fmt.Errorf("a key cannot be kept; check the disk and the permissions of %s: %w", filepath.Dir(file), err)
	}
	return key, nil
}

// certificateNames returns the names that the certificate must have.
func certificateNames() []string {
	names := []string{"localhost"}
	host, err := os.Hostname()
	label, _, _ := strings.Cut(host, ".")
	if err != nil || label == "" || strings.ContainsFunc(label, notInNames) {
		return names
	}
	return append(names, label, label+".local")
}

// notInNames reports whether a character cannot be in a certificate's names.
func notInNames(r rune) bool {
	return r != '-' && r != '_' && (r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r))
}

// makeCertificate makes a certificate signed with its own key. It includes this machine's
// current addresses; when they change, the certificate is not replaced.
func makeCertificate(file string, key *ecdsa.PrivateKey, names []string) error {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return err
	}
	now := time.Now()
	certificate := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: "Fanlight on " + names[len(names)-1]},
		DNSNames:     names,
		IPAddresses:  ownIPs(),
		NotBefore:    now.Add(-time.Hour), // clocks differ
		NotAfter:     now.Add(ownValidity - 24*time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		// It is no authority: a user who trusts it trusts no other certificate.
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, certificate, certificate, key.Public(), key)
	if err != nil {
		return err
	}
	return keepPEM(file, "CERTIFICATE", der)
}

func ownIPs() (ips []net.IP) {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	for _, a := range addrs {
		if prefix, err := netip.ParsePrefix(a.String()); err == nil && !prefix.Addr().IsLinkLocalUnicast() {
			ips = append(ips, prefix.Addr().AsSlice())
		}
	}
	return ips
}

// keepPEM replaces a file atomically with one that only its owner may read.
func keepPEM(file, kind string, der []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	part, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+"-*") // mode 0600
	if err != nil {
		return err
	}
	err = pem.Encode(part, &pem.Block{Type: kind, Bytes: der})
	if err := errors.Join(err, part.Sync(), part.Close()); err != nil {
		os.Remove(part.Name())
		return err
	}
	return os.Rename(part.Name(), file)
}
