package replay

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

// MostSpeed is the highest speed of a replay, and LeastSpeed the lowest that is not zero.
const (
	LeastSpeed = 0.05
	MostSpeed  = 16
)

var (
	errMoment = errors.New("a moment is a time before now such as -30s, a time such as 2026-11-23T10:00:00Z, or seconds since 1970")
	errSpeed  = errors.New("a speed is a number from 0.05 to 16 such as 0.5 or 2, or 0 to stand still")
)

// ParseMoment reads a moment: a time before now such as -30s, a time of RFC 3339, or seconds
// since 1970, as in X-Timestamp. In a query, a plus sign may have become a space.
func ParseMoment(text string, now time.Time) (time.Time, error) {
	if strings.HasPrefix(text, "-") {
		ago, err := time.ParseDuration(text)
		if err != nil {
			return time.Time{}, errMoment
		}
		return now.Add(ago), nil
	}
	if moment, err := time.Parse(time.RFC3339Nano, strings.Replace(text, " ", "+", 1)); err == nil {
		return moment, nil
	}
	const mostSeconds = 1 << 33 // the year 2242: a float64 holds its microseconds
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(seconds) || seconds < 0 || seconds > mostSeconds {
		return time.Time{}, errMoment
	}
	return time.UnixMicro(int64(math.Round(seconds * 1e6))), nil
}

// ParseSpeed reads the speed of a replay.
func ParseSpeed(text string) (float64, error) {
	speed, err := strconv.ParseFloat(text, 64)
	if err != nil || speed != 0 && !(speed >= LeastSpeed && speed <= MostSpeed) {
		return 0, errSpeed
	}
	return speed, nil
}
