package main

import (
	"context"
	"errors"
	"iter"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fanlight/streaming/discovery"
)

func TestListStreams(t *testing.T) {
	door := discovery.Stream{Name: "Door, the \"front\" one", URL: "http://10.0.0.1:8080/stream.mjpg"}
	yard := discovery.Stream{Name: "Yard", URL: "rtsp://10.0.0.2:554/live"}
	for _, c := range []struct {
		name           string
		lists          [][]discovery.Stream
		err            error
		code           int
		stdout, stderr string
	}{
		{"the last list counts", [][]discovery.Stream{{yard}, {door, yard}}, nil, exitClean,
			"Door, the \"front\" one\thttp://10.0.0.1:8080/stream.mjpg\nYard\trtsp://10.0.0.2:554/live\n", ""},
		{"none", nil, nil, exitClean, "", "fanlight: nobody shares a stream on this network; switch Share on in another Fanlight, then look again\n"},
		{"all left", [][]discovery.Stream{{yard}, nil}, nil, exitClean, "", "fanlight: nobody shares a stream on this network; switch Share on in another Fanlight, then look again\n"},
		{"not all", [][]discovery.Stream{{yard}}, discovery.ErrMore, exitClean, "Yard\trtsp://10.0.0.2:554/live\n", "fanlight: more streams are announced on the network than Fanlight lists\n"},
		{"no port", nil, errors.New("port 5353 is taken"), exitFailed, "", "fanlight: port 5353 is taken\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var stdout, stderr strings.Builder
			if code := listStreams(seen(c.lists, c.err), &stdout, &stderr); code != c.code || stdout.String() != c.stdout || stderr.String() != c.stderr {
				t.Errorf("status %d, output %q, errors %q", code, &stdout, &stderr)
			}
		})
	}
}

// seen are lists of streams, the last of them with ErrMore, or then a failure, as
// discovery.Browse yields them.
func seen(lists [][]discovery.Stream, err error) iter.Seq2[[]discovery.Stream, error] {
	return func(yield func([]discovery.Stream, error) bool) {
		for n, list := range lists {
			if n == len(lists)-1 && errors.Is(err, discovery.ErrMore) {
				yield(list, err)
				return
			}
			if !yield(list, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// A long list, of which more comes all the time, is waited for.
func TestListingStreamsWaitsUntilItIsQuiet(t *testing.T) {
	for _, c := range []struct{ changes, want time.Duration }{
		{0, browsing}, {500 * time.Millisecond, browsing}, {5 * time.Second, 6 * time.Second}, {time.Minute, longestBrowsing},
	} {
		synctest.Test(t, func(t *testing.T) {
			begun := time.Now()
			found := untilQuiet(t.Context(), func(ctx context.Context) iter.Seq2[[]discovery.Stream, error] {
				return func(yield func([]discovery.Stream, error) bool) {
					for ctx.Err() == nil && time.Since(begun) < c.changes {
						time.Sleep(500 * time.Millisecond)
						yield(nil, nil)
					}
					<-ctx.Done()
				}
			})
			for range found {
			}
			if took := time.Since(begun); took != c.want {
				t.Errorf("changing for %v it took %v, want %v", c.changes, took, c.want)
			}
		})
	}
}
