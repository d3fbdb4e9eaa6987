package matroska

import (
	"bytes"
	"errors"
	"io"
	"math"
	"time"
)

// extend adds the points of clusters behind the last one, which a file that is being written
// has after some time. A cluster that other software has closed is not read for it.
func (r *Reader) extend() error {
	if r.ended {
		return nil
	}
	r.source.forget()
	at, last := r.segment.data, point{}
	if len(r.points) > 0 {
		last = r.points[len(r.points)-1]
		at = last.at
	}
	for len(r.points) < mostPoints {
		e, err := r.nextCluster(at)
		if isBroken(err) {
			r.ended = errors.Is(err, errDamaged)
			return nil
		}
		if err != nil {
			return err
		}
		start, next, err := r.over(e)
		if err != nil {
			if !isBroken(err) {
				return err
			}
			at = e.data
			continue
		}
		if e.at > last.at {
			last = point{max(start, last.time), e.at}
			r.points = append(r.points, last)
		}
		at = next
	}
	return nil
}

// over returns the time of a cluster, and where it ends.
func (r *Reader) over(e element) (start time.Duration, next int64, err error) {
	if e.unknown {
		c, err := r.readCluster(e)
		if err != nil {
			return 0, 0, err
		}
		return c.time, c.next, nil
	}
	start, err = r.clusterHead(e)
	return start, e.end, err
}

// nextCluster returns the first cluster that begins at an offset or behind it. It goes over
// damages, unless they are very long.
func (r *Reader) nextCluster(at int64) (element, error) {
	const mostBetween = 10_000 // elements
	stop := int64(math.MaxInt64)
	for range mostBetween {
		if at >= r.segment.end {
			return element{}, errEnds
		}
		e, err := r.source.element(at, r.segment.end)
		switch {
		case err == nil && e.id == idCluster:
			return e, nil
		case err == nil && !e.unknown && besideClusters(e.id):
			at = e.end
			continue
		case err != nil && !errors.Is(err, errDamaged):
			return element{}, err
		}
		stop = min(stop, at+mostRubbish)
		if at, err = r.findCluster(at+1, stop); err != nil {
			return element{}, err
		}
	}
	return element{}, errDamaged
}

// besideClusters reports whether an element can stand between clusters.
func besideClusters(id uint32) bool {
	switch id {
	case idSeekHead, idInfo, idTracks, idCues, idTags, idChapters, idAttachments, idVoid, idChecksum:
		return true
	}
	return false
}

// findCluster looks for the identifier of a cluster.
func (r *Reader) findCluster(from, stop int64) (int64, error) {
	chunk := make([]byte, 64<<10)
	const asElements = 1000 // of the work that a chunk is
	for from < stop {
		if r.source.left -= asElements; r.source.left < 0 {
			return 0, errEnough
		}
		n, err := r.file.ReadAt(chunk, from)
		if found := bytes.Index(chunk[:n], clusterID); found >= 0 {
			return from + int64(found), nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		if err != nil || n < len(chunk) {
			break
		}
		from += int64(n - len(clusterID) + 1)
	}
	return 0, errDamaged
}
