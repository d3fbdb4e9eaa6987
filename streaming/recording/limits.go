package recording

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"fanlight/streaming"
)

// Limits are what a recording keeps to. The zero Limits are none.
type Limits struct {
	// Split is where a recording goes on in a new file.
	Split Split
	// RemoveOldest removes the oldest recordings of the folder when the disk is nearly full,
	// where a recording would end otherwise.
	RemoveOldest bool
}

// Split is the most that a file takes; zero means any.
type Split struct {
	Bytes  int64
	Length time.Duration
}

const (
	leastSplit       = 1e6 // bytes: an empty file has 64 KB
	leastSplitLength = time.Second
)

// sizes are the units of a size. Disks are sold in powers of ten.
var sizes = []struct {
	unit  string
	bytes float64
}{{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}}

// UnmarshalText reads a time such as 10m, or a size such as 500MB. Empty text is no limit.
func (s *Split) UnmarshalText(text []byte) error {
	*s = Split{}
	written := strings.ToUpper(strings.ReplaceAll(string(text), " ", ""))
	if written == "" {
		return nil
	}
	for _, size := range sizes {
		number, found := strings.CutSuffix(written, size.unit)
		if !found {
			continue
		}
		n, err := strconv.ParseFloat(number, 64)
		if bytes := n * size.bytes; err == nil && bytes >= leastSplit && bytes < math.MaxInt64/2 {
			s.Bytes = int64(bytes)
			return nil
		}
	}
	if length, err := time.ParseDuration(strings.ToLower(written)); err == nil && length >= leastSplitLength {
		s.Length = length
		return nil
	}
	return fmt.Errorf("a recording is split by time or size, such as 10m or 500MB, from 1s or 1MB on, not by %q", text)
}

// MarshalText writes what UnmarshalText reads.
func (s Split) MarshalText() ([]byte, error) {
	switch {
	case s.Bytes > 0:
		return fmt.Appendf(nil, "%vMB", float64(s.Bytes)/1e6), nil
	case s.Length > 0:
		return []byte(s.Length.String()), nil
	}
	return nil, nil
}

// reached reports whether a picture is to be the first of another file.
func (s Split) reached(n *file, f *streaming.Frame) bool {
	if n.pictures == 0 {
		return false
	}
	return s.Bytes > 0 && n.writer.Size()+int64(len(f.JPEG)) > s.Bytes ||
		s.Length > 0 && n.at(f).Sub(n.begin) >= s.Length
}

// Limit sets what recordings keep to, a running one from its next picture on.
func (r *Recorder) Limit(l Limits) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.limits = l
}

func (r *Recorder) removesOldest() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.limits.RemoveOldest
}

func (r *Recorder) split() Split {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.limits.Split
}
