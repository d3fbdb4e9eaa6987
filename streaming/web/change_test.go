package web

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/streamtest"
)

// changing is a stream whose camera was changed a second ago to one that does not deliver
// yet. It has viewers of the full picture and of a smaller one until the test ends.
func changing(t *testing.T) (*Stream, *streamtest.Camera) {
	one, two := streamtest.NewCamera(), streamtest.NewCamera()
	two.ID = "two"
	two.Stalled.Store(true)
	_, s := single(one.Feed(t), StreamOptions{Shrink: func(picture []byte, _, _ int) ([]byte, error) { return picture[:len(picture)-1], nil }})
	t.Cleanup(s.feed.Attend(func(*streaming.Frame) {}))
	smaller, no := s.variants.join(variant{quality: 50})
	if no != nil {
		t.Fatal(no)
	}
	t.Cleanup(func() { s.variants.leave(variant{quality: 50}, smaller) })
	time.Sleep(time.Second)
	s.feed.Use(two.Source())
	return s, two
}

func TestSnapshotIsNeverOfTheCameraBefore(t *testing.T) {
	for _, path := range []string{"/snapshot.jpg", "/snapshot.jpg?quality=50"} {
		synctest.Test(t, func(t *testing.T) {
			s, _ := changing(t)
			answer := ask(t, s, path, 0)
			if answer.status != http.StatusServiceUnavailable || !strings.HasPrefix(answer.body.String(), "No picture: ") || answer.header.Get("Retry-After") == "" {
				t.Errorf("%s: %d, %d bytes, %q", path, answer.status, answer.body.Len(), answer.header)
			}
		})
		synctest.Test(t, func(t *testing.T) {
			s, two := changing(t)
			time.AfterFunc(3*time.Second, func() { two.Stalled.Store(false) })
			began := time.Now()
			answer := ask(t, s, path, 0)
			if took := time.Since(began); answer.status != 0 || took < 3*time.Second || answer.body.Len() == 0 {
				t.Errorf("%s: %d, %d bytes after %v", path, answer.status, answer.body.Len(), took)
			}
		})
		synctest.Test(t, func(t *testing.T) {
			s, _ := changing(t)
			if answer := ask(t, s, path+map[bool]string{true: "&if=live", false: "?if=live"}[strings.Contains(path, "?")], 0); answer.status != http.StatusServiceUnavailable {
				t.Errorf("%s, if it is live: %d", path, answer.status)
			}
		})
	}
}

func TestNoViewerSeesTheCameraBefore(t *testing.T) {
	for _, path := range []string{"/stream.mjpg", "/stream.mjpg?quality=50"} {
		synctest.Test(t, func(t *testing.T) {
			s, two := changing(t)
			time.AfterFunc(3*time.Second, func() { two.Stalled.Store(false) })
			answer := ask(t, s, path, 2900*time.Millisecond)
			for _, tiny := range streamtest.Tiny {
				if bytes.Contains(answer.body.Bytes(), tiny[:len(tiny)-1]) {
					t.Errorf("%s: a picture of the camera before", path)
				}
			}
			if n := answer.pictures(); n != 3 {
				t.Errorf("%s: %d cards in three seconds", path, n)
			}
		})
	}
}
