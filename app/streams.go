package main

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"fanlight/streaming/discovery"
)

// browsing is how long --list-streams looks for streams.
const browsing = 2 * time.Second

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
