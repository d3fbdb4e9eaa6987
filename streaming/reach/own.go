package reach

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
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

// OwnCertificate returns Fanlight's own, self-signed certificate, which it keeps in a
// directory. It makes both if need be. The certificate stays the same for as long as
// possible, because people have compared its fingerprint: see isDue. The key stays even
// then, and neither is replaced because it is damaged.
func OwnCertificate(dir string) (*Certificate, error) {
	certFile, keyFile := filepath.Join(dir, ownCertificateFile), filepath.Join(dir, ownKeyFile)
	key, err := ownKey(keyFile)
	if err != nil {
		return nil, err
	}
	names := certificateNames()
	kept, err := keptCertificate(certFile, key)
	if err != nil || kept != nil && !kept.isDue(time.Now(), names) {
		return kept, err
	}
	if err := makeCertificate(certFile, key, names); err != nil {
		return nil, fmt.Errorf("a certificate cannot be kept; check the disk and the permissions of %s: %w", dir, err)
	}
	return keptCertificate(certFile, key)
}

// keptCertificate reads the certificate of the key; nil if there is none.
func keptCertificate(file string, key *ecdsa.PrivateKey) (*Certificate, error) {
	content, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the certificate that Fanlight keeps cannot be read; check the permissions of %s: %w", file, err)
	}
	damaged := fmt.Errorf("%s is damaged; remove it, and Fanlight makes a new certificate, with another fingerprint", file)
	block, _ := pem.Decode(content)
	if block == nil {
		return nil, damaged
	}
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, damaged
	}
	if !key.PublicKey.Equal(leaf.PublicKey) { // the user has removed the key
		return nil, nil
	}
	return &Certificate{tls.Certificate{Certificate: [][]byte{block.Bytes}, PrivateKey: key, Leaf: leaf}}, nil
}

// isDue reports whether a new certificate must take this one's place: because this machine
// has another name, or 30 days before this one expires. A clock before the certificate's
// time has been set back, and one more than ten years behind it was never set right: what
// they say is no reason.
func (c *Certificate) isDue(now time.Time, names []string) bool {
	for _, name := range names {
		if !slices.Contains(c.pair.Leaf.DNSNames, name) {
			return true
		}
	}
	return now.After(c.Expires().Add(-renewBefore)) && now.Before(c.Expires().AddDate(10, 0, 0))
}

// firstRelease is before any Fanlight was built. A machine whose clock says an earlier
// time has none that runs without power; it starts in 1970 and is right soon.
var firstRelease = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

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
	if now.Before(firstRelease) {
		now = firstRelease
	}
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
