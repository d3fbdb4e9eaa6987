package discovery

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"
)

const (
	glancePatience = 3 * time.Second // for each answer
	largestStatus  = 64 << 10        // bytes
	largestPicture = 4 << 20
)

// Glancer looks at what streams show now, for a list of them. It keeps no
// connection open, follows no redirect, and reads no more than a status and a picture
// may have. Methods may be called from any goroutine.
type Glancer struct{ client *http.Client }

// NewGlancer returns a Glancer.
func NewGlancer() *Glancer {
	return &Glancer{&http.Client{
		Timeout: glancePatience,
		// Whoever announces a stream must not send others to what only this machine reaches.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{DisableKeepAlives: true, MaxResponseHeaderBytes: largestStatus},
	}}
}

// Glance is what a stream showed.
type Glance struct {
	// State is what a Fanlight says of its camera: off, starting, live or lost. It is
	// empty where that is unknown.
	State string
	// Passcode tells that a Fanlight wants to know the passcode before it says more.
	Passcode bool
	// JPEG is a picture, as it was sent; nil for none.
	JPEG []byte
}

// Look turns no Fanlight's camera on, and keeps none on: one that is off has no
// picture. Of other programs' streams it fetches a snapshot where they announce
// one. A stream that is known to need a passcode is left alone.
func (g *Glancer) Look(ctx context.Context, s Stream) (Glance, error) {
	switch {
	case s.Passcode:
		return Glance{}, nil
	case s.Program == Fanlight:
		return g.fanlight(ctx, s)
	case s.Snapshot != "":
		picture, err := g.picture(ctx, s.Snapshot)
		return Glance{JPEG: picture}, err
	}
	return Glance{}, nil
}

func (g *Glancer) fanlight(ctx context.Context, s Stream) (Glance, error) {
	body, err := g.get(ctx, s.Status, "application/json", largestStatus)
	if no := (&refusedError{}); errors.As(err, &no) && no.code == http.StatusUnauthorized {
		return Glance{Passcode: true}, nil
	} else if err != nil {
		return Glance{}, err
	}
	var status struct{ State string }
	if err := json.Unmarshal(body, &status); err != nil {
		return Glance{}, fmt.Errorf("reading a Fanlight's status: %w", err)
	}
	glance := Glance{State: clean(status.State, maxLabel)}
	if glance.State == "live" {
		glance.JPEG, err = g.picture(ctx, s.Snapshot+"?if=live")
	}
	return glance, err
}

func (g *Glancer) picture(ctx context.Context, url string) ([]byte, error) {
	return g.get(ctx, url, "image/jpeg", largestPicture)
}

// refusedError is an answer other than the one that was asked for.
type refusedError struct {
	code int
	kind string
}

func (e *refusedError) Error() string { return fmt.Sprintf("status %d, type %q", e.code, e.kind) }

var errTooLarge = errors.New("the answer is too large")

// get reads an answer of a type, up to a size in bytes.
func (g *Glancer) get(ctx context.Context, url, kind string, most int64) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, fmt.Errorf("asking a stream: %w", err)
	}
	request.Header.Set("User-Agent", "Fanlight")
	answer, err := g.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("asking a stream: %w", err)
	}
	defer answer.Body.Close()
	got, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	if answer.StatusCode != http.StatusOK || got != kind {
		return nil, fmt.Errorf("asking a stream at %s: %w", url, &refusedError{answer.StatusCode, got})
	}
	var body bytes.Buffer
	if n, err := body.ReadFrom(io.LimitReader(answer.Body, most+1)); err != nil {
		return nil, fmt.Errorf("reading what a stream answers: %w", err)
	} else if n > most {
		return nil, errTooLarge
	}
	return body.Bytes(), nil
}
