package reach

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
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
		from, until time.Duration
		names       []string
		kept        bool
	}{
		"long valid":   {-2 * time.Hour, renewBefore + time.Hour, certificateNames(), true},
		"near its end": {-2 * time.Hour, renewBefore - time.Hour, certificateNames(), false},
		"over":         {-2 * time.Hour, -time.Hour, certificateNames(), false},
		"renamed":      {-2 * time.Hour, ownValidity, []string{"localhost", "old-name"}, false},
		// The clock has been set back, as on a Raspberry Pi that starts without a network.
		"not valid yet":     {time.Hour, ownValidity, certificateNames(), true},
		"for years not yet": {5 * year, 7 * year, certificateNames(), true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			certificateOf(t, dir, test.from, test.until, test.names...)
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

const year = 365 * 24 * time.Hour

// A clock that was never set is no reason to ask all who trust a certificate again.
func TestACertificateIsDueByAPlausibleClock(t *testing.T) {
	dir, names := t.TempDir(), certificateNames()
	certificateOf(t, dir, -time.Hour, ownValidity, names...)
	own, err := OwnCertificate(dir)
	if err != nil {
		t.Fatal(err)
	}
	for now, due := range map[time.Time]bool{
		{}:                          false,
		time.Unix(0, 0):             false,
		time.Now():                  false,
		own.Expires():               true,
		own.Expires().Add(9 * year): true,
		time.Date(2099, 12, 31, 0, 0, 0, 0, time.UTC): false,
	} {
		if got := own.isDue(now, names); got != due {
			t.Errorf("on %v a new one is due: %v", now, got)
		}
	}
}

// The clock of a test in a bubble says 2000.
func TestACertificateMadeBeforeTheClockIsSetIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		own, err := OwnCertificate(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		if set := firstRelease.AddDate(1, 0, 0); own.isDue(set, certificateNames()) || own.pair.Leaf.NotBefore.After(firstRelease) {
			t.Errorf("it is valid from %v until %v", own.pair.Leaf.NotBefore, own.Expires())
		}
	})
}

func TestDamagedOwnCertificateIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, ownCertificateFile)
	for _, content := range []string{"", "garbage", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"} {
		os.WriteFile(file, []byte(content), 0o600)
		_, err := OwnCertificate(dir)
		if err == nil || !strings.Contains(err.Error(), "is damaged; remove it") {
			t.Errorf("%q: %v", content, err)
		}
		if left, _ := os.ReadFile(file); string(left) != content {
			t.Errorf("%q was replaced", content)
		}
	}
	other := t.TempDir()
	certificateOf(t, other, -time.Hour, ownValidity, certificateNames()...)
	foreign, _ := os.ReadFile(filepath.Join(other, ownCertificateFile))
	os.WriteFile(file, foreign, 0o600)
	if own, err := OwnCertificate(dir); err != nil || own.isDue(time.Now(), certificateNames()) {
		t.Errorf("beside a new key: %v", err)
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
