package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
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
	maxHeaderBytes   = 16 << 10
	maxBodyBytes     = 4 << 10         // a passcode's form needs no more
	shutdownPatience = 2 * time.Second // for answers under way, before connections are cut
)

// Options are what a Server is made with. The zero value of each has a meaning.
type Options struct {
	// Version is the program's, as /api/status tells it.
	Version string
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
	Certificate *reach.Certificate
	// Log takes who comes and goes; nil discards it. No secret is written to it.
	Log *slog.Logger
}

// Server shows streams to viewers over HTTP. Methods may be called from any goroutine.
type Server struct {
	version     string
	noNames     bool
	certificate *reach.Certificate
	log         *slog.Logger
	waits       waits
	access      *access
	mux         *http.ServeMux
	handler     http.Handler

	visited atomic.Bool // from another machine

	mu      sync.Mutex
	streams []*Stream
}

// waits are how long a Server waits for what the outside does.
type waits struct{ header, body, write, idle time.Duration }

// NewServer returns a Server without a stream. It listens nowhere yet.
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
		waits:       waits{headerPatience, bodyPatience, writePatience, keepAlive},
		access:      newAccess(o.Secret, o.OwnerKey, log),
		mux:         http.NewServeMux(),
	}
	s.access.set(o.Passcode)
	s.handler = s.checked(http.HandlerFunc(s.dispatch))
	return s
}

// Add shows a feed's pictures under a path, which begins and ends with a slash and
// is no other stream's. The page is at the path itself.
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

// SetPasscode changes what viewers must know; empty lets everybody in. Cookies and
// links of another passcode hold no longer, and who watches by them is let go.
func (s *Server) SetPasscode(passcode string) {
	if s.access.set(passcode) && s.access.now.Load() != nil {
		for _, stream := range s.all() {
			stream.viewers.letGo(func(*viewer) bool { return true })
		}
	}
}

// LinkKey returns the query that lets in whoever has it behind the page's address,
// until the passcode changes: "?key=...". It is empty where there is no passcode.
func (s *Server) LinkKey() string {
	now := s.access.now.Load()
	if now == nil {
		return ""
	}
	return "?key=" + now.link
}

// Visited reports whether somebody has come from another machine.
func (s *Server) Visited() bool { return s.visited.Load() }

// Serve answers requests on the listener, which it closes, until ctx ends. Then
// it lets the viewers go, waits for them, forgets whom it kept out, and returns nil.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	streams, letGo := context.WithCancel(context.Background())
	var answering sync.WaitGroup
	defer answering.Wait()
	defer letGo()
	defer s.admitAll()
	server := &http.Server{
		Handler:           counted(&answering, s.handler),
		BaseContext:       func(net.Listener) context.Context { return streams },
		ConnContext:       withConn,
		ReadHeaderTimeout: s.waits.header,
		IdleTimeout:       s.waits.idle,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	listener = s.secure(newGate(listener, s.waits.write, s.limits))
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
	return tls.NewListener(listener, s.certificate.Config())
}

// limits are the gate's: those of all streams together.
func (s *Server) limits() (connections, perAddress int) {
	for _, stream := range s.all() {
		most, mostOfOne := stream.viewers.limits()
		connections += most
		perAddress += mostOfOne
	}
	return connections, perAddress
}

func (s *Server) admitAll() {
	for _, stream := range s.all() {
		stream.viewers.admitAll()
	}
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
