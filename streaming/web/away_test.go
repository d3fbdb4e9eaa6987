package web

import (
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestDisconnectedPageIsRefusedForAMinute(t *testing.T) {
	h := serve(t, 0)
	stream := h.get(t, "GET", "/stream.mjpg?viewer=one")
	if !h.stream.LetGo(h.stream.Watching()[0].ID) {
		t.Fatal("nobody is disconnected")
	}
	io.Copy(io.Discard, stream.Body)
	response := h.get(t, "GET", "/stream.mjpg?viewer=one&width=640")
	body, _ := io.ReadAll(response.Body)
	if response.StatusCode != 403 || response.Header.Get("Retry-After") != "60" || !strings.HasPrefix(string(body), "The owner has disconnected you.") {
		t.Errorf("the same page: %s, %v, %q", response.Status, response.Header, body)
	}
	for _, path := range []string{"/stream.mjpg?viewer=two", "/stream.mjpg", "/stream.mjpg?viewer="} {
		if response := h.get(t, "GET", path); response.StatusCode != 200 {
			t.Errorf("%s: %s", path, response.Status)
		}
	}
	h.stop()
	if n := len(h.stream.viewers.away); n != 0 {
		t.Errorf("%d pages are disconnected after the end of sharing", n)
	}
}

func TestTimeAwayEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pages := away{}
		pages.add("one")
		time.Sleep(awayFor - time.Second)
		if no := pages.refuse("one"); no == nil || no.retry != time.Second {
			t.Errorf("in the last second: %+v", no)
		}
		time.Sleep(time.Second)
		if no := pages.refuse("one"); no != nil {
			t.Errorf("after it: %+v", no)
		}
		for n := range 1000 {
			pages.add(fmt.Sprint(n))
			time.Sleep(10 * time.Second)
		}
		if n := len(pages); n > 8 {
			t.Errorf("%d pages are remembered, of which 6 are away", n)
		}
		pages.add("")
		if no := pages.refuse(""); no != nil {
			t.Errorf("whoever sends no ID is refused: %+v", no)
		}
	})
}

func TestLongPageIDIsNone(t *testing.T) {
	for length, want := range map[int]int{0: 0, 32: 32, maxPageID: maxPageID, maxPageID + 1: 0} {
		r := httptest.NewRequest("GET", "/stream.mjpg?viewer="+strings.Repeat("x", length), nil)
		if got := len(pageOf(r)); got != want {
			t.Errorf("of %d bytes: %d are kept, want %d", length, got, want)
		}
	}
}
