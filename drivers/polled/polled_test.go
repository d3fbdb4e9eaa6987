package polled

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"testing"
	"time"
)

func TestReaderReadsWhatIsThere(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	reader := NewReader(r)
	if n, err := reader.Read(nil); n != 0 || err != nil {
		t.Errorf("into nothing: %d, %v", n, err)
	}
	sent := bytes.Repeat([]byte("picture "), 20_000) // more than a pipe holds
	var writing sync.WaitGroup
	writing.Go(func() {
		defer w.Close()
		if _, err := w.Write(sent); err != nil {
			t.Error(err)
		}
	})
	got, err := io.ReadAll(reader)
	writing.Wait()
	if err != nil || !bytes.Equal(got, sent) {
		t.Errorf("%d bytes of %d, %v", len(got), len(sent), err)
	}
	if n, err := reader.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("behind the end: %d, %v", n, err)
	}
}

func TestReaderOfAFileThatWaitsIsTheFile(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	defer r.Close()
	r.Fd() // makes it one that waits
	if reader := NewReader(r); reader != io.Reader(r) {
		t.Errorf("a read of %T would hold up Go's scheduler", reader)
	}
}

func TestDeadlineEndsARead(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	defer r.Close()
	time.AfterFunc(10*time.Millisecond, func() { r.SetReadDeadline(time.Unix(0, 1)) })
	if _, err := NewReader(r).Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("ended with %v", err)
	}
}

func TestClosedFileSaysSo(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	w.Close()
	before := NewReader(r)
	r.Close()
	for _, reader := range []io.Reader{before, NewReader(r)} {
		if n, err := reader.Read(make([]byte, 1)); n != 0 || err == nil || err == io.EOF {
			t.Errorf("read %d bytes with %v", n, err)
		}
	}
}

func TestTickerKeepsItsRateInTheLongRun(t *testing.T) {
	const every, ticks = 5 * time.Millisecond, 40
	ticker, err := NewTicker(t.Context(), every)
	if err != nil {
		t.Fatal(err)
	}
	defer ticker.Close()
	began := time.Now()
	for range ticks {
		if !ticker.Wait() {
			t.Fatal("ended before its context")
		}
	}
	if took := time.Since(began); took < ticks*every-every {
		t.Errorf("%d ticks took %v", ticks, took)
	}
}

func TestTickerEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	ticker, err := NewTicker(ctx, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	defer ticker.Close()
	time.AfterFunc(10*time.Millisecond, cancel)
	for range 2 {
		if ticker.Wait() {
			t.Error("ticks after the end")
		}
	}
}

func TestTickerFasterThanTimeGoesOn(t *testing.T) {
	ticker, err := NewTicker(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer ticker.Close()
	if !ticker.Wait() {
		t.Error("ended")
	}
}
