package discovery

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
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

// glanceClient is for one stream.
func glanceClient(s Stream) *http.Client {
	transport := &http.Transport{DisableKeepAlives: true, MaxResponseHeaderBytes: largestStatus}
	if s.Fingerprint != "" {
		transport.TLSClientConfig = onlyCertificate(s.Fingerprint)
	}
	return &http.Client{
		Timeout: glancePatience,
		// Whoever announces a stream must not send others to what only this machine reaches.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     transport,
	}
}

// onlyCertificate accepts the certificate with the fingerprint, whoever vouches for it.
func onlyCertificate(fingerprint string) *tls.Config {
	return &tls.Config{InsecureSkipVerify: true, VerifyConnection: func(state tls.ConnectionState) error {
		if sum := sha256.Sum256(state.PeerCertificates[0].Raw); hex.EncodeToString(sum[:]) != fingerprint {
			return errors.New("the certificate is not the one that was announced")
		}
		return nil
	}}
}

// Glance is what a stream shows at one time.
type Glance struct {
	// State is the state of a Fanlight's camera: off, starting, live or lost; empty if
	// unknown.
	State string
	// Passcode tells that a Fanlight asks for its passcode.
	Passcode bool
	// JPEG is a picture, as it was sent; nil for none.
	JPEG []byte
}

// Look fetches the state and a picture of a stream, for a list of streams. It turns no
// Fanlight's camera on and keeps none on: one that is off has no picture. It follows no
// redirect, keeps no connection open, bounds what it reads, and sends no secret. It accepts
// only the announced certificate, if there is one. From other programs it fetches the
// snapshot that they announce, if any. It leaves a stream alone that needs a passcode, or
// whose address is not of the network on which it was announced.
func Look(ctx context.Context, s Stream) (Glance, error) {
	switch {
	case s.Passcode, !s.Near:
		return Glance{}, nil
	case s.Program == Fanlight:
		return fanlightGlance(ctx, glanceClient(s), s)
	case s.Snapshot != "":
		picture, err := getPicture(ctx, glanceClient(s), s.Snapshot)
		return Glance{JPEG: picture}, err
	}
	return Glance{}, nil
}

func fanlightGlance(ctx context.Context, client *http.Client, s Stream) (Glance, error) {
	body, err := fetch(ctx, client, s.Status, "application/json", largestStatus)
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
		glance.JPEG, err = getPicture(ctx, client, s.Snapshot+"?if=live")
	}
	return glance, err
}

func getPicture(ctx context.Context, client *http.Client, url string) ([]byte, error) {
	return fetch(ctx, client, url, "image/jpeg", largestPicture)
}

// refusedError is an answer other than the one that was asked for.
type refusedError struct {
	code int
	kind string
}

func (e *refusedError) Error() string { return fmt.Sprintf("status %d, type %q", e.code, e.kind) }

var errTooLarge = errors.New("the answer is too large")

// fetch reads an answer of a type, up to a size in bytes.
func fetch(ctx context.Context, client *http.Client, url, kind string, most int64) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, fmt.Errorf("asking a stream: %w", err)
	}
	request.Header.Set("User-Agent", "Fanlight")
	answer, err := client.Do(request)
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
