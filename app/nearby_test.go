package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"iter"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fanlight/streaming/discovery"
	"fanlight/streaming/reach"
	"fanlight/ui"
)

// neighbour is another Fanlight, and what was asked of it.
type neighbour struct {
	stream discovery.Stream
	state  string

	mu    sync.Mutex
	asked []string
}

func newNeighbour(t *testing.T, state string) *neighbour {
	picture, err := os.ReadFile("../assets/emulated/1.jpg")
	if err != nil {
		t.Fatal(err)
	}
	n := &neighbour{state: state}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.asked = append(n.asked, r.URL.RequestURI())
		if r.URL.Path == "/api/status" {
			w.Header().Set("Content-Type", "application/json")
			json.NewEncoder(w).Encode(map[string]string{"state": n.state})
			return
		}
		w.Header().Set("Content-Type", "image/jpeg")
		w.Write(picture)
	}))
	t.Cleanup(server.Close)
	n.stream = discovery.Stream{Name: "Garden", Host: "lamp.local", Program: discovery.Fanlight, ID: "other", Near: true,
		URL: server.URL + "/stream.mjpg", Snapshot: server.URL + "/snapshot.jpg", Status: server.URL + "/api/status"}
	return n
}

func (n *neighbour) wasAsked() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.asked)
}

// follow has the program find lists of streams, one after another, until the test ends.
func follow(t *testing.T, p *program) (find func(...discovery.Stream)) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	lists := make(chan []discovery.Stream)
	var following sync.WaitGroup
	var found iter.Seq2[[]discovery.Stream, error] = func(yield func([]discovery.Stream, error) bool) {
		for {
			select {
			case list := <-lists:
				if !yield(list, nil) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
	following.Go(func() { p.followStreams(ctx, found) })
	t.Cleanup(func() { stop(); following.Wait() })
	return func(list ...discovery.Stream) { lists <- list }
}

// An empty list says why it may be empty, while it is open.
func TestEmptyListTellsOfAFirewall(t *testing.T) {
	openWall := walled(t)
	p := windowless(t, options{})
	find := follow(t, p)
	p.ListStreams(true)
	until(t, p, "the firewall", func(s ui.State) bool { return s.StreamsProblem == wallWords })
	find(discovery.Stream{Name: "Garden", Host: "lamp.local", URL: "http://192.0.2.1/stream.mjpg"})
	until(t, p, "the stream", func(s ui.State) bool { return s.StreamCount == 1 && s.StreamsProblem == "" })
	openWall()
	find()
	p.mu.Lock()
	p.nearby.checked = time.Time{}
	p.mu.Unlock()
	until(t, p, "the open firewall", func(s ui.State) bool { return s.StreamCount == 0 && s.StreamsProblem == "" })
}

func TestStreamsAreLookedAtWhileTheirListIsOpen(t *testing.T) {
	p := windowless(t, options{})
	find := follow(t, p)
	live, off := newNeighbour(t, "live"), newNeighbour(t, "off")
	off.stream.Name = "Yard"
	locked := discovery.Stream{Name: "Safe", Host: "safe.local", Program: discovery.Fanlight, Passcode: true, URL: "http://192.0.2.1/stream.mjpg", Status: "http://192.0.2.1/api/status"}
	p.setListening(&net.TCPAddr{Port: 8080})
	own := discovery.Stream{Name: "Mine", Addresses: []netip.Addr{netip.MustParseAddr("127.0.0.1")}, Port: 8080, URL: "http://127.0.0.1:8080/stream.mjpg"}
	find(live.stream, own, locked, off.stream)
	s := until(t, p, "the number", func(s ui.State) bool { return s.StreamCount == 3 })
	if !s.Browsing || len(s.Streams) > 0 {
		t.Errorf("while the list is closed it has %+v", s.Streams)
	}
	p.ListStreams(true)
	s = until(t, p, "pictures", func(s ui.State) bool { return s.Streams[0].Picture != nil && s.Streams[2].Off })
	if size := s.Streams[0].Picture.Bounds(); size.Dx() != glanceWidth || s.Streams[2].Picture != nil || !s.Streams[1].Locked || s.Streams[0].Machine != "lamp" {
		t.Errorf("shown as %+v", s.Streams)
	}
	if got, want := live.wasAsked(), []string{"/api/status", "/snapshot.jpg?if=live"}; !slices.Equal(got, want) {
		t.Errorf("the live one was asked for %q, want %q", got, want)
	}
	if got, want := off.wasAsked(), []string{"/api/status"}; !slices.Equal(got, want) {
		t.Errorf("the one that is off was asked for %q, want %q", got, want)
	}
	find(off.stream)
	s = until(t, p, "the end of two", func(s ui.State) bool { return len(s.Streams) == 1 })
	p.mu.Lock()
	if n := len(p.nearby.glances); n != 1 {
		t.Errorf("%d glances are kept", n)
	}
	p.mu.Unlock()
	p.ListStreams(false)
	if s := p.state(); len(s.Streams) > 0 || s.StreamCount != 1 {
		t.Errorf("closed, it lists %+v", s.Streams)
	}
	if due := p.dueGlances(time.Now().Add(time.Hour)); len(due) > 0 {
		t.Error("streams are looked at though nobody sees the list")
	}
}

func TestWatchShowsAStreamUnderItsName(t *testing.T) {
	home := startHeadless(t, "--camera", "emulated", "--passcode", "a b/c")
	p := windowless(t, options{})
	find := follow(t, p)
	stream := discovery.Stream{Name: "Garden", Host: "lamp.local", Program: discovery.Fanlight, ID: "other", Passcode: true, URL: home.link + "stream.mjpg"}
	find(stream)
	p.ListStreams(true)
	until(t, p, "the list", func(s ui.State) bool { return len(s.Streams) == 1 })
	ctx, stop := context.WithCancel(t.Context())
	var looking sync.WaitGroup
	defer looking.Wait()
	defer stop()
	looking.Go(func() {
		for range p.preview(ctx) {
		}
	})
	p.Watch(stream.URL, "a b/c")
	s := until(t, p, "its pictures", func(s ui.State) bool { return s.ChosenName == "Garden" && s.Condition == ui.Live })
	if !s.Streams[0].Watched || s.Width != 1280 {
		t.Errorf("shown as %+v", s.Streams[0])
	}
	if said := fmt.Sprintf("%+v", s); strings.Contains(said, "a%20b") || strings.Contains(said, "a b/c") {
		t.Errorf("the state shows the passcode: %s", said)
	}
	p.Watch(stream.URL, "wrong")
	s = until(t, p, "the refusal", func(s ui.State) bool { return strings.Contains(s.Problem, "that is not the passcode") })
	if s.Condition != ui.Live || s.ChosenName != "Garden" {
		t.Errorf("the camera before is %v: %s", s.Condition, s.ChosenName)
	}
}

// The first time the user compares the fingerprint; then the stream is known by it, and
// another one is shown again and never opened by itself.
func TestWatchOverHTTPS(t *testing.T) {
	home := startHeadless(t, "--camera", "emulated", "--tls", "--passcode", "sesame")
	dir, err := configDir()
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := reach.OwnCertificate(dir)
	if err != nil {
		t.Fatal(err)
	}
	shown := certificate.Fingerprint()
	p := windowless(t, options{})
	find := follow(t, p)
	stream := func(fingerprint string) discovery.Stream {
		fingerprint = strings.ToLower(strings.ReplaceAll(fingerprint, ":", ""))
		return discovery.Stream{Name: "Garden", Host: "lamp.local", Program: discovery.Fanlight, ID: "other", Passcode: true,
			Fingerprint: fingerprint, URL: home.link + "stream.mjpg#sha256=" + fingerprint}
	}
	p.ListStreams(true)
	find(stream(shown))
	s := until(t, p, "the list", func(s ui.State) bool { return len(s.Streams) == 1 })
	if s.Streams[0].Fingerprint != shown || s.Streams[0].AnotherBefore {
		t.Errorf("shown as %+v, want %s", s.Streams[0], shown)
	}
	ctx, stop := context.WithCancel(t.Context())
	var looking sync.WaitGroup
	defer looking.Wait()
	defer stop()
	looking.Go(func() {
		for range p.preview(ctx) {
		}
	})
	p.Watch(stream(shown).URL, "sesame")
	s = until(t, p, "its pictures", func(s ui.State) bool { return s.ChosenName == "Garden" && s.Condition == ui.Live })
	if !s.Streams[0].Watched || s.Streams[0].Fingerprint != "" {
		t.Errorf("watched, it is shown as %+v", s.Streams[0])
	}
	afterJobs(t, p)
	if again := loadSettings(p.log).get(); again.Certificates["other"] != stream(shown).Fingerprint || !strings.HasSuffix(again.Camera, stream(shown).Fingerprint+"&found") {
		t.Errorf("remembered as %+v", again)
	}
	other := strings.TrimSuffix(strings.Repeat("AB:", 32), ":")
	find(stream(other))
	s = until(t, p, "the other certificate", func(s ui.State) bool { return len(s.Streams) == 1 && s.Streams[0].Fingerprint == other })
	if !s.Streams[0].AnotherBefore {
		t.Error("nothing is said of the one before")
	}
	p.Watch(stream(other).URL, "sesame")
	s = until(t, p, "the refusal", func(s ui.State) bool { return strings.Contains(s.Problem, "another certificate") })
	if s.Condition != ui.Live {
		t.Errorf("the camera before is %v", s.Condition)
	}
	afterJobs(t, p)
	if again := loadSettings(p.log).get(); again.Certificates["other"] != stream(shown).Fingerprint {
		t.Errorf("what was refused is remembered: %+v", again.Certificates)
	}
}

// A very tall picture must not fill the memory of those that list its stream.
func TestThumbnailsAreSmall(t *testing.T) {
	for size, fits := range map[image.Point]bool{{640, 480}: true, {480, 640}: true, {16, 4000}: false} {
		var picture bytes.Buffer
		if err := jpeg.Encode(&picture, image.NewGray(image.Rectangle{Max: size}), nil); err != nil {
			t.Fatal(err)
		}
		if _, err := thumbnail(picture.Bytes()); (err == nil) != fits {
			t.Errorf("%v: %v", size, err)
		}
	}
}

func TestStreamAddress(t *testing.T) {
	for id, want := range map[string]string{
		"http://10.0.0.1:8080/stream.mjpg":         "http://10.0.0.1:8080/stream.mjpg",
		"http://:…@10.0.0.1:8080/stream.mjpg":      "http://10.0.0.1:8080/stream.mjpg",
		"http://user:…@10.0.0.1/a@b":               "http://10.0.0.1/a@b",
		"http://[fe80::1%25eth0]:8080/stream.mjpg": "http://[fe80::1%25eth0]:8080/stream.mjpg",
		"https://10.0.0.1/a#sha256=abcd":           "https://10.0.0.1/a",
		"opencv:rtsp://10.0.0.1:554/live":          "rtsp://10.0.0.1:554/live",
	} {
		if got := streamAddress(id); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
	for _, id := range []string{"", "emulated", "v4l2:usb", "command:ffmpeg -i x"} {
		streamAddress(id)
	}
	if got := withPasscode("http://[fe80::1%25eth0]:80/s?a=b", "x@/:"); got != "http://:x%40%2F%3A@[fe80::1%25eth0]:80/s?a=b" {
		t.Error(got)
	}
}

// Of two Fanlights that watch each other, the second one reports it, and neither shows its
// own pictures.
func TestTwoWhoWatchEachOther(t *testing.T) {
	one, two := windowless(t, options{Listen: "127.0.0.1:0"}), windowless(t, options{Listen: "127.0.0.1:0"})
	ctx, stop := context.WithCancel(t.Context())
	var looking sync.WaitGroup
	defer looking.Wait()
	defer stop()
	var links []string
	for _, p := range []*program{one, two} {
		p.Share(true)
		links = append(links, until(t, p, "the link", func(s ui.State) bool { return s.Link != "" }).Link)
		looking.Go(func() {
			for range p.preview(ctx) {
			}
		})
	}
	one.Open(links[1])
	until(t, one, "pictures of the other", func(s ui.State) bool { return strings.HasPrefix(s.Chosen, "http:") && s.Condition == ui.Live })
	two.Open(links[0])
	s := until(t, two, "the refusal", func(s ui.State) bool { return strings.HasPrefix(s.Chosen, "http:") && s.Condition == ui.Lost })
	if !strings.Contains(s.Reason, "go round in a loop") {
		t.Errorf("refused with %q", s.Reason)
	}
	one.Choose("emulated")
	until(t, two, "pictures again, now that the other has a camera", func(s ui.State) bool { return s.Condition == ui.Live })
}

// The port of mDNS may be taken for a while.
func TestStreamsAreLookedForAgain(t *testing.T) {
	p := windowless(t, options{})
	p.nearby.pause = time.Millisecond
	ctx, stop := context.WithCancel(t.Context())
	tries := 0
	p.followStreams(ctx, func(yield func([]discovery.Stream, error) bool) {
		switch tries++; tries {
		case 1, 2:
			yield(nil, errors.New("port 5353 is taken"))
			if s := p.state(); s.StreamsProblem != "port 5353 is taken" {
				t.Errorf("says %q", s.StreamsProblem)
			}
		default:
			yield([]discovery.Stream{{Name: "Garden", URL: "http://10.0.0.4/a"}}, nil)
			stop()
		}
	})
	if s := p.state(); tries != 3 || s.StreamsProblem != "" || s.StreamCount != 1 {
		t.Errorf("after %d tries: %q, %d streams", tries, s.StreamsProblem, s.StreamCount)
	}
}
