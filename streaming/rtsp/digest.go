package rtsp

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"strings"

	"github.com/bluenviron/gortsplib/v5/pkg/auth"
	"github.com/bluenviron/gortsplib/v5/pkg/base"
	"github.com/bluenviron/gortsplib/v5/pkg/headers"
)

// Door decides who may watch. The statuses are those that RTSP shares with HTTP: 200, 401
// if the passcode is needed or wrong, 403, 429, 503.
type Door interface {
	// Vet decides about a client. The credentials are empty if it sent none, else the
	// same text for the same guess; match compares them with a passcode. Vet may wait
	// while others guess, until ctx ends.
	Vet(ctx context.Context, from netip.Addr, credentials string, match func(passcode string) bool) (status int)
	// Enter adds a viewer, or says why not.
	Enter(from netip.Addr, userAgent string) (v Viewer, status int)
}

// Viewer is a client that watches. Methods may be called from any goroutine.
type Viewer interface {
	// Context ends when the viewer is to be disconnected, and with Leave.
	Context() context.Context
	// Sent counts a picture.
	Sent(bytes int)
	// Leave is called once, at the end.
	Leave()
}

const realm = "Fanlight"

// methods are those of authentication: Basic would send the passcode in clear text, and
// ffmpeg knows no SHA-256.
var methods = []auth.VerifyMethod{auth.VerifyMethodDigestMD5}

// admit returns nil if the sender of a request may watch, else the answer. The user's name
// may be any.
func (s *Server) admit(from netip.Addr, req *base.Request) *base.Response {
	nonce := s.nonce(from)
	credentials := ""
	match := func(string) bool { return false }
	var sent headers.Authorization
	if err := sent.Unmarshal(req.Header["Authorization"]); err == nil && sent.Method == headers.AuthMethodDigest && sent.Nonce == nonce {
		credentials = strings.Join(req.Header["Authorization"], " ")
		match = func(passcode string) bool {
			return auth.Verify(req, sent.Username, passcode, methods, realm, nonce) == nil
		}
	}
	status := base.StatusCode(s.door.Vet(s.ctx, from, credentials, match))
	if status == base.StatusOK {
		return nil
	}
	response := answer(status)
	if status == base.StatusUnauthorized {
		response.Header = base.Header{"WWW-Authenticate": auth.GenerateWWWAuthenticate(methods, realm, nonce)}
	}
	return response
}

// nonce returns the nonce for a client. It is the same in a run of the server, so that a
// wrong passcode that is sent again is known as the same guess.
func (s *Server) nonce(from netip.Addr) string {
	mac := hmac.New(sha256.New, s.secret)
	mac.Write([]byte(from.String()))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// answer returns an answer without more than its status.
func answer(status base.StatusCode) *base.Response { return &base.Response{StatusCode: status} }
