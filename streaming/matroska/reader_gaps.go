package matroska

import (
	"slices"
	"sort"
	"time"
)

const (
	// shortestGap is the least time without a picture that is a gap.
	shortestGap = 5 * time.Second
	// usualTimes is how many times the usual distance between pictures a gap lasts at least:
	// a time lapse of a picture every ten seconds has none.
	usualTimes = 3
	// sampled is how many pictures tell the usual distance.
	sampled = 100
)

// Section is a time with pictures, without a gap.
type Section struct {
	From, To time.Duration // of the first and the last picture
	Pictures int           // about how many, by the usual distance between them
}

// gaps is what is known of the sections.
type gaps struct {
	usual    time.Duration
	enough   bool // pictures to tell the usual distance
	points   int  // up to which they are known
	sections []Section
}

// Sections returns the times for which the file has pictures, in order. Where its clusters
// lie closer than a gap, it is not read for that.
func (r *Reader) Sections() ([]Section, error) {
	defer r.begin()()
	if err := r.extend(); err != nil || len(r.points) == 0 {
		return nil, err
	}
	if err := r.learn(); err != nil {
		return nil, err
	}
	g := &r.gaps
	for ; g.points+1 < len(r.points); g.points++ {
		if r.points[g.points+1].time-r.points[g.points].time <= r.gap() {
			continue
		}
		var err error
		if g.sections, _, err = r.split(g.sections, r.points[g.points].at, r.points[g.points+1].at); err != nil {
			return nil, err
		}
	}
	all, last, err := r.split(slices.Clone(g.sections), r.points[g.points].at, r.segment.end)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	if last == nil { // the last cluster has no picture
		if last, err = r.lastBefore(r.segment.end); last == nil || err != nil {
			return nil, err
		}
	}
	all[len(all)-1].To = max(last.At, all[len(all)-1].From)
	for n := range all {
		all[n].Pictures = 1
		if g.usual > 0 {
			all[n].Pictures += int((all[n].To - all[n].From + g.usual/2) / g.usual)
		}
	}
	return all, nil
}

// gap is the longest time without a picture that is no gap.
func (r *Reader) gap() time.Duration { return max(shortestGap, usualTimes*r.gaps.usual) }

// learn finds the usual distance between pictures, the median of the first ones.
func (r *Reader) learn() error {
	if r.gaps.enough {
		return nil
	}
	r.gaps = gaps{}
	var distances []time.Duration
	var before *Picture
	err := r.pictures(r.points[0].at, func(p *Picture) bool {
		if before != nil {
			distances = append(distances, p.At-before.At)
		} else {
			r.gaps.sections = []Section{{From: p.At}}
		}
		before = p
		return len(distances) < sampled
	})
	if err != nil || len(distances) == 0 {
		return err
	}
	slices.Sort(distances)
	r.gaps.usual = distances[len(distances)/2]
	r.gaps.enough = len(distances) == sampled
	return nil
}

// split adds the gaps between the pictures of a part of the file, up to the first picture
// behind it, and returns the last picture.
func (r *Reader) split(sections []Section, at, end int64) ([]Section, *Picture, error) {
	var before *Picture
	err := r.pictures(at, func(p *Picture) bool {
		if before != nil && p.At-before.At > r.gap() {
			sections[len(sections)-1].To = before.At
			sections = append(sections, Section{From: p.At})
		}
		before = p
		return p.Offset < end
	})
	return sections, before, err
}

// pictures calls visit for the pictures of the clusters that begin at an offset or behind it,
// until visit returns false.
func (r *Reader) pictures(at int64, visit func(*Picture) (more bool)) error {
	for {
		c, err := r.nextLoaded(at)
		if c == nil || err != nil {
			return err
		}
		for n := range c.pictures {
			if !visit(&c.pictures[n]) {
				return nil
			}
		}
		at = c.next
	}
}

// SectionOf returns the number of the section that a time is in, of those that Sections has
// returned.
func SectionOf(sections []Section, t time.Duration) int {
	return max(sort.Search(len(sections), func(n int) bool { return sections[n].From > t })-1, 0)
}
