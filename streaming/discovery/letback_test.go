package discovery

import (
	"fmt"
	"slices"
	"testing"

	"fanlight/streaming/discovery/avahi"
)

// Instances that had to leave wait again once a place is free that they may take, one for
// each place.
func TestRefusedInstancesAreLetBack(t *testing.T) {
	const many = "many.local."
	for name, c := range map[string]struct {
		ofMany, ofOthers int               // instances that have a place
		outside          map[string]string // as throughAvahi has it
		waiting          []string
		gone             string // whose goodbye comes
		want             int    // how many wait then
		left             int    // how many are outside then
	}{
		"one of the crowd goes":               {mostOfOne, 3, map[string]string{"a": many}, nil, "many0", 1, 0},
		"one place for one of two":            {mostOfOne, 3, map[string]string{"a": many, "b": many}, nil, "many0", 1, 1},
		"another neighbour's goes":            {mostOfOne, 3, map[string]string{"a": many}, nil, "other0", 0, 1},
		"another one is no crowd's":           {mostOfOne, 3, map[string]string{"a": many, "b": "lone.local."}, nil, "other0", 1, 1},
		"one whose host is not known":         {0, mostInstances, map[string]string{"a": ""}, nil, "other0", 1, 0},
		"another waits for the place already": {0, mostInstances, map[string]string{"a": ""}, []string{"w"}, "other0", 1, 1},
		"the one outside goes itself":         {mostOfOne, 3, map[string]string{"a": many}, nil, "a", 0, 0},
		"one that waits goes itself":          {0, mostInstances, map[string]string{"a": ""}, []string{"w"}, "w", 0, 1},
		"a name that nobody knows goes":       {0, 3, map[string]string{"a": ""}, nil, "b", 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := &throughAvahi{browser: &avahi.Browser{}, ctx: t.Context(), named: map[string]*named{}, seats: newSeats[string](), outside: c.outside, waiting: c.waiting}
			know := func(key string) { s.named[key] = &named{key, 1} }
			take := func(key, host string) {
				know(key)
				s.seats.admit(key, "")
				s.seats.own(key, host)
			}
			for n := range c.ofMany {
				take(fmt.Sprint("many", n), many)
			}
			for n := range c.ofOthers {
				take(fmt.Sprint("other", n), fmt.Sprintf("host%d.local.", n))
			}
			for key := range c.outside {
				know(key)
			}
			for _, key := range c.waiting {
				know(key)
			}
			s.takePointer(c.gone, true)
			if len(s.waiting) != c.want || len(s.outside) != c.left {
				t.Errorf("%q wait, and %v are outside; want %d and %d", s.waiting, s.outside, c.want, c.left)
			}
			for _, key := range s.waiting {
				if _, out := s.outside[key]; out || s.named[key] == nil {
					t.Errorf("%s waits, and is outside %v", key, out)
				}
			}
			if slices.Contains(s.waiting, c.gone) {
				t.Errorf("%s is gone, and waits", c.gone)
			}
		})
	}
}
