package network

import (
	"context"
	"errors"
	"net/http"
	"net/url"
)

// isLocked reports whether the address has a passcode, which Fanlights ask for without a
// user.
func (c source) isLocked() bool {
	if c.user == nil {
		return false
	}
	password, _ := c.user.Password()
	return c.user.Username() == "" && password != ""
}

// check is [camera.Camera].Check. It asks for the status, which turns no camera on.
func (c source) check(ctx context.Context) error {
	s := newSession(c)
	defer s.close()
	answer, err := s.get(ctx, c.address.ResolveReference(&url.URL{Path: "api/status"}))
	if err == nil {
		return answer.Body.Close()
	}
	var status *statusError
	isRefused := errors.As(err, &status) && (status.code == http.StatusUnauthorized || status.code == http.StatusTooManyRequests)
	if isRefused || errors.Is(err, errOtherCertificate) || errors.Is(err, errDowngrade) || isPlain(err) {
		return c.explain(err)
	}
	return nil
}
