package main

import (
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"fanlight/assets"
	"fanlight/streaming/streamtest"
)

// stampedCamera is a network camera of 10 fps that says when it took each picture.
type stampedCamera struct {
	mu    sync.Mutex
	taken []string // as X-Timestamp has it, by the picture's number
}

func (c *stampedCamera) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "multipart/x-mixed-replace; boundary=next")
	for r.Context().Err() == nil {
		c.mu.Lock()
		picture := streamtest.Stamped(assets.Emulated()[0], uint64(len(c.taken)))
		now := time.Now().UnixMicro()
		c.taken = append(c.taken, fmt.Sprintf("%d.%06d", now/1e6, now%1e6))
		fmt.Fprintf(w, "--next\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\nX-Timestamp: %s\r\n\r\n%s\r\n", len(picture), c.taken[len(c.taken)-1], picture)
		c.mu.Unlock()
		if http.NewResponseController(w).Flush() != nil {
			return
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-r.Context().Done():
		}
	}
}

// is reports whether the camera took picture n at the time, as X-Timestamp has it.
func (c *stampedCamera) is(n int, taken string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return n < len(c.taken) && c.taken[n] == taken
}

// passed is a picture of stampedCamera's that came through Fanlights.
type passed struct {
	number int
	taken  string
	marks  []string
}

// receives reads a stream up to so many of the camera's pictures, without the cards between them.
func receives(t *testing.T, address string, count int) (pictures []passed) {
	t.Helper()
	answer, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	parts := multipart.NewReader(answer.Body, "fanlight")
	for len(pictures) < count {
		part, err := parts.NextRawPart()
		if err != nil {
			t.Fatalf("%s after %d pictures: %v", address, len(pictures), err)
		}
		picture, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		if n, ok := streamtest.Stamp(picture); ok {
			pictures = append(pictures, passed{int(n), part.Header.Get("X-Timestamp"), strings.Fields(part.Header.Get("X-Through"))})
		}
	}
	return pictures
}

// relay is a program in a process of its own that shares what it sees at an address.
func relay(t *testing.T, address string, args ...string) *served {
	t.Helper()
	s := serve(t)
	s.Env = append(s.Env, "CAMERA="+address)
	s.Args = append(s.Args, args...)
	s.start(t)
	return s
}

// Three programs in a row pass each picture on with the time at which the camera took it, live and
// from the past, and with the marks of those that it came through.
func TestATreeKeepsTheTimesOfPictures(t *testing.T) {
	camera := &stampedCamera{}
	server := httptest.NewServer(camera)
	defer server.Close()
	address := server.URL + "/"
	var all []*served
	for range 3 {
		all = append(all, relay(t, address))
		address = all[len(all)-1].link
	}
	var marks []string
	for _, hop := range all {
		live := receives(t, hop.link+"stream.mjpg", 10)
		for n, p := range live {
			if !camera.is(p.number, p.taken) || n > 0 && p.number <= live[n-1].number {
				t.Errorf("hop %d, picture %d: %+v", len(marks)+1, n, p)
			}
			if len(p.marks) != len(marks)+1 || !slices.Equal(p.marks[:len(marks)], marks) {
				t.Errorf("hop %d: marked %q, want %q and one more", len(marks)+1, p.marks, marks)
			}
		}
		marks = live[0].marks
	}
	then := receives(t, all[2].link+"stream.mjpg", 5)
	past := receives(t, all[2].link+"stream.mjpg?from="+then[0].taken, 5)
	if past[0].number != then[0].number {
		t.Errorf("from the time of picture %d: %d", then[0].number, past[0].number)
	}
	for _, p := range past {
		if !camera.is(p.number, p.taken) || !slices.Equal(p.marks, marks) {
			t.Errorf("from the past: %+v, want the marks %q", p, marks)
		}
	}
	for _, hop := range slices.Backward(all) {
		hop.endsWith(t, syscall.SIGTERM)
	}
}

// Where the first of three programs watches the last, the one that a picture comes back to says so, and
// its card goes round instead.
func TestARingOfThreeIsNoticed(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	last := free.Addr().String()
	address := "http://" + last + "/"
	var all []*served
	for n := range 3 {
		var args []string
		if n == 2 {
			free.Close()
			args = []string{"--listen", last}
		}
		all = append(all, relay(t, address, args...))
		address = all[n].link
	}
	answer, err := client.Get(address + "stream.mjpg")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		var said []string
		for _, hop := range all {
			said = append(said, hop.reason(t))
		}
		if strings.Contains(strings.Join(said, "\n"), "would go round in a loop") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the three say %q", said)
		}
	}
}

// reason asks as the owner why the camera is lost.
func (s *served) reason(t *testing.T) string {
	t.Helper()
	var dir string
	for _, variable := range s.Env {
		if value, ok := strings.CutPrefix(variable, "XDG_CONFIG_HOME="); ok {
			dir = value
		}
	}
	content, err := os.ReadFile(filepath.Join(dir, "fanlight", "settings.json"))
	if err != nil {
		t.Fatal(err)
	}
	var kept remembered
	if err := json.Unmarshal(content, &kept); err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.link+"api/status", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+kept.OwnerKey)
	answer, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var now status
	if err := json.NewDecoder(answer.Body).Decode(&now); err != nil {
		t.Fatal(err)
	}
	return now.Reason
}
