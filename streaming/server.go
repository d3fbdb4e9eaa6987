package streaming

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// DefaultMaxViewers is how many viewers are let in where nobody said otherwise.
const DefaultMaxViewers = 100

const (
	headerPatience   = 10 * time.Second // for a request's header to arrive
	keepAlive        = 60 * time.Second // for the next request on a connection
	maxHeaderBytes   = 16 << 10
	shutdownPatience = 2 * time.Second // for answers under way, before connections are cut
)

// Server hands a Feed's pictures to viewers over HTTP. Methods may be called
// from any goroutine.
type Server struct {
	feed       *Feed
	version    string
	maxViewers int
	log        *slog.Logger
	started    time.Time
	handler    http.Handler

	mu      sync.Mutex
	name    string
	viewers int
}

// NewServer returns a Server of the feed's pictures, for at most maxViewers at a
// time ([DefaultMaxViewers] if that is zero). It listens nowhere yet.
func NewServer(feed *Feed, name, version string, maxViewers int, log *slog.Logger) *Server {
	if maxViewers <= 0 {
		maxViewers = DefaultMaxViewers
	}
	s := &Server{feed: feed, name: name, version: version, maxViewers: maxViewers, log: log, started: time.Now()}
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

// Viewers returns how many watch the stream over HTTP now.
func (s *Server) Viewers() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.viewers
}

// Serve answers requests on the listener, which it closes, until ctx ends. Then
// it lets the viewers go, waits for them, and returns nil.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	streams, letGo := context.WithCancel(context.Background())
	defer letGo()
	var answering sync.WaitGroup
	server := &http.Server{
		Handler:           counted(&answering, s.handler),
		BaseContext:       func(net.Listener) context.Context { return streams },
		ReadHeaderTimeout: headerPatience,
		IdleTimeout:       keepAlive,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(steadyListener{listener}) }()

	select {
	case err := <-served:
		letGo()
		server.Close()
		answering.Wait()
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
	answering.Wait()
	return nil
}

// counted makes the handler's running calls something to wait for.
func counted(running *sync.WaitGroup, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		running.Add(1)
		defer running.Done()
		next.ServeHTTP(w, r)
	})
}

// enter counts a viewer in, unless the house is full.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.viewers >= s.maxViewers {
		return false
	}
	s.viewers++
	return true
}

func (s *Server) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.viewers--
}
