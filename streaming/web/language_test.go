package web

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"

	"fanlight/streaming"
)

// watchIn requests a stream in a language, and hands over what comes as it comes.
func (h *house) watchIn(t *testing.T, path, accepted string) io.Reader {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, "GET", h.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept-Language", accepted)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return response.Body
}

// comes reads until a piece has come.
func comes(t *testing.T, what string, from io.Reader, piece []byte) {
	t.Helper()
	var all []byte
	for buffer := make([]byte, 64<<10); !bytes.Contains(all, piece); {
		n, err := from.Read(buffer)
		if all = append(all, buffer[:n]...); err != nil {
			t.Fatalf("%s: %v after %d bytes", what, err, len(all))
		}
	}
}

func TestEachViewerIsSentCardsInItsLanguage(t *testing.T) {
	shrink := func(picture []byte, _, _ int) ([]byte, error) { return picture[:len(picture)-1], nil }
	h := serveWith(t, Options{}, StreamOptions{Shrink: shrink}, nil)
	var viewers []io.Reader
	for _, language := range []string{"de-AT,en;q=0.5", "en", "", "xx"} {
		viewers = append(viewers, h.watchIn(t, "/stream.mjpg", language))
	}
	smaller := h.watchIn(t, "/stream.mjpg?quality=50", "de")
	eventually(t, "the viewers", func() bool { return h.stream.Viewers() == 5 })
	h.feed.Pause()
	var card *streaming.Frame
	eventually(t, "a card", func() bool { card = h.feed.Newest(); return card != nil })
	defer card.Release()
	german, english := card.Card.In("de"), card.JPEG
	if german == nil || bytes.Equal(german, english) {
		t.Fatal("the card is not drawn in German")
	}
	comes(t, "German", viewers[0], german)
	for _, viewer := range viewers[1:] {
		comes(t, "English", viewer, english)
	}
	comes(t, "German, smaller", smaller, german[:len(german)-1])
}
