package web

import (
	"cmp"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"time"
)

// Viewers returns the number of connected viewers.
func (s *Stream) Viewers() int { return s.viewers.count() }

// Watching returns the connected viewers in the order in which they connected.
func (s *Stream) Watching() []Viewer {
	l := s.viewers
	l.mu.Lock()
	defer l.mu.Unlock()
	var watching []Viewer
	for _, v := range l.here {
		if !v.listed() {
			continue
		}
		known := Viewer{ID: v.id, Address: v.address, Program: v.program, Since: v.since, Listens: v.listens, FPS: v.lately.perSecond(time.Since(v.since))}
		if name := v.name.Load(); name != nil {
			known.Name = *name
		}
		watching = append(watching, known)
	}
	slices.SortFunc(watching, func(a, b Viewer) int { return cmp.Compare(a.ID, b.ID) })
	return watching
}

// LetGo disconnects a viewer, which may connect again, the page after a minute. Its sound
// goes with a page. It returns false if there is no viewer of this ID.
func (s *Stream) LetGo(id uint64) bool {
	l := s.viewers
	l.mu.Lock()
	defer l.mu.Unlock()
	v, here := l.here[id]
	if !here {
		return false
	}
	l.away.add(v.page)
	for _, other := range l.here {
		if other == v || v.page != "" && other.page == v.page {
			other.letGo()
		}
	}
	return true
}

// KeepOut blocks a viewer's machine: it disconnects all viewers from there, and their
// requests are refused until [Stream.Admit], or until Serve ends. It returns false if
// there is no viewer of this ID.
func (s *Stream) KeepOut(id uint64) bool {
	l := s.viewers
	l.mu.Lock()
	v, here := l.here[id]
	if here {
		l.keptOut[v.machine] = v.address
	}
	l.mu.Unlock()
	if !here {
		return false
	}
	l.letGo(func(other *viewer) bool { return other.machine == v.machine })
	return true
}

// KeptOut returns the addresses of the blocked machines, sorted.
func (s *Stream) KeptOut() []netip.Addr {
	s.viewers.mu.Lock()
	defer s.viewers.mu.Unlock()
	return slices.SortedFunc(maps.Values(s.viewers.keptOut), netip.Addr.Compare)
}

// Admit unblocks a machine, by the address that KeptOut returns.
func (s *Stream) Admit(address netip.Addr) {
	s.viewers.mu.Lock()
	defer s.viewers.mu.Unlock()
	maps.DeleteFunc(s.viewers.keptOut, func(_ machine, blocked netip.Addr) bool { return blocked == address })
}

// SetMaxViewers sets the limit of viewers; zero means [DefaultMaxViewers]. Connected
// viewers stay connected, also those above the limit.
func (s *Stream) SetMaxViewers(n int) {
	s.viewers.mu.Lock()
	defer s.viewers.mu.Unlock()
	s.viewers.most = cmp.Or(max(n, 0), DefaultMaxViewers)
}

// welcome refuses requests from blocked machines.
func (s *Stream) welcome(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from := clientOf(r)
		s.viewers.mu.Lock()
		no := s.viewers.blocked(from)
		s.viewers.mu.Unlock()
		if no != nil {
			no.translated(w, r).answer(w)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// MaxViewers returns the limit of viewers.
func (s *Stream) MaxViewers() int {
	s.viewers.mu.Lock()
	defer s.viewers.mu.Unlock()
	return s.viewers.most
}
