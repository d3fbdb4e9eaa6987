package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/streamtest"
)

func TestSnapshotTurnsTheCameraOn(t *testing.T) {
	h := serve(t, 0)
	for _, path := range []string{"/snapshot.jpg", "/?action=snapshot", "/snapshot"} {
		response := h.get(t, "GET", path)
		picture, err := io.ReadAll(response.Body)
		if response.StatusCode != 200 || err != nil || !streamtest.IsOriginal(picture) {
			t.Errorf("%s: %s, %d bytes, %v", path, response.Status, len(picture), err)
		}
		if kind := response.Header.Get("Content-Type"); kind != "image/jpeg" || response.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, response.Header)
		}
	}
	if n := h.bench.Opened.Load(); n != 1 {
		t.Errorf("the camera was opened %d times", n)
	}
}

func TestSnapshotIfLiveLeavesTheCameraAsItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		_, s := single(b.Feed(t), StreamOptions{})
		if answer := ask(t, s, "/snapshot.jpg?if=live", 0); answer.status != http.StatusServiceUnavailable {
			t.Errorf("while the camera is off: %d", answer.status)
		}
		if n := b.Opened.Load(); n != 0 {
			t.Errorf("the camera was opened %d times", n)
		}
		ask(t, s, "/snapshot.jpg", 0) // turns it on, and it stays on for ten seconds
		time.Sleep(streaming.DefaultIdle - time.Second)
		if answer := ask(t, s, "/snapshot.jpg?if=live", 0); answer.status != 0 || !streamtest.IsOriginal(answer.body.Bytes()) {
			t.Errorf("%d, %d bytes", answer.status, answer.body.Len())
		}
		time.Sleep(time.Second + time.Millisecond)
		synctest.Wait()
		if b.Open.Load() != 0 {
			t.Error("the camera is kept on for another ten seconds")
		}
	})
}

func TestStatusIsWhatOtherProgramsRelyOn(t *testing.T) {
	h := serve(t, 0)
	read := func() (got map[string]any) {
		if err := json.NewDecoder(h.get(t, "GET", "/api/status").Body).Decode(&got); err != nil {
			t.Fatal(err)
		}
		return got
	}
	off := read()
	uptime, _ := off["uptime_s"].(float64)
	if uptime <= 0 {
		t.Errorf("uptime_s %v", off["uptime_s"])
	}
	delete(off, "uptime_s")
	if now, _ := off["now"].(float64); math.Abs(now-float64(time.Now().Unix())) > patience.Seconds() {
		t.Errorf("now %v", off["now"])
	}
	delete(off, "now")
	want := map[string]any{"name": "Bench on here", "version": "1.2.3", "camera": map[string]any{"id": "bench", "name": "Bench bench"},
		"state": "off", "width": 0.0, "height": 0.0, "fps": 0.0, "viewers": 0.0, "pictures": 0.0, "dropped": 0.0}
	if fmt.Sprint(off) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", off, want)
	}

	viewer := h.get(t, "GET", "/stream.mjpg")
	eventually(t, "a viewer of a live camera", func() bool {
		now := read()
		return now["state"] == "live" && now["viewers"] == 1.0 && now["width"] == 16.0 && now["height"] == 8.0 && now["fps"].(float64) > 1
	})
	viewer.Body.Close()
	h.stream.Rename("Door")
	eventually(t, "the viewer to be gone", func() bool { now := read(); return now["viewers"] == 0.0 && now["name"] == "Door" })

	gone := errors.New("Bench is unplugged: plug it in again")
	h.bench.Fail.Store(&gone)
	eventually(t, "the camera to be lost", func() bool {
		now := read()
		return now["state"] == "lost" && now["reason"] == "its owner sees why in Fanlight's window"
	})
}

func TestSnapshotOfALostCameraSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := streamtest.NewCamera()
		gone := errors.New("Bench is unplugged: plug it in again")
		b.Fail.Store(&gone)
		feed := b.Feed(t)
		s, _ := single(feed, StreamOptions{})
		answer := newRecorder()
		request, _ := http.NewRequestWithContext(t.Context(), "GET", "/snapshot.jpg", nil)
		start := time.Now()
		s.handler.ServeHTTP(answer, request)
		if answer.status != 503 || !strings.Contains(answer.body.String(), "the camera is lost; its owner sees why") || answer.header.Get("Retry-After") == "" {
			t.Errorf("%d %q %v", answer.status, &answer.body, answer.header)
		}
		if took := time.Since(start); took > snapshotPatience {
			t.Errorf("answered after %v", took)
		}
	})
}
