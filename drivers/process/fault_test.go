//go:build unix

package process

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"fanlight/drivers/camera"
	"fanlight/drivers/caught"
)

// faulty is a log that panics.
type faulty struct{ slog.Handler }

func (faulty) Handle(context.Context, slog.Record) error { panic("half a line") }
func (f faulty) WithAttrs([]slog.Attr) slog.Handler      { return f }
func (faulty) Enabled(context.Context, slog.Level) bool  { return true }

// What a program says is read in a goroutine of its own.
func TestPanicInTheReaderOfStandardErrorIsTheCamerasError(t *testing.T) {
	p := script(t, `echo hello >&2; cat "$1"; echo hello >&2`)
	pictures := 0
	err := p.run(t.Context(), camera.Want{Log: slog.New(faulty{})}, func(camera.Picture, error) bool { pictures++; return true })
	if fault := new(caught.Fault); !errors.As(err, &fault) || fault.Value != "half a line" || pictures != 1 {
		t.Errorf("%d pictures, then %v", pictures, err)
	}
}

// A slow consumer is read ahead of in a goroutine.
func TestPanicInTheGoroutineThatReadsAheadIsTheCamerasError(t *testing.T) {
	p := script(t, `while cat "$1"; do :; done`)
	taken := 0
	p.Taken = func([]byte) (at time.Time) {
		if taken++; taken == 10*mostWaiting {
			panic("half a time")
		}
		return at
	}
	var failures []error
	pictures := 0
	for _, err := range p.Frames(t.Context(), camera.Want{}) {
		if err != nil {
			failures = append(failures, err)
		} else if pictures++; pictures == 1 {
			time.Sleep(2 * slow)
		}
	}
	if fault := new(caught.Fault); len(failures) != 1 || !errors.As(failures[0], &fault) || fault.Value != "half a time" {
		t.Errorf("ended with %v", failures)
	}
}
