package streaming

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// DefaultMaxViewers is how many viewers are let in where nobody said otherwise,
// DefaultMaxPerAddress how many of them from one address.
const (
	DefaultMaxViewers    = 100
	DefaultMaxPerAddress = 20
)

const (
	headerPatience   = 10 * time.Second // for a request's header to arrive
	keepAlive        = 60 * time.Second // for the next request on a connection
	bodyPatience     = 10 * time.Second // for a request's body
	maxHeaderBytes   = 16 << 10
	maxBodyBytes     = 4 << 10         // a passcode's form needs no more
	shutdownPatience = 2 * time.Second // for answers under way, before connections are cut
)

// Options are what a Server is made with. The zero value of each has a meaning.
type Options struct {
	// Name is the stream's, Version the program's, as /api/status tells them.
	Name, Version string
	// MaxViewers is how many may watch at a time, MaxPerAddress how many of these
	// from one address; this machine's own addresses are not counted, because a
	// proxy on it speaks for many. Zero stands for the defaults.
	MaxViewers, MaxPerAddress int
	// Passcode is what viewers must know, empty for none. See [CheckPasscode].
	Passcode string
	// Secret makes cookies and links. It is to be random, and the same from one run
	// to the next if they are to hold; if it is empty they end with the program.
	Secret []byte
	// OwnerKey gives the owner's right over HTTP, to the list of viewers for one.
	// It is to be random and kept where only the owner can read it. If it is empty,
	// nobody has that right.
	OwnerKey string
	// NoNames: viewers' machines are not asked for their names, nor is anybody else.
	NoNames bool
	// Certificate is what HTTPS is spoken with; nil stands for HTTP.
	Certificate *Certificate
	// Shrink makes the smaller pictures that viewers may ask for with ?width=N and
	// ?quality=N; nil for none.
	Shrink Shrink
	// Log is where is told who comes and goes; nil for nowhere. No secret is written to it.
	Log *slog.Logger
}

// Server hands a Feed's pictures to viewers over HTTP. Methods may be called
// from any goroutine.
type Server struct {
	feed        *Feed
	version     string
	certificate *Certificate
	log         *slog.Logger
	started     time.Time
	waits       waits
	viewers     *viewers
	access      *access
	encoding    prometheus.Histogram
	variants    *variants
	batches     batches
	handler     http.Handler

	visited atomic.Bool // from another machine

	mu   sync.Mutex
	name string
	host string // by which others find this machine; empty for its address
}

// waits are how long a Server waits for what the outside does.
type waits struct{ header, body, write, idle time.Duration }

// NewServer returns a Server of the feed's pictures. It listens nowhere yet.
func NewServer(feed *Feed, o Options) *Server {
	log := o.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		feed:        feed,
		name:        o.Name,
		version:     o.Version,
		certificate: o.Certificate,
		log:         log,
		started:     time.Now(),
		waits:       waits{headerPatience, bodyPatience, writePatience, keepAlive},
		viewers:     newViewers(cmp.Or(max(o.MaxViewers, 0), DefaultMaxViewers), cmp.Or(max(o.MaxPerAddress, 0), DefaultMaxPerAddress)),
		access:      newAccess(o.Secret, o.OwnerKey, log),
		encoding:    newEncoding(),
	}
	s.viewers.noNames = o.NoNames
	s.batches.feed, s.batches.most = feed, batchSize
	s.variants = newVariants(feed, o.Shrink, s.Encoded, log)
	s.access.set(o.Passcode)
	s.handler = s.routes()
	return s
}

// Rename changes the stream's name as /api/status and the page show it.
func (s *Server) Rename(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.name = name
}

// Name returns the stream's name.
func (s *Server) Name() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.name
}

// SetPasscode changes what viewers must know; empty lets everybody in. Cookies and
// links of another passcode hold no longer, and who watches by them is let go.
func (s *Server) SetPasscode(passcode string) {
	if s.access.set(passcode) && s.access.now.Load() != nil {
		s.viewers.letGo(func(*viewer) bool { return true })
	}
}

// Link returns the address of the page for people on the network, and one for a QR
// code, which lets in whoever has it, until the passcode changes. That one is by
// number, because not every phone finds names (Android before 12).
func (s *Server) Link(listening net.Addr) (page, withKey string) {
	here := s.LinkHere(listening)
	page, withKey = here, here
	if name := s.named(listening); name != "" {
		page = s.withScheme(pageAt(name))
	}
	if now := s.access.now.Load(); now != nil {
		withKey += "?key=" + now.link
	}
	return page, withKey
}

// LinkHere returns the address of the page for this machine itself, which need not
// know the name that others know it by.
func (s *Server) LinkHere(listening net.Addr) string {
	return s.withScheme(link(listening))
}

// SetHost has links name this machine so, "lamp.local", instead of by its address.
// Others must be able to find it by the name. Empty: they cannot.
func (s *Server) SetHost(host string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.host = host
}

// named returns the host and port to link to by name, empty to link by number.
func (s *Server) named(listening net.Addr) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	bound, err := netip.ParseAddrPort(listening.String())
	if err != nil || !bound.Addr().IsUnspecified() || s.host == "" {
		return ""
	}
	return net.JoinHostPort(s.host, strconv.Itoa(int(bound.Port())))
}

func (s *Server) withScheme(page string) string {
	if s.certificate == nil {
		return page
	}
	return "https" + strings.TrimPrefix(page, "http")
}

// Serve answers requests on the listener, which it closes, until ctx ends. Then
// it lets the viewers go, waits for them, forgets whom it kept out, and returns nil.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	streams, letGo := context.WithCancel(context.Background())
	var answering sync.WaitGroup
	answering.Go(func() { s.viewers.sample(streams) })
	defer answering.Wait()
	defer letGo()
	defer s.viewers.admitAll()
	server := &http.Server{
		Handler:           counted(&answering, s.handler),
		BaseContext:       func(net.Listener) context.Context { return streams },
		ConnContext:       withConn,
		ReadHeaderTimeout: s.waits.header,
		IdleTimeout:       s.waits.idle,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	listener = s.secure(newGate(listener, s.waits.write, s.viewers.limits))
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()

	select {
	case err := <-served:
		server.Close()
		return fmt.Errorf("serving on %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	letGo()
	finish, cancel := context.WithTimeout(context.Background(), shutdownPatience)
	defer cancel()
	if err := server.Shutdown(finish); err != nil {
		server.Close() // cuts off viewers that do not read
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving on %s: %w", listener.Addr(), err)
	}
	return nil
}

// secure speaks TLS on a listener's connections if the Server has a certificate.
func (s *Server) secure(listener net.Listener) net.Listener {
	if s.certificate == nil {
		return listener
	}
	return tls.NewListener(listener, s.certificate.config())
}

// counted makes the handler's running calls something to wait for, and shields
// their connections from giving way to others.
func counted(running *sync.WaitGroup, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		running.Add(1)
		defer running.Done()
		if conn := connOf(r.Context()); conn != nil {
			defer conn.answer()()
		}
		next.ServeHTTP(w, r)
	})
}
