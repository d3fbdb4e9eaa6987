package streaming

import (
	"context"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// passing is a source whose pictures came through others.
func passing(through *string) Source {
	return Source{ID: "net", Name: "Net", Mark: "OWN", Frames: func(ctx context.Context, _ func(Mode)) iter.Seq2[Picture, error] {
		return func(yield func(Picture, error) bool) {
			for n := 0; yield(Picture{JPEG: tiny[n%3], Through: *through}, nil); n++ {
				select {
				case <-time.After(time.Second / 10):
				case <-ctx.Done():
					return
				}
			}
		}
	}}
}

func TestPicturesThatComeBackAreRefused(t *testing.T) {
	many := strings.Repeat("M ", mostMarks)
	for _, c := range []struct {
		through, passedOn string
		want              error
	}{
		{"", "OWN", nil},
		{"A B", "A B OWN", nil},
		{"A OWNER", "A OWNER OWN", nil},
		{"A OWN B", "OWN", errComesBack}, // on the card
		{many, "OWN", errFarFetched},
	} {
		synctest.Test(t, func(t *testing.T) {
			feed := NewFeed(passing(&c.through), 0, slog.New(slog.DiscardHandler))
			defer feed.Close()
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			for f := range feed.Frames(ctx) {
				now := feed.Status()
				if f.Through != c.passedOn || f.Card != (c.want != nil) || c.want != nil && now.Reason != c.want.Error() {
					t.Errorf("%q: passed on as %q, a card: %v, %s %q", c.through, f.Through, f.Card, now.State, now.Reason)
				}
				break
			}
		})
	}
}

// The marks are in every kind of answer that another Fanlight may watch.
func TestMarksArePassedOn(t *testing.T) {
	through := "A B"
	feed := NewFeed(passing(&through), 0, slog.New(slog.DiscardHandler))
	defer feed.Close()
	server := httptest.NewServer(NewServer(feed, Options{Shrink: func(p []byte, _, _ int) ([]byte, error) { return p[:len(p)-1], nil }}).handler)
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
