package web

import (
	"context"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/streamtest"
)

// Every kind of answer that another Fanlight may watch has the marks.
func TestMarksArePassedOn(t *testing.T) {
	source := streamtest.NewCamera().Source()
	source.Mark = "OWN"
	pictures := source.Frames
	source.Frames = func(ctx context.Context, granted func(streaming.Mode)) iter.Seq2[streaming.Picture, error] {
		return func(yield func(streaming.Picture, error) bool) {
			for picture, err := range pictures(ctx, granted) {
				picture.Through = "A B"
				if !yield(picture, err) {
					return
				}
			}
		}
	}
	feed := streaming.NewFeed(source, 0, discarded)
	defer feed.Close()
	s, _ := single(feed, StreamOptions{Shrink: func(p []byte, _, _ int) ([]byte, error) { return p[:len(p)-1], nil }})
	server := httptest.NewServer(s.handler)
	defer server.Close()
	for _, path := range []string{"/snapshot.jpg", "/stream.mjpg", "/stream.mjpg?width=160&quality=10"} {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		said := answer.Header.Get("X-Through")
		if path != "/snapshot.jpg" {
			part := make([]byte, 256)
			for n := 0; n < len(part); {
				more, err := answer.Body.Read(part[n:])
				if n += more; err != nil {
					t.Fatal(err)
				}
			}
			_, said, _ = strings.Cut(string(part), "\r\nX-Through: ")
			said, _, _ = strings.Cut(said, "\r\n")
		}
		answer.Body.Close()
		if said != "A B OWN" {
			t.Errorf("%s says %q", path, said)
		}
	}
	http.DefaultClient.CloseIdleConnections()
}
