package matroska

import (
	"fmt"
	"slices"
	"sort"
	"time"
)

// At returns the last picture that was taken at a time or before it; the first one if all
// were taken later; nil if there is none.
func (r *Reader) At(t time.Duration) (*Picture, error) {
	defer r.begin()()
	return r.atTime(t)
}

func (r *Reader) atTime(t time.Duration) (*Picture, error) {
	if n := len(r.points); n == 0 || t >= r.points[n-1].time {
		if err := r.extend(); err != nil {
			return nil, err
		}
	}
	if len(r.points) == 0 {
		return nil, nil
	}
	n := max(sort.Search(len(r.points), func(n int) bool { return r.points[n].time > t })-1, 0)
	c, err := r.clusterAtTime(r.points[n].at, r.endOf(n), t)
	if err != nil {
		return nil, err
	}
	from := r.points[n].at
	if c != nil {
		behind := sort.Search(len(c.pictures), func(n int) bool { return c.pictures[n].At > t })
		if behind > 0 {
			return c.picture(behind - 1), nil
		}
		from = c.at
	}
	if p, err := r.lastBefore(from); p != nil || err != nil {
		return p, err
	}
	return r.firstFrom(r.points[0].at)
}

// endOf returns where the clusters between a point and the next one end.
func (r *Reader) endOf(n int) int64 {
	if n+1 < len(r.points) {
		return r.points[n+1].at
	}
	return r.segment.end
}

// clusterAtTime returns the last cluster of a part of the file that begins at a time or
// before it, or the first one.
func (r *Reader) clusterAtTime(at, end int64, t time.Duration) (*cluster, error) {
	var found element
	for {
		e, err := r.nextCluster(at)
		if isBroken(err) || err == nil && e.at >= end {
			break
		}
		if err != nil {
			return nil, err
		}
		start, next, err := r.over(e)
		switch {
		case isBroken(err):
			next = e.data
		case err != nil:
			return nil, err
		case found.id != 0 && start > t:
			end = 0 // no later one
		default:
			found = e
		}
		if end == 0 {
			break
		}
		at = next
	}
	if found.id == 0 {
		return nil, nil
	}
	c, err := r.load(found)
	if isBroken(err) {
		return nil, nil
	}
	return c, err
}

// After returns the picture behind one; nil if there is none, or none yet.
func (r *Reader) After(p *Picture) (*Picture, error) {
	defer r.begin()()
	c, err := r.clusterOf(p.Offset)
	if c == nil || err != nil {
		return nil, err
	}
	if next := c.behind(p.Offset); next != nil {
		return next, nil
	}
	if c.cut {
		if c, err = r.reload(c); c == nil || err != nil {
			return nil, err
		}
		if next := c.behind(p.Offset); next != nil {
			return next, nil
		}
	}
	return r.firstFrom(c.next)
}

// Before returns the picture in front of one; nil if there is none.
func (r *Reader) Before(p *Picture) (*Picture, error) {
	defer r.begin()()
	c, err := r.clusterOf(p.Offset)
	if c == nil || err != nil {
		return nil, err
	}
	if n := c.search(p.Offset); n > 0 {
		return c.picture(n - 1), nil
	}
	return r.lastBefore(c.at)
}

// picture returns a picture by its number: a copy, which does not keep the others in memory.
func (c *cluster) picture(n int) *Picture {
	p := c.pictures[n]
	return &p
}

// search returns the number of the first picture at an offset or behind it.
func (c *cluster) search(offset int64) int {
	return sort.Search(len(c.pictures), func(n int) bool { return c.pictures[n].Offset >= offset })
}

func (c *cluster) behind(offset int64) *Picture {
	if n := c.search(offset + 1); n < len(c.pictures) {
		return c.picture(n)
	}
	return nil
}

// Read reads a picture.
func (r *Reader) Read(p *Picture) ([]byte, error) { return r.read(p, r.track) }

// read reads a picture, or a packet, of a track.
func (r *Reader) read(p *Picture, of track) ([]byte, error) {
	content := make([]byte, len(of.stripped)+p.size)
	copy(content, of.stripped)
	if _, err := r.file.ReadAt(content[len(of.stripped):], p.Offset); err != nil {
		return nil, fmt.Errorf("reading a recording: %w", err)
	}
	return content, nil
}

// firstFrom returns the first picture of the clusters that begin at an offset or behind it.
func (r *Reader) firstFrom(at int64) (*Picture, error) {
	for range mostPoints {
		c, err := r.nextLoaded(at)
		if c == nil || err != nil {
			return nil, err
		}
		if len(c.pictures) > 0 {
			return c.picture(0), nil
		}
		at = c.next
	}
	return nil, nil
}

// lastBefore returns the last picture of the clusters in front of an offset.
func (r *Reader) lastBefore(end int64) (*Picture, error) {
	n := sort.Search(len(r.points), func(n int) bool { return r.points[n].at >= end }) - 1
	for ; n >= 0; n-- {
		var last *Picture
		for at := r.points[n].at; ; {
			c, err := r.nextLoaded(at)
			if err != nil {
				return nil, err
			}
			if c == nil || c.at >= end {
				break
			}
			if len(c.pictures) > 0 {
				last = c.picture(len(c.pictures) - 1)
			}
			at = c.next
		}
		if last != nil {
			return last, nil
		}
		end = r.points[n].at
	}
	return nil, nil
}

// clusterOf returns the cluster that a picture is in; nil if it is gone.
func (r *Reader) clusterOf(offset int64) (*cluster, error) {
	for _, c := range r.cached {
		if n := len(c.pictures); n > 0 && c.pictures[0].Offset <= offset && offset <= c.pictures[n-1].Offset {
			return c, nil
		}
	}
	n := sort.Search(len(r.points), func(n int) bool { return r.points[n].at > offset }) - 1
	if n < 0 {
		return nil, nil
	}
	for at := r.points[n].at; ; {
		e, err := r.nextCluster(at)
		if isBroken(err) || err == nil && e.at > offset {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if !e.unknown && e.end <= offset {
			at = e.end
			continue
		}
		c, err := r.load(e)
		if isBroken(err) {
			at = e.data
			continue
		}
		if err != nil || offset < c.next {
			return c, err
		}
		at = c.next
	}
}

// nextLoaded returns the first cluster that begins at an offset or behind it; nil if there
// is none.
func (r *Reader) nextLoaded(at int64) (*cluster, error) {
	for {
		e, err := r.nextCluster(at)
		if isBroken(err) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		c, err := r.load(e)
		if !isBroken(err) {
			return c, err
		}
		at = e.data
	}
}

// load returns a cluster, from the cache if it is there.
func (r *Reader) load(e element) (*cluster, error) {
	n := slices.IndexFunc(r.cached, func(c *cluster) bool { return c.at == e.at })
	if n >= 0 {
		c := r.cached[n]
		r.cached = slices.Insert(slices.Delete(r.cached, n, n+1), 0, c)
		return c, nil
	}
	c, err := r.readCluster(e)
	if err != nil {
		return nil, err
	}
	r.cached = slices.Insert(r.cached, 0, c)
	r.cached = r.cached[:min(len(r.cached), mostCached)]
	return c, nil
}

// reload reads a cluster again, which may have grown.
func (r *Reader) reload(c *cluster) (*cluster, error) {
	r.cached = slices.DeleteFunc(r.cached, func(other *cluster) bool { return other.at == c.at })
	r.source.forget()
	return r.nextLoaded(c.at)
}
