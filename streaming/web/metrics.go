package web

import (
	"net/http"
	"time"

	"fanlight/streaming"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// The metrics that are read from a Stream.
var (
	metricPictures = metric("pictures_total", "Pictures that the camera delivered.")
	metricDropped  = metric("pictures_dropped_total", "Pictures of the camera that were no usable JPEG.")
	metricSkipped  = metric("pictures_skipped_total", "Pictures of the camera above the rate asked for.")
	metricReopened = metric("camera_reopenings_total", "Times that a lost camera was tried again.")
	metricSent     = metric("pictures_sent_total", "Pictures sent to viewers of the stream.")
	metricBytes    = metric("bytes_sent_total", "Bytes of the stream sent to viewers.")
	metricViewers  = metric("viewers", "Viewers of the stream.")
	metricMost     = metric("viewers_max", "Limit of viewers.")
	metricFPS      = metric("camera_fps", "Rate of the camera's pictures in fps, measured.")
	metricState    = metric("camera_state", "1 for the state that the camera is in, 0 for the others.", "state")
	metricBuild    = metric("build_info", "1, for the program's version.", "version")
)

func metric(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("fanlight_"+name, help, labels, nil)
}

// newEncoding returns the histogram of the time to encode a picture. Its buckets reach
// from a small picture on a fast machine to a large one on a slow one.
func newEncoding() prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{
		Name:    "fanlight_encode_seconds",
		Help:    "Time to encode a picture, for those that Fanlight encodes itself.",
		Buckets: prometheus.ExponentialBuckets(0.0005, 2, 10),
	})
}

// meter collects a Stream's numbers when /metrics is requested, from counters that the
// Stream keeps anyway.
type meter struct{ *Stream }

func (m meter) Describe(descs chan<- *prometheus.Desc) { prometheus.DescribeByCollect(m, descs) }

func (m meter) Collect(metrics chan<- prometheus.Metric) {
	count := func(desc *prometheus.Desc, value uint64) {
		metrics <- prometheus.MustNewConstMetric(desc, prometheus.CounterValue, float64(value))
	}
	gauge := func(desc *prometheus.Desc, value float64, labels ...string) {
		metrics <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
	}
	now := m.feed.Status()
	pictures, bytes := m.viewers.totals()
	count(metricPictures, now.Pictures)
	count(metricDropped, now.Dropped)
	count(metricSkipped, now.Skipped)
	count(metricReopened, now.Reopenings)
	count(metricSent, pictures)
	count(metricBytes, bytes)
	gauge(metricViewers, float64(m.Viewers()))
	gauge(metricMost, float64(m.MaxViewers()))
	gauge(metricFPS, now.Measured.FPS)
	for state := streaming.Off; state <= streaming.Paused; state++ {
		is := 0.0
		if state == now.State {
			is = 1
		}
		gauge(metricState, is, state.String())
	}
	gauge(metricBuild, 1, m.server.version)
}

// metrics returns a handler that answers with the metrics of the Stream, the process and
// Go's runtime.
func (s *Stream) metrics() http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(meter{s}, s.encoding,
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}

// Encoded records the time it took to encode a picture. Callers are those that encode
// outside of this package.
func (s *Stream) Encoded(took time.Duration) { s.encoding.Observe(took.Seconds()) }
