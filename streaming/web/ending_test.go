package web

import (
	"bytes"
	"io"
	"net"
	"testing"
	"time"

	"fanlight/assets/translations"
	"fanlight/drivers/jpegs"
	"fanlight/streaming"
	"fanlight/streaming/streamtest"
)

// lastPicture returns the last part of a stream that has ended.
func lastPicture(t *testing.T, stream []byte) []byte {
	t.Helper()
	before, found := bytes.CutSuffix(stream, plainTail)
	at := bytes.LastIndex(before, []byte("\r\n\r\n"))
	if !found || at < 0 {
		t.Fatalf("%d bytes, which end in %q", len(stream), stream[max(0, len(stream)-60):])
	}
	return before[at+4:]
}

func TestTheEndOfSharingIsTheLastPicture(t *testing.T) {
	h := serveWith(t, Options{}, StreamOptions{}, nil)
	large := streamtest.Grey(640, 480)
	h.bench.Picture.Store(&large)
	english, german := h.watchIn(t, "/stream.mjpg", "en"), h.watchIn(t, "/stream.mjpg", "de")
	comes(t, "a picture", english, large)
	comes(t, "a picture", german, large)
	began := time.Now()
	h.stop()
	if took := time.Since(began); took > shutdownPatience {
		t.Errorf("the end took %v", took)
	}
	for language, viewer := range map[string]io.Reader{"en": english, "de": german} {
		all, err := io.ReadAll(viewer)
		if err != nil {
			t.Fatal(err)
		}
		var translate streaming.Translate
		if language != "en" {
			translate = translations.Match(language).Text
		}
		want, err := streaming.EndCard(640, 480, h.stream.Name(), translate)
		if got := lastPicture(t, all); err != nil || !bytes.Equal(got, want) {
			t.Errorf("in %q: the last picture has %d bytes, want %d", language, len(got), len(want))
		}
	}
}

// Over HTTPS pictures are written in another way.
func TestTheEndOfSharingOverHTTPS(t *testing.T) {
	h, client := secured(t, Options{})
	response, err := client.Get(h.url + "/stream.mjpg")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	comes(t, "a picture", response.Body, streamtest.Tiny[0])
	h.stop()
	all, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if _, info, err := jpegs.Mend(lastPicture(t, all)); err != nil || info.Width != 240 {
		t.Errorf("the last picture is no card: %d wide, %v", info.Width, err)
	}
}

// A viewer who reads nothing does not keep the owner from leaving.
func TestTheEndOfSharingWaitsForNobody(t *testing.T) {
	h := serve(t, 0)
	large := bytes.Clone(streamtest.Grey(4000, 3000))
	h.bench.Picture.Store(&large)
	stuck, err := net.Dial("tcp", h.url[len("http://"):])
	if err != nil {
		t.Fatal(err)
	}
	defer stuck.Close()
	if _, err := io.WriteString(stuck, "GET /stream.mjpg HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the viewer", func() bool { return h.stream.Viewers() == 1 && h.feed.Status().Pictures > 60 })
	began := time.Now()
	h.stop()
	if took := time.Since(began); took > shutdownPatience+time.Second {
		t.Errorf("the end took %v", took)
	}
}
