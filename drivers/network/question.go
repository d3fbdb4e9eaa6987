package network

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"

	"github.com/icholy/digest"
)

// question is a Digest challenge (RFC 7616) that can be answered.
type question struct {
	digest.Challenge
	// sess is the name of an algorithm that ends in -sess, as the server writes it; it
	// is empty for another one. Such an algorithm mixes the nonces with the hash of the
	// password (section 3.4.2). The challenge has the algorithm without the ending.
	sess   string
	cnonce string
	count  int // of the answers so far
}

// hashes are the algorithms (RFC 7616, section 6.1) by their names in capitals.
var hashes = map[string]func() hash.Hash{"MD5": md5.New, "SHA-256": sha256.New, "SHA-512-256": sha512.New512_256}

// questionOf reads a challenge, and reports false for one that cannot be answered.
func questionOf(c challenge) (*question, bool) {
	p := c.params
	q := &question{Challenge: digest.Challenge{
		Realm: p["realm"], Nonce: p["nonce"], Opaque: p["opaque"], Algorithm: p["algorithm"],
		Userhash: strings.EqualFold(p["userhash"], "true"),
	}, cnonce: rand.Text()[:16]}
	name, isSess := strings.CutSuffix(strings.ToUpper(q.Algorithm), "-SESS")
	if isSess {
		q.sess, q.Algorithm = q.Algorithm, name
	}
	for qop := range strings.SplitSeq(p["qop"], ",") {
		if qop = strings.TrimSpace(qop); qop != "" {
			q.QOP = append(q.QOP, strings.ToLower(qop))
		}
	}
	known := hashes[name] != nil && (!isSess || len(q.QOP) > 0) || q.Algorithm == "" && !isSess
	return q, c.scheme == "digest" && q.Nonce != "" && known && digest.CanDigest(&q.Challenge)
}

// answer returns the value of Authorization for a GET.
func (q *question) answer(uri, user, password string) (string, error) {
	q.count++
	options := digest.Options{Method: "GET", URI: uri, Count: q.count, Username: user, Password: password, Cnonce: q.cnonce}
	if q.sess != "" {
		hash := func(words ...string) string {
			h := hashes[q.Algorithm]()
			h.Write([]byte(strings.Join(words, ":")))
			return hex.EncodeToString(h.Sum(nil))
		}
		options.A1 = hash(hash(user, q.Realm, password), q.Nonce, q.cnonce)
	}
	credentials, err := digest.Digest(&q.Challenge, options)
	if err != nil {
		return "", err
	}
	if q.sess != "" {
		credentials.Algorithm = q.sess
	}
	return header(credentials), nil
}

// header writes credentials with what the server sent byte for byte: a realm may be in
// any encoding, and the package's own String escapes what is no UTF-8.
func header(c *digest.Credentials) string {
	var b strings.Builder
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	quoted := func(name, value string) { b.WriteString(name + `="` + escape.Replace(value) + `", `) }
	b.WriteString(digest.Prefix)
	quoted("username", c.Username)
	quoted("realm", c.Realm)
	quoted("nonce", c.Nonce)
	quoted("uri", c.URI)
	if c.Algorithm != "" {
		b.WriteString("algorithm=" + c.Algorithm + ", ")
	}
	if c.Opaque != "" {
		quoted("opaque", c.Opaque)
	}
	if c.QOP != "" {
		quoted("cnonce", c.Cnonce)
		fmt.Fprintf(&b, "qop=%s, nc=%08x, ", c.QOP, c.Nc)
	}
	if c.Userhash {
		b.WriteString("userhash=true, ")
	}
	b.WriteString(`response="` + c.Response + `"`) // last, which some servers expect
	return b.String()
}
