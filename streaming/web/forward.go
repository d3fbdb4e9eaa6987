package web

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// Forward sends whoever asks on the listener to the same address at another port, until
// ctx ends, and closes the listener. A program's stream goes on there; a page reloads
// itself, which ends in the page of the other port.
func (s *Server) Forward(ctx context.Context, listener net.Listener, port int) {
	server := &http.Server{
		Handler:           s.oursOnly(http.HandlerFunc(s.forwardTo(port))),
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
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		host = net.JoinHostPort(strings.Trim(host, "[]"), strconv.Itoa(port))
		http.Redirect(w, r, scheme+host+r.URL.RequestURI(), http.StatusTemporaryRedirect)
	}
}
