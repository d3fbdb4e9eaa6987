package main

import (
	"fmt"
	"mime"
	"mime/multipart"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// irregular is a program that delivers pictures at no steady rate, as a camera to be chosen.
func irregular(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(strings.TrimPrefix(folder(t), "folder:"), "*.jpg"))
	if err != nil || len(files) == 0 {
		t.Fatalf("pictures %q, %v", files, err)
	}
	script := filepath.Join(t.TempDir(), "irregular")
	text := fmt.Sprintf("#!/bin/sh\nwhile cat '%s'; do for pause in 0.013 0.21 0.034 0.4 0.055; do sleep $pause; cat '%[1]s' || exit; done; done\n", files[0])
	if err := os.WriteFile(script, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	return "command:" + script
}

// timestamps are those of some pictures of the stream, in order.
func (h *headless) timestamps(t *testing.T, some int) (all []time.Time) {
	t.Helper()
	response := h.get(t, "stream.mjpg")
	_, params, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	for parts := multipart.NewReader(response.Body, params["boundary"]); len(all) < some; {
		part, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		seconds, err := strconv.ParseFloat(part.Header.Get("X-Timestamp"), 64)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, time.UnixMicro(int64(seconds*1e6+0.5)))
	}
	return all
}

// The times in a recording are those of the pictures' X-Timestamp, to a millisecond, whatever
// the rate of the camera.
func TestTimesInARecordingAreTheStreams(t *testing.T) {
	need(t, "ffprobe")
	dir := t.TempDir()
	h := startHeadless(t, "--camera", irregular(t), "--record", dir)
	h.waitFor(t, "the camera to be live", func(s status) bool { return s.State == "live" })
	sent := h.timestamps(t, 40)
	if code := h.stop(); code != exitClean {
		t.Errorf("ended with %d", code)
	}
	f := probe(t, filepath.Join(dir, firstName(t, dir)))
	at := 0
	for _, stamp := range sent {
		for at < len(f.times) && f.begun.Add(f.times[at]).Before(stamp.Add(-time.Millisecond)) {
			at++
		}
		if at == len(f.times) || f.begun.Add(f.times[at]).Sub(stamp).Abs() > time.Millisecond {
			t.Fatalf("no picture in the recording was taken at %v; it has %d from %v on", stamp, len(f.times), f.begun)
		}
	}
	shortest, longest := time.Hour, time.Duration(0)
	for n := range len(sent) - 1 {
		shortest, longest = min(shortest, sent[n+1].Sub(sent[n])), max(longest, sent[n+1].Sub(sent[n]))
	}
	if longest < 3*shortest {
		t.Errorf("the camera was steady: pictures came %v to %v apart", shortest, longest)
	}
}
