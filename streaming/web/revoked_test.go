package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming/streamtest"
)

// TestWhoIsOnHisWayInIsRefusedToo has requests wait for their turn, since others guess, while
// the owner blocks their machine or changes the passcode.
func TestWhoIsOnHisWayInIsRefusedToo(t *testing.T) {
	const waiter = "192.0.2.1:4000"
	for name, test := range map[string]struct {
		meanwhile func(s *Server, stream *Stream)
		code      int
		viewers   int // with one that is in
	}{
		"nothing changed":   {func(*Server, *Stream) {}, http.StatusOK, 2},
		"the same passcode": {func(s *Server, _ *Stream) { s.SetPasscode("open sesame") }, http.StatusOK, 2},
		"none any more":     {func(s *Server, _ *Stream) { s.SetPasscode("") }, http.StatusOK, 2},
		"another passcode":  {func(s *Server, _ *Stream) { s.SetPasscode("shut sesame") }, http.StatusUnauthorized, 0},
		"the machine is blocked": {func(_ *Server, stream *Stream) {
			stream.KeepOut(stream.Watching()[0].ID)
		}, http.StatusForbidden, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, stream := single(streamtest.NewCamera().Feed(t), StreamOptions{})
				stream.viewers.noNames = true
				ctx, cancel := context.WithCancel(t.Context())
				var watching sync.WaitGroup
				watch := func() *httptest.ResponseRecorder {
					request := httptest.NewRequestWithContext(ctx, "GET", "http://lamp.local/stream.mjpg", nil)
					request.RemoteAddr = waiter
					request.SetBasicAuth("anybody", "open sesame")
					answer := httptest.NewRecorder()
					watching.Go(func() { s.handler.ServeHTTP(answer, request) })
					synctest.Wait()
					return answer
				}
				watch() // while there is no passcode
				s.access.set("open sesame")
				now := s.access.now.Load()
				for n := range ofNetwork4[24].atOnce {
					s.access.guesses.try(ctx, now, "guess", at(nth("192.0.2.100", 32)(n)))
				}
				late := watch()
				if n := stream.Viewers(); n != 1 {
					t.Errorf("it does not wait: %d viewers", n)
				}
				test.meanwhile(s, stream)
				time.Sleep(ofNetwork4[24].again)
				synctest.Wait()
				viewers := stream.Viewers()
				cancel()
				watching.Wait()
				if late.Code != test.code || viewers != test.viewers {
					t.Errorf("answered %d, and there were %d viewers, want %d, %d", late.Code, viewers, test.code, test.viewers)
				}
			})
		})
	}
}
