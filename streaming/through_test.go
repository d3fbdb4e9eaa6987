package streaming_test

import (
	"context"
	"iter"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	. "fanlight/streaming"
	"fanlight/streaming/streamtest"
)

// passing returns a source whose pictures came through other Fanlights.
func passing(through *string) Source {
	return Source{ID: "net", Name: "Net", Mark: "OWN", Frames: func(ctx context.Context, _ func(Mode)) iter.Seq2[Picture, error] {
		return func(yield func(Picture, error) bool) {
			for n := 0; yield(Picture{JPEG: streamtest.Tiny[n%3], Through: *through}, nil); n++ {
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
	many := strings.Repeat("M ", MostMarks)
	for _, c := range []struct {
		through, passedOn string
		want              error
	}{
		{"", "OWN", nil},
		{"A B", "A B OWN", nil},
		{"A OWNER", "A OWNER OWN", nil},
		{"A OWN B", "OWN", ErrComesBack}, // on the card
		{many, "OWN", ErrFarFetched},
	} {
		synctest.Test(t, func(t *testing.T) {
			feed := NewFeed(passing(&c.through), 0, slog.New(slog.DiscardHandler))
			defer feed.Close()
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			for f := range feed.Frames(ctx) {
				now := feed.Status()
				if f.Through != c.passedOn || (f.Card != nil) != (c.want != nil) || c.want != nil && now.Reason != c.want.Error() {
					t.Errorf("%q: passed on as %q, a card: %v, %s %q", c.through, f.Through, f.Card != nil, now.State, now.Reason)
				}
				break
			}
		})
	}
}
