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
	}{
		"nothing changed":   {func(*Server, *Stream) {}, http.StatusOK},
		"the same passcode": {func(s *Server, _ *Stream) { s.SetPasscode("open sesame") }, http.StatusOK},
		"none any more":     {func(s *Server, _ *Stream) { s.SetPasscode("") }, http.StatusOK},
		"another passcode":  {func(s *Server, _ *Stream) { s.SetPasscode("shut sesame") }, http.StatusUnauthorized},
		"the machine is blocked": {func(_ *Server, stream *Stream) {
			stream.KeepOut(stream.Watching()[0].ID)
		}, http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, stream := single(streamtest.NewCamera().Feed(t), StreamOptions{})
				stream.viewers.noNames = true
				ctx, cancel := context.WithCancel(t.Context())
				var watching sync.WaitGroup
				defer watching.Wait()
				defer cancel()
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
				if stream.Viewers() != 1 || late.Flushed {
					t.Fatalf("it does not wait: %d viewers", stream.Viewers())
				}
				test.meanwhile(s, stream)
				time.Sleep(ofNetwork4[24].again)
				synctest.Wait()
				if watched := stream.Viewers() > 0 && late.Flushed; late.Code != test.code || watched != (test.code == http.StatusOK) {
					t.Errorf("answered %d; watches: %v", late.Code, watched)
				}
			})
		})
	}
}
