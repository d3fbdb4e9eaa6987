package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming/streamtest"
)

func TestSnapshotOfAPausedCameraSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		feed := b.Feed(t)
		feed.Pause()
		s, _ := single(feed, StreamOptions{})
		for _, path := range []string{"/snapshot.jpg", "/snapshot.jpg?if=live"} {
			answer := newRecorder()
			request, _ := http.NewRequestWithContext(t.Context(), "GET", path, nil)
			start := time.Now()
			s.handler.ServeHTTP(answer, request)
			if answer.status != 503 || !strings.Contains(answer.body.String(), "paused") {
				t.Errorf("%s: %d %q", path, answer.status, &answer.body)
			}
			if took := time.Since(start); took > time.Second {
				t.Errorf("%s: answered after %v", path, took)
			}
		}
		if n := b.Opened.Load(); n != 0 {
			t.Errorf("the camera was opened %d times", n)
		}
	})
}

func TestStatusAndMetricsKnowThePause(t *testing.T) {
	h := serve(t, 7)
	h.stream.feed.Pause()
	if _, now := h.metrics(t); now[`fanlight_camera_state{state="paused"}`] != 1 || now[`fanlight_camera_state{state="off"}`] != 0 {
		t.Errorf("metrics: %v", now)
	}
	var now struct{ State, Reason string }
	if err := json.NewDecoder(h.get(t, "GET", "/api/status").Body).Decode(&now); err != nil || now.State != "paused" || now.Reason == "" {
		t.Errorf("status: %+v, %v", now, err)
	}
}

func TestPageSaysThatTheCameraIsPaused(t *testing.T) {
	th := openTheatre(t, 10)
	th.open(t)
	th.stream.feed.Pause()
	says(t, th.tab, "state", "Paused by the owner")
	th.keep(t, "paused")
	th.stream.feed.Resume()
	says(t, th.tab, "state", "Live")
	moves(t, th.tab)
}
