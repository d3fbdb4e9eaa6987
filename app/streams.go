package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"fanlight/streaming/discovery"
)

const (
	// browsing is how long --list-streams looks for streams at least; it goes on until the
	// list has not changed for browsingQuiet, or longestBrowsing has passed.
	browsing, longestBrowsing = 2 * time.Second, 10 * time.Second
	browsingQuiet             = time.Second
)

// untilQuiet yields what browse finds until no more is to be expected.
func untilQuiet(ctx context.Context, browse func(context.Context) iter.Seq2[[]discovery.Stream, error]) iter.Seq2[[]discovery.Stream, error] {
	return func(yield func([]discovery.Stream, error) bool) {
		ctx, stop := context.WithTimeout(ctx, longestBrowsing)
		defer stop()
		least := time.Now().Add(browsing)
		end := time.AfterFunc(browsing, stop)
		defer end.Stop()
		for streams, err := range browse(ctx) {
			if !yield(streams, err) {
				return
			}
			end.Reset(max(time.Until(least), browsingQuiet))
		}
	}
}

// listStreams writes the last list of streams that was found. It returns the exit status.
func listStreams(found iter.Seq2[[]discovery.Stream, error], stdout, stderr io.Writer) int {
	var last []discovery.Stream
	more := false
	for streams, err := range found {
		if more = errors.Is(err, discovery.ErrMore); err != nil && !more {
			return fail(stderr, exitFailed, err)
		}
		last = streams
	}
	for _, s := range last {
		fmt.Fprintf(stdout, "%s\t%s\n", s.Name, s.URL)
	}
	if len(last) == 0 {
		fmt.Fprintln(stderr, "fanlight: nobody shares a stream on this network; switch Share on in another Fanlight, then look again")
	}
	if more {
		fmt.Fprintf(stderr, "fanlight: %v\n", discovery.ErrMore)
	}
	return exitClean
}
