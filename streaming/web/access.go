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
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"
	"unicode/utf8"

	lru "github.com/hashicorp/golang-lru/v2"
	limit "golang.org/x/time/rate"
)

const (
	longestPasscode = 128 // characters

	// An address may be wrong about the passcode this often at once, and then once
	// in this long: six digits hold for months.
	wrongAtOnce = 10
	wrongAgain  = 10 * time.Second
	// wrongKnown is how many addresses are remembered for having been wrong lately.
	wrongKnown = 4096

	cookieLasts = 365 * 24 * time.Hour
)

// CheckPasscode tells whether a text can be a passcode. The empty one can: it
// stands for none.
func CheckPasscode(passcode string) error {
	switch {
	case !utf8.ValidString(passcode) || strings.ContainsFunc(passcode, unicode.IsControl):
		return errors.New("a passcode is one line of text")
	case utf8.RuneCountInString(passcode) > longestPasscode:
		return errors.New("a passcode has at most 128 characters")
	case passcode != "" && strings.TrimSpace(passcode) == "":
		return errors.New("a passcode is more than spaces; leave it empty for none")
	}
	return nil
}

// access knows who may watch. What a viewer holds once it has said the passcode,
// its cookie or a link's key, is made from the passcode and a secret of this
// installation's: nothing is stored, all of it ends when the passcode changes,
// and none of it tells the passcode. Methods may be called from any goroutine.
type access struct {
	secret []byte
	owner  digest // of the owner's key
	noKey  bool   // nobody is the owner over HTTP
	log    *slog.Logger

	now atomic.Pointer[credentials] // nil while everybody may watch

	mu    sync.Mutex
	wrong *lru.Cache[netip.Prefix, *limit.Limiter]
}

// credentials are what a passcode makes right.
type credentials struct {
	passcode, cookie, key digest
	link                  string // the key itself
	jar                   string // the cookie itself
}

// digest stands for a secret in comparisons, which take the same time however
// much of a guess is right, and however long it is.
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
	wrong, err := lru.New[netip.Prefix, *limit.Limiter](wrongKnown)
	if err != nil {
		panic(err) // the size is a constant above zero
	}
	return &access{secret: secret, owner: digestOf(ownerKey), noKey: ownerKey == "", log: log, wrong: wrong}
}

// set changes the passcode, and tells whether it is another one than before.
func (a *access) set(passcode string) (changed bool) {
	passcode = strings.TrimSpace(passcode)
	var next *credentials
	if passcode != "" {
		next = &credentials{passcode: digestOf(passcode), jar: a.derive("cookie", passcode), link: a.derive("link", passcode)}
		next.cookie, next.key = digestOf(next.jar), digestOf(next.link)
	}
	before := a.now.Swap(next)
	if before == nil || next == nil {
		return before != next
	}
	return before.passcode != next.passcode
}

// derive makes what stands for the passcode in one use of it: 128 bits, 22 characters.
func (a *access) derive(use, passcode string) string {
	mac := hmac.New(sha256.New, a.secret)
	mac.Write([]byte(use + "\x00" + passcode))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// ownerRight tells whether a request comes with the owner's key.
func (a *access) ownerRight(r *http.Request) bool {
	scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.EqualFold(scheme, "Bearer") && !a.noKey && a.owner.is(strings.TrimSpace(key))
}

// mayWatch returns nil for a request that has the right to watch. A refusal of
// status 401 says that the passcode is needed.
func (a *access) mayWatch(r *http.Request) *refusal {
	now := a.now.Load()
	if now == nil || a.ownerRight(r) {
		return nil
	}
	for _, cookie := range r.CookiesNamed(cookieName(r)) {
		if now.cookie.is(cookie.Value) {
			return nil
		}
	}
	if now.key.is(r.URL.Query().Get("key")) {
		return nil
	}
	if _, passcode, sent := r.BasicAuth(); sent {
		return a.try(now, passcode, addressOf(r.RemoteAddr))
	}
	return &refusal{http.StatusUnauthorized, needsPasscode, 0}
}

const (
	needsPasscode = "A passcode is needed to watch: open / in a browser, or send the passcode as the password of HTTP Basic, with any name."
	wrongPasscode = "That is not the passcode. Ask the owner for it, and look out for capital letters."
	wrongTooOften = "There have been too many wrong passcodes from your address. Wait a little, then try again."
)

// try compares a guess at the passcode. Guesses from one address are slowed:
// whoever has been wrong too often is not heard at all for a while.
func (a *access) try(now *credentials, passcode string, address netip.Addr) *refusal {
	limiter, at := a.limiter(address), time.Now()
	turn := limiter.ReserveN(at, 1)
	if wait := turn.DelayFrom(at); wait > 0 {
		turn.CancelAt(at)
		return &refusal{http.StatusTooManyRequests, wrongTooOften, wait}
	}
	if now.passcode.is(strings.TrimSpace(passcode)) {
		turn.CancelAt(at) // only wrong guesses count
		return nil
	}
	a.log.Info("wrong passcode", "address", address)
	return &refusal{http.StatusUnauthorized, wrongPasscode, 0}
}

// limiter returns the one of an address. In IPv6 a machine has a whole network
// of 2^64 addresses to guess from, so the network counts as one.
func (a *access) limiter(address netip.Addr) *limit.Limiter {
	bits := address.BitLen()
	if bits == 128 {
		bits = 64
	}
	network, _ := address.Prefix(bits) // the zero Prefix for the zero Addr
	a.mu.Lock()
	defer a.mu.Unlock()
	limiter, known := a.wrong.Get(network)
	if !known {
		limiter = limit.NewLimiter(limit.Every(wrongAgain), wrongAtOnce)
		a.wrong.Add(network, limiter)
	}
	return limiter
}

// cookieName is one name a port: browsers share cookies among all ports of a
// host, and two programs on one machine must not overwrite each other's.
func cookieName(r *http.Request) string {
	name := "fanlight"
	if at, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); ok {
		name += "-" + strconv.Itoa(at.Port)
	}
	return name
}

// giveCookie lets a browser in for a year, or until the passcode changes.
func (c *credentials) giveCookie(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieName(r), Value: c.jar, Path: "/", MaxAge: int(cookieLasts.Seconds()),
		HttpOnly: true, Secure: r.TLS != nil,
		SameSite: http.SameSiteLaxMode, // Strict would ask again behind a link in a message
	})
}
