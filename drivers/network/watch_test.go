package network

import (
	"context"
	"io"
	"testing"
	"testing/synctest"
	"time"
)

func TestWatchEndsASilentSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		start := time.Now()
		w := startWatch(cancel)
		defer w.stop()
		<-ctx.Done()
		if took := time.Since(start); context.Cause(ctx) != errNoAnswer || took != openPatience {
			t.Errorf("a source that sends nothing: %v after %v", context.Cause(ctx), took)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		w := startWatch(cancel)
		defer w.stop()
		body, server := io.Pipe()
		reader := w.reader(body)
		go func() {
			for range 5 { // slower than a picture a second, for longer than any patience
				time.Sleep(livePatience - time.Second)
				server.Write([]byte("bytes"))
			}
		}()
		buffer := make([]byte, 5)
		for range 5 {
			if _, err := io.ReadFull(reader, buffer); err != nil || ctx.Err() != nil {
				t.Fatal(err, context.Cause(ctx))
			}
		}
		last := time.Now()
		<-ctx.Done()
		if took := time.Since(last); context.Cause(ctx) != errSilent || took != livePatience {
			t.Errorf("a source that sends no more: %v after %v", context.Cause(ctx), took)
		}
	})
}
