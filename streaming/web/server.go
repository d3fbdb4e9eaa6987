package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/reach"
)

const (
	headerPatience   = 10 * time.Second // for a request's header to arrive
	keepAlive        = 60 * time.Second // for the next request on a connection
	bodyPatience     = 10 * time.Second // for a request's body
	answerPatience   = 60 * time.Second // for a body and the whole answer, except a stream
	maxHeaderBytes   = 16 << 10
	maxBodyBytes     = 4 << 10         // a passcode's form needs no more
	shutdownPatience = 2 * time.Second // for running answers, before connections are closed
)

// Options configure a Server. The zero Options are valid.
type Options struct {
	// Version is the program's version, for /api/status and /metrics.
	Version string
	// Passcode is the passcode that viewers need; empty means none. See [CheckPasscode].
	Passcode string
	// Secret signs cookies and links. It must be random, and the same in each run for
	// them to stay valid; if it is empty they end with the program.
	Secret []byte
	// OwnerKey authenticates the owner over HTTP, who may list and disconnect viewers.
	// It must be random, and kept where only the owner can read it. If it is empty,
	// nobody is the owner.
	OwnerKey string
	// NoNames turns off looking up the names of viewers' machines.
	NoNames bool
	// Proxies are the machines and networks whose X-Forwarded-For is believed: the
	// clients that it names have limits of their own. See [ParseProxy].
	Proxies []netip.Prefix
	// Hosts are names of this machine, in lower case, besides those that only a machine of
	// the local network can have; see [reach.Ours].
	Hosts []string
	// Certificate is for HTTPS; nil means HTTP.
	Certificate *reach.Certificate
	// Log is for viewers that connect and disconnect, and for warnings; nil discards
	// them. No secret is written to it.
	Log *slog.Logger
}

// Server serves streams over HTTP. Methods may be called from any goroutine.
type Server struct {
	version     string
	noNames     bool
	certificate *reach.Certificate
	log         *slog.Logger
	waits       waits
	proxies     proxies
	access      *access
	hosts       []string
	origins     origins
	mux         *http.ServeMux
	handler     http.Handler

	visited atomic.Bool  // from another machine
	serving atomic.Int32 // the calls of Serve: two for a moment when the port changes

	mu      sync.Mutex
	streams []*Stream
}

// waits are the time limits for clients.
type waits struct{ header, body, answer, write, idle time.Duration }

// NewServer returns a Server without a stream. It does not listen; see [Server.Serve].
func NewServer(o Options) *Server {
	log := o.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		version:     o.Version,
		noNames:     o.NoNames,
		certificate: o.Certificate,
		log:         log,
		waits:       waits{headerPatience, bodyPatience, answerPatience, writePatience, keepAlive},
		proxies:     o.Proxies,
		access:      newAccess(o.Secret, o.OwnerKey, log),
		hosts:       o.Hosts,
		mux:         http.NewServeMux(),
	}
	s.access.set(o.Passcode)
	s.handler = s.unproxied(s.checked(http.HandlerFunc(s.dispatch)))
	return s
}

// Add adds a stream of the feed's pictures under a path, which begins and ends with a
// slash; Add panics if another stream has it. The viewer page is at the path itself. The
// feed stays the caller's to close, after Serve has returned.
func (s *Server) Add(path string, feed *streaming.Feed, o StreamOptions) *Stream {
	stream := newStream(s, feed, o)
	s.mu.Lock()
	s.streams = append(s.streams, stream)
	s.mu.Unlock()
	s.mux.Handle(path, http.StripPrefix(strings.TrimSuffix(path, "/"), stream.routes()))
	return stream
}

func (s *Server) all() []*Stream {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.streams)
}

// SetPasscode changes the passcode; empty means none. Cookies and links made with the
// old one become invalid, and all viewers are disconnected if there is a new one.
func (s *Server) SetPasscode(passcode string) {
	if s.access.set(passcode) && s.access.now.Load() != nil {
		for _, stream := range s.all() {
			stream.viewers.letGo(func(*viewer) bool { return true })
		}
	}
}

// LinkKey returns the query that stands for the passcode in the page's address until the
// passcode changes: "?key=...". It is empty if there is no passcode.
func (s *Server) LinkKey() string {
	now := s.access.now.Load()
	if now == nil {
		return ""
	}
	return "?key=" + now.link
}

// AllowOrigins replaces the web sites that may embed the streams, besides the pages of
// local networks; see [ParseOrigin]. It logs what is no web site, and leaves it out. It
// does not disconnect viewers.
func (s *Server) AllowOrigins(sites []string) {
	var listed []string
	for _, site := range sites {
		origin, err := ParseOrigin(site)
		if err != nil {
			s.log.Warn("web site not allowed", "err", err)
			continue
		}
		listed = append(listed, origin)
	}
	s.origins.listed.Store(&listed)
}

// Visited reports whether there was a request from another machine.
func (s *Server) Visited() bool { return s.visited.Load() }

// Serve answers requests on the listener until ctx ends. Then it closes the listener,
// sends the viewers a last card, disconnects them, waits for all requests to end, unblocks
// all addresses if no other listener is served, and returns nil. It returns an error if the
// listener fails.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	streams, letGo := context.WithCancelCause(context.Background())
	var answering sync.WaitGroup
	defer answering.Wait()
	defer letGo(nil)
	s.serving.Add(1)
	defer func() {
		if s.serving.Add(-1) == 0 {
			s.admitAll()
		}
	}()
	server := &http.Server{
		Handler:           counted(&answering, s.handler),
		BaseContext:       func(net.Listener) context.Context { return streams },
		ConnContext:       withConn,
		ConnState:         noteState,
		ReadHeaderTimeout: s.waits.header,
		IdleTimeout:       s.waits.idle,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	listener = s.secure(newGate(listener, s.waits, s.limits, s.proxies))
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()

	select {
	case err := <-served:
		server.Close()
		return fmt.Errorf("serving on %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	if s.serving.Load() == 1 { // else another listener goes on with the stream
		letGo(newEnding())
	} else {
		letGo(nil)
	}
	finish, cancel := context.WithTimeout(context.Background(), shutdownPatience)
	defer cancel()
	if err := server.Shutdown(finish); err != nil {
		server.Close() // disconnects viewers that do not read
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving on %s: %w", listener.Addr(), err)
	}
	return nil
}

// secure returns a listener that speaks TLS if the Server has a certificate.
func (s *Server) secure(listener net.Listener) net.Listener {
	if s.certificate == nil {
		return listener
	}
	return tls.NewListener(listener, s.certificate.Config())
}

// limits returns the gate's limits: the sums over all streams.
func (s *Server) limits() (connections, perMachine int) {
	for _, stream := range s.all() {
		most, mostOfOne := stream.viewers.limits()
		connections += most
		perMachine += mostOfOne
	}
	return connections, perMachine
}

func (s *Server) admitAll() {
	for _, stream := range s.all() {
		stream.viewers.admitAll()
	}
}

// counted adds the handler's running calls to a WaitGroup.
func counted(running *sync.WaitGroup, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		running.Add(1)
		defer running.Done()
		next.ServeHTTP(w, r)
	})
}
