package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	longestPasscode = 128 // characters
	cookieLasts     = 365 * 24 * time.Hour
)

// CheckPasscode returns an error, a sentence for the user, if a text cannot be a
// passcode. The empty text is valid and means none.
func CheckPasscode(passcode string) error {
	switch {
	case !utf8.ValidString(passcode) || strings.ContainsFunc(passcode, unicode.IsControl):
		return errors.New("a passcode must be one line of text")
	case utf8.RuneCountInString(passcode) > longestPasscode:
		return errors.New("a passcode must have at most 128 characters")
	case passcode != "" && strings.TrimSpace(passcode) == "":
		return errors.New("a passcode must not be only spaces; leave it empty for none")
	}
	return nil
}

// access decides who may watch. A viewer that has sent the passcode gets a cookie, and a
// link can have a key. Both are derived from the passcode and a secret of this
// installation: nothing is stored for a viewer, both become invalid when the passcode
// changes, and neither reveals it. Methods may be called from any goroutine.
type access struct {
	secret []byte
	owner  digest // of the owner's key
	noKey  bool   // there is no owner's key

	now     atomic.Pointer[credentials] // nil while everybody may watch
	guesses *guesses
}

// credentials are what a passcode makes valid.
type credentials struct {
	plain                 string // the passcode itself
	passcode, cookie, key digest
	form                  digest // of the token in the passcode page's form
	link                  string // the key itself
	jar                   string // the cookie itself
	token                 string // the form's itself
}

// digest is the hash of a secret, for comparisons that take the same time whatever the
// guess.
type digest [sha256.Size]byte

func digestOf(secret string) digest { return sha256.Sum256([]byte(secret)) }

func (d digest) is(guess string) bool {
	other := digestOf(guess)
	return subtle.ConstantTimeCompare(d[:], other[:]) == 1
}

func newAccess(secret []byte, ownerKey string, log *slog.Logger) *access {
	if len(secret) == 0 {
		secret = []byte(rand.Text()) // cookies end with the program
	}
	return &access{secret: secret, owner: digestOf(ownerKey), noKey: ownerKey == "", guesses: newGuesses(log)}
}

// set changes the passcode, and reports whether it differs from the one before.
func (a *access) set(passcode string) (changed bool) {
	passcode = strings.TrimSpace(passcode)
	var next *credentials
	if passcode != "" {
		next = &credentials{plain: passcode, passcode: digestOf(passcode), jar: a.derive("cookie", passcode), link: a.derive("link", passcode)}
		next.token = a.derive("form", passcode)
		next.form = digestOf(next.token)
		next.cookie, next.key = digestOf(next.jar), digestOf(next.link)
	}
	before := a.now.Swap(next)
	if before == nil || next == nil {
		return before != next
	}
	return before.passcode != next.passcode
}

// formToken returns what the passcode page's form sends, to show that it is Fanlight's own.
func (a *access) formToken() string {
	if now := a.now.Load(); now != nil {
		return now.token
	}
	return ""
}

// derive returns the value that stands for the passcode in one use: 128 bits, 22
// characters.
func (a *access) derive(use, passcode string) string {
	mac := hmac.New(sha256.New, a.secret)
	mac.Write([]byte(use + "\x00" + passcode))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// ownerRight reports whether a request has the owner's key.
func (a *access) ownerRight(r *http.Request) bool {
	scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "Bearer") && !a.noKey && a.owner.is(strings.TrimSpace(key))
}

// mayWatch returns nil if the sender of a request may watch, now being the credentials. A
// refusal of status 401 means that the passcode is needed.
func (a *access) mayWatch(r *http.Request, now *credentials) *refusal {
	if now == nil || a.ownerRight(r) {
		return nil
	}
	for _, cookie := range r.Cookies() { // also of another port, where this stream was before
		if strings.HasPrefix(cookie.Name, cookiePrefix) && now.cookie.is(cookie.Value) {
			return nil
		}
	}
	if now.key.is(r.URL.Query().Get("key")) {
		return nil
	}
	if _, passcode, sent := r.BasicAuth(); sent {
		return a.guesses.try(r.Context(), now, passcode, clientOf(r))
	}
	return &refusal{http.StatusUnauthorized, needsPasscode, 0}
}

const needsPasscode = "A passcode is needed to watch: open / in a browser, or send the passcode as the password of HTTP Basic, with any name."

const cookiePrefix = "fanlight-"

// cookieName returns a name for each port, because browsers share cookies among all ports
// of a host, and two programs on one machine must not overwrite each other's.
func cookieName(r *http.Request) string {
	port := 0
	if at, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); ok {
		port = at.Port
	}
	return cookiePrefix + strconv.Itoa(port)
}

// giveCookie sets the cookie, which is valid for a year or until the passcode changes.
func (c *credentials) giveCookie(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieName(r), Value: c.jar, Path: "/", MaxAge: int(cookieLasts.Seconds()),
		HttpOnly: true, Secure: r.TLS != nil,
		SameSite: http.SameSiteLaxMode, // Strict would ask again behind a link in a message
	})
}
