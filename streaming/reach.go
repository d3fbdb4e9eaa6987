package streaming

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"time"
)

// reachPatience is for this machine to answer itself.
const reachPatience = 3 * time.Second

// Reach asks this machine for its page at its address on the network, and looks for
// a firewall that keeps others from it. It returns what stands in their way and what
// to do, or nil if nothing is known to, and also once somebody has come from
// another machine. A connection from this machine passes no firewall's rules for the
// network's interface, because it takes the loopback interface: so it only shows that
// the server is there, and the rules are read, as far as this user may.
func (s *Server) Reach(ctx context.Context, listening net.Addr) error {
	page, address := s.LinkHere(listening), reachedAt(listening)
	if !address.IsValid() || address.Addr().IsLoopback() {
		return nil
	}
	if err := s.askHere(ctx, page); err != nil {
		return fmt.Errorf("others cannot watch: this computer does not reach its own page at %s. Switch sharing off and on again: %w", page, err)
	}
	if s.visited.Load() {
		return nil
	}
	return firewalled(ctx, address.Port())
}

func (s *Server) askHere(ctx context.Context, page string) error {
	ctx, cancel := context.WithTimeout(ctx, reachPatience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, page+"healthz", nil)
	if err != nil {
		return err
	}
	// The certificate need not say this address, and nothing is told that is secret.
	asker := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	defer asker.CloseIdleConnections()
	answer, err := (&http.Client{Transport: asker}).Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s", answer.Status)
	}
	return nil
}

// noting remembers that somebody came from another machine. This machine's own
// connections have the same address at both ends.
func (s *Server) noting(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.visited.Load() {
			from := addressOf(r.RemoteAddr)
			at, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
			if ok && from.IsValid() && !from.IsLoopback() && from != addressOf(at.String()) {
				s.visited.Store(true)
			}
		}
		next.ServeHTTP(w, r)
	})
}
