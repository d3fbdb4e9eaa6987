package web

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"time"

	"fanlight/streaming"
)

// streamQuery is what the query of a request for the stream asks for.
type streamQuery struct {
	fps     float64 // zero means no limit
	smaller variant
	moment  *moment // nil means live
}

// streamAsked parses a query of the stream.
func streamAsked(query url.Values, now time.Time) (a streamQuery, err error) {
	if a.fps, err = fpsLimit(query); err != nil {
		return a, err
	}
	if a.smaller, err = variantAsked(query); err != nil {
		return a, err
	}
	a.moment, err = momentAsked(query, now)
	return a, err
}

func (a streamQuery) pace() streaming.Pace { return streaming.NewPace(a.fps) }

// fpsLimit parses ?fps=N; zero means no limit.
func fpsLimit(query url.Values) (float64, error) {
	if !query.Has("fps") {
		return 0, nil
	}
	fps, err := strconv.ParseFloat(query.Get("fps"), 64)
	if err != nil || math.IsNaN(fps) || fps < 0.001 || fps > 1000 {
		return 0, fmt.Errorf("fps is a number between 0.001 and 1000: /stream.mjpg?fps=5")
	}
	return fps, nil
}

var errSpeedAlone = errors.New("speed is for the past, and so needs from: /stream.mjpg?from=-30s&speed=0.5")

// sentence says which value of a query cannot be read, and what to write.
func sentence(name string, err error, example string) error {
	return fmt.Errorf("%s cannot be read: %w: %s", name, err, example)
}
