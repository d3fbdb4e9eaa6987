package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"fanlight/streaming"
	"fanlight/streaming/streamtest"
)

// leaving is a viewer that leaves with the first picture.
type leaving struct {
	*recorder
	leave context.CancelFunc
}

func (l leaving) Write(p []byte) (int, error) {
	if strings.Contains(string(p), "X-Timestamp") {
		l.leave()
	}
	return l.recorder.Write(p)
}

// FuzzRewind sends any moments, speeds and steps: the answer is a picture, or an error with
// a sentence that says what to write.
func FuzzRewind(f *testing.F) {
	for _, seed := range [][4]string{
		{"-30s", "0.5", "-30s", "1"}, {"2026-11-23T10:00:00Z", "0", "2026-11-23T10:00:00+01:00", "-1"}, {"0", "16", "0", ""},
		{"1795435200.123456", "1", "9999-12-31T23:59:59Z", "2"}, {"-1h", "NaN", "-2562047h", "x"}, {"", "", "", ""}, {"-\x00", "1e-300", "１", "+1"},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	fast := streamtest.NewCamera()
	fast.FPS = 1000
	feed := streaming.NewFeed(fast.Source(), 0, discarded)
	f.Cleanup(feed.Close)
	server, stream := single(feed, StreamOptions{})
	stream.viewers.noNames = true
	stream.RewindWith(minute(streamtest.Tiny[0], 1000))
	f.Fuzz(func(t *testing.T, from, speed, at, step string) {
		for path, query := range map[string]url.Values{
			"/stream.mjpg": {"from": {from}, "speed": {speed}}, "/stream": {"from": {from}}, "/frame.jpg": {"at": {at}, "step": {step}},
		} {
			ctx, leave := context.WithTimeout(t.Context(), patience)
			request, err := http.NewRequestWithContext(ctx, "GET", path+"?"+query.Encode(), nil)
			if err != nil {
				t.Fatal(err)
			}
			request.RemoteAddr, request.Host = "127.0.0.1:1", "localhost"
			answer := leaving{newRecorder(), leave}
			server.handler.ServeHTTP(answer, request)
			late := ctx.Err() == context.DeadlineExceeded
			if leave(); late {
				t.Fatalf("%s with %q: no picture comes", path, query)
			}
			switch body := answer.body.String(); answer.status {
			case 0:
				if _, stamped := streamtest.Stamp(answer.body.Bytes()); path == "/frame.jpg" && !stamped {
					t.Errorf("%s with %q: %.100q", path, query, body)
				}
			case http.StatusBadRequest:
				if !strings.Contains(body, path[:4]) || !strings.Contains(body, " ") {
					t.Errorf("%s with %q: %q does not say what to write", path, query, body)
				}
			case http.StatusNotFound:
				if path != "/frame.jpg" || step == "" {
					t.Errorf("%s with %q: %q", path, query, body)
				}
			default:
				t.Errorf("%s with %q: %d %q", path, query, answer.status, body)
			}
		}
	})
}
