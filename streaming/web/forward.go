package web

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"fanlight/streaming/reach"
)

// Forward sends whoever asks on the listener to the same address at another port, until
// ctx ends, and closes the listener. A program's stream goes on there; a page reloads
// itself, which ends in the page of the other port.
func (s *Server) Forward(ctx context.Context, listener net.Listener, port int) {
	server := &http.Server{
		Handler:           s.inOrder(s.oursOnly(s.forwardTo(port))),
		ReadHeaderTimeout: s.waits.header,
		WriteTimeout:      s.waits.write,
		MaxHeaderBytes:    maxHeaderBytes,
	}
	server.SetKeepAlivesEnabled(false) // nobody has more to ask here
	var serving sync.WaitGroup
	serving.Go(func() { server.Serve(s.secure(newGate(listener, s.waits, s.limits, s.proxies))) })
	<-ctx.Done()
	server.Close()
	serving.Wait()
}

func (s *Server) forwardTo(port int) http.HandlerFunc {
	scheme := "http://"
	if s.certificate != nil {
		scheme = "https://"
	}
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store") // the port may be another one's tomorrow
		if strings.HasSuffix(r.URL.Path, "/api/status") {
			// The page reads this, which may not read what is at another port, and reloads itself at a 401.
			http.Error(w, "This stream is at port "+strconv.Itoa(port)+" now.", http.StatusUnauthorized)
			return
		}
		host := net.JoinHostPort(reach.HostName(cmp.Or(r.Host, reachedAt(r))), strconv.Itoa(port))
		address := *r.URL
		address.Opaque = "" // of GET x:@evil.example/, which would make host a user's name
		http.Redirect(w, r, scheme+host+address.RequestURI(), http.StatusTemporaryRedirect)
	}
}

// reachedAt returns the address of this machine that a request came to, for programs that
// name no host.
func reachedAt(r *http.Request) string {
	at, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if at == nil {
		return "localhost"
	}
	return at.String()
}
