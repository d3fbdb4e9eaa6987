package web

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/streamtest"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
)

func (h *house) metrics(t *testing.T) (text string, values map[string]float64) {
	t.Helper()
	response := h.get(t, "GET", "/metrics")
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != 200 || !strings.HasPrefix(response.Header.Get("Content-Type"), "text/plain; version=0.0.4") {
		t.Fatalf("%s %v, %v", response.Status, response.Header, err)
	}
	values = map[string]float64{}
	for line := range strings.Lines(string(body)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if n, err := strconv.ParseFloat(value, 64); err == nil {
			values[name] = n
		}
	}
	return string(body), values
}

func TestMetricsCountWhatHappened(t *testing.T) {
	h := serve(t, 7)
	_, off := h.metrics(t)
	if off[`fanlight_camera_state{state="off"}`] != 1 || off[`fanlight_camera_state{state="live"}`] != 0 || off["fanlight_viewers_max"] != 7 || off[`fanlight_build_info{version="1.2.3"}`] != 1 {
		t.Errorf("off: %v", off)
	}
	h.bench.Picture.Store(&streamtest.Tiny[0])
	stream := h.get(t, "GET", "/stream.mjpg")
	part, _ := newPart(&streaming.Frame{JPEG: streamtest.Tiny[0], Taken: time.Now()})
	if _, err := io.CopyN(io.Discard, stream.Body, int64(10*part.size())); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the viewer's pictures", func() bool {
		_, now := h.metrics(t)
		sent, bytes := now["fanlight_pictures_sent_total"], now["fanlight_bytes_sent_total"]
		return now["fanlight_viewers"] == 1 && now[`fanlight_camera_state{state="live"}`] == 1 && now["fanlight_camera_fps"] > 1 &&
			now["fanlight_pictures_total"] >= sent && sent >= 9 && bytes == sent*float64(part.size())
	})
	stream.Body.Close()
	eventually(t, "the viewer to be gone", func() bool { return h.stream.Viewers() == 0 })
	gone := errors.New("Bench is unplugged: plug it in again")
	h.bench.Fail.Store(&gone)
	again := h.get(t, "GET", "/stream.mjpg")
	eventually(t, "the camera to be tried again", func() bool {
		_, now := h.metrics(t)
		return now["fanlight_camera_reopenings_total"] > 0 && now[`fanlight_camera_state{state="lost"}`] == 1
	})
	h.bench.Fail.Store(nil)
	again.Body.Close()
	garbage := []byte("no picture")
	h.bench.Picture.Store(&garbage)
	h.stream.Encoded(3 * time.Millisecond)
	eventually(t, "what was dropped and encoded", func() bool {
		_, now := h.metrics(t)
		return now["fanlight_pictures_dropped_total"] > 0 && now["fanlight_pictures_sent_total"] >= 9 && now["fanlight_viewers"] == 0 &&
			now["fanlight_encode_seconds_count"] == 1 && now["fanlight_encode_seconds_sum"] == 0.003
	})
	text, values := h.metrics(t)
	if values["go_goroutines"] == 0 || values["process_open_fds"] == 0 {
		t.Error("nothing of the process")
	}
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "fanlight_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
}
