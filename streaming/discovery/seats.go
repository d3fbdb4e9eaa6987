package discovery

// mostInstances is how many instances are kept, mostOfOne how many of one neighbour.
const mostInstances, mostOfOne = 512, 256

// seats keep at most mostInstances. When it is full, another one takes the place of one that
// is no camera, else of one of the neighbour that has most: neither many web pages nor many
// names of one neighbour leave a camera out.
type seats[K comparable] struct {
	owners map[K]string   // the neighbour of each instance, by address, else host; empty if unknown
	counts map[string]int // instances of each neighbour
	idle   map[K]bool     // those that are no cameras
	short  bool           // an instance that may be a camera had to stay or go out
}

func newSeats[K comparable]() *seats[K] {
	return &seats[K]{owners: map[K]string{}, counts: map[string]int{}, idle: map[K]bool{}}
}

// admit takes an instance in, if there is a place for it. With replaced, another one has to
// leave: the caller sees to that.
func (s *seats[K]) admit(k K, owner string) (out K, replaced, ok bool) {
	if _, known := s.owners[k]; known {
		return out, false, true
	}
	if len(s.owners) >= mostInstances || s.isCrowd(owner) {
		if out, ok = s.victim(owner); !ok {
			s.short = true
			return out, false, false
		}
		s.short = s.short || !s.idle[out]
		replaced = true
	}
	s.owners[k] = owner
	s.counts[owner]++
	return out, replaced, true
}

// victim is an instance whose place one of the owner may take.
func (s *seats[K]) victim(owner string) (out K, ok bool) {
	for k := range s.idle {
		if s.owners[k] == owner || !s.isCrowd(owner) {
			return k, true
		}
	}
	if s.isCrowd(owner) {
		return out, false
	}
	most := owner
	for o, n := range s.counts {
		if n > s.counts[most] {
			most = o
		}
	}
	if s.counts[most] <= s.counts[owner]+1 {
		return out, false
	}
	for k, o := range s.owners {
		if o == most {
			return k, true
		}
	}
	return out, false
}

// isCrowd tells whether a neighbour has as many instances as one may.
func (s *seats[K]) isCrowd(owner string) bool { return owner != "" && s.counts[owner] >= mostOfOne }

// own stores whose an instance is, once that is known. It returns false if that neighbour has
// too many; the instance has to leave then.
func (s *seats[K]) own(k K, owner string) bool {
	before, known := s.owners[k]
	if !known || before == owner {
		return known
	}
	if s.isCrowd(owner) {
		s.short = true
		s.leave(k)
		return false
	}
	s.lessen(before)
	s.owners[k] = owner
	s.counts[owner]++
	return true
}

// rest stores whether an instance is no camera.
func (s *seats[K]) rest(k K, idle bool) {
	if _, known := s.owners[k]; known && idle {
		s.idle[k] = true
	} else {
		delete(s.idle, k)
	}
}

func (s *seats[K]) leave(k K) {
	if owner, known := s.owners[k]; known {
		s.lessen(owner)
		delete(s.owners, k)
		delete(s.idle, k)
		s.short = s.short && !s.isRoomy()
	}
}

// isRoomy tells whether any neighbour's instance would find a place.
func (s *seats[K]) isRoomy() bool {
	for owner := range s.counts {
		if s.isCrowd(owner) {
			return false
		}
	}
	return len(s.owners) < mostInstances
}

func (s *seats[K]) lessen(owner string) {
	if s.counts[owner]--; s.counts[owner] == 0 {
		delete(s.counts, owner)
	}
}
