package web

import (
	"net/http"
	"strings"
)

// action answers what mjpg-streamer answers at /?action=, in the forms that programs have
// for it. It reads the word up to a mark that cannot be in one: plugins of OctoPrint append
// "?nonce_dashboard=...". The number of its input, as in stream_0, may follow.
func (s *Stream) action(w http.ResponseWriter, r *http.Request) {
	word := r.URL.Query().Get("action")
	if end := strings.IndexAny(word, "?&/ "); end >= 0 {
		word = word[:end]
	}
	switch strings.TrimSuffix(word, "_0") {
	case "stream":
		s.embedded(s.stream)(w, r)
	case "snapshot":
		s.embedded(s.snapshot)(w, r)
	case "command":
		http.Error(w, "Viewers cannot change the camera's settings. Its owner does that in Fanlight's window.", http.StatusForbidden)
	default:
		http.Error(w, "The action is either stream or snapshot: /?action=stream.", http.StatusBadRequest)
	}
}

// withoutEmptyFolders makes //?action=stream, which proxies send that put a folder's slash
// before an address with one, the same as /?action=stream. [http.ServeMux] would redirect,
// and to a place that the proxy may not have.
func withoutEmptyFolders(r *http.Request) *http.Request {
	if !strings.HasPrefix(r.URL.Path, "//") {
		return r
	}
	clean, address := *r, *r.URL
	address.Path = "/" + strings.TrimLeft(address.Path, "/")
	address.RawPath = "" // it is only a hint for how Path was written
	clean.URL = &address
	return &clean
}
