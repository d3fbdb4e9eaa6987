package web

import (
	"fmt"
	"io"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"fanlight/streaming/reach"
)

func TestOneMachineDoesNotTakeAllPlaces(t *testing.T) {
	for name, from := range oneStranger {
		h := serveWith(t, Options{}, StreamOptions{MaxPerMachine: 2}, strangers(from))
		h.get(t, "GET", "/stream.mjpg")
		h.get(t, "GET", "/stream.mjpg")
		third := h.get(t, "GET", "/stream.mjpg")
		body, _ := io.ReadAll(third.Body)
		if third.StatusCode != 429 || third.Header.Get("Retry-After") == "" || !strings.Contains(string(body), "The limit of 2 viewers from one address is reached.") {
			t.Errorf("%s: %s %q", name, third.Status, body)
		}
	}
	own := serveWith(t, Options{}, StreamOptions{MaxPerMachine: 2}, nil)
	for range 4 {
		if response := own.get(t, "GET", "/stream.mjpg"); response.StatusCode != 200 {
			t.Errorf("this machine's own: %s", response.Status)
		}
	}
}

// oneStranger are the addresses of the connections of one machine.
var oneStranger = map[string]func(n int) string{
	"IPv4 address":                 from("192.0.2.1"),
	"addresses of an IPv6 network": func(n int) string { return fmt.Sprintf("2001:db8::%x", n) },
}

func TestKeepOutIsForAllAddressesOfTheMachine(t *testing.T) {
	for name, from := range oneStranger {
		h := serveWith(t, Options{}, StreamOptions{}, strangers(from))
		h.get(t, "GET", "/stream.mjpg")
		h.get(t, "GET", "/stream.mjpg")
		h.stream.KeepOut(h.stream.Watching()[0].ID)
		eventually(t, "both of the machine to be gone", func() bool { return h.stream.Viewers() == 0 })
		if response := h.get(t, "GET", "/stream.mjpg"); response.StatusCode != 403 {
			t.Errorf("%s: %s", name, response.Status)
		}
		out := h.stream.KeptOut()
		if len(out) != 1 {
			t.Fatalf("%s: kept out: %v", name, out)
		}
		h.stream.Admit(out[0])
		if response := h.get(t, "GET", "/stream.mjpg"); response.StatusCode != 200 {
			t.Errorf("%s, admitted again: %s", name, response.Status)
		}
	}
}

func TestKeepOutAndAdmit(t *testing.T) {
	h := serveWith(t, Options{}, StreamOptions{}, strangers(from("192.0.2.1")))
	first, second := h.get(t, "GET", "/stream.mjpg"), h.get(t, "GET", "/stream.mjpg")
	watching := h.stream.Watching()
	if len(watching) != 2 || watching[0].ID >= watching[1].ID || watching[0].Address != netip.MustParseAddr("192.0.2.1") || watching[0].Program != "a Go program" {
		t.Fatalf("%+v", watching)
	}
	if !h.stream.KeepOut(watching[0].ID) || h.stream.KeepOut(999) {
		t.Error("the wrong one is kept out")
	}
	io.Copy(io.Discard, first.Body)
	io.Copy(io.Discard, second.Body)
	eventually(t, "both of the address to be gone", func() bool { return h.stream.Viewers() == 0 })
	response := h.get(t, "GET", "/")
	body, _ := io.ReadAll(response.Body)
	if response.StatusCode != 403 || !strings.Contains(string(body), "The owner has blocked your address.") {
		t.Errorf("%s %q", response.Status, body)
	}
	if out := h.stream.KeptOut(); !slices.Equal(out, []netip.Addr{watching[0].Address}) {
		t.Errorf("kept out: %v", out)
	}
	h.stream.Admit(watching[0].Address)
	if response := h.get(t, "GET", "/"); response.StatusCode != 200 {
		t.Errorf("admitted again: %s", response.Status)
	}
	h.get(t, "GET", "/stream.mjpg")
	h.stream.KeepOut(h.stream.Watching()[0].ID)
	h.stop()
	if out := h.stream.KeptOut(); len(out) != 0 {
		t.Errorf("kept out behind the end of sharing: %v", out)
	}
}

func TestSetMaxViewers(t *testing.T) {
	h := serve(t, 1)
	h.get(t, "GET", "/stream.mjpg")
	if response := h.get(t, "GET", "/stream.mjpg"); response.StatusCode != 503 {
		t.Errorf("one too many: %s", response.Status)
	}
	h.stream.SetMaxViewers(2)
	if response := h.get(t, "GET", "/stream.mjpg"); response.StatusCode != 200 {
		t.Errorf("after more were let in: %s", response.Status)
	}
	h.stream.SetMaxViewers(0)
	if n := h.stream.MaxViewers(); n != DefaultMaxViewers {
		t.Errorf("zero stands for %d", n)
	}
	if n := h.stream.Viewers(); n != 2 {
		t.Errorf("%d watch", n)
	}
}

func TestPicturesASecondOfEachViewer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newViewers(10, 10, nil)
		l.noNames = true
		v, no := l.enter(httptest.NewRequest("GET", "/", nil))
		if no != nil {
			t.Fatal(no.sentence)
		}
		time.Sleep(100 * time.Millisecond) // not at the same instant as a sample
		rate := func() float64 {
			l.mu.Lock()
			defer l.mu.Unlock()
			return v.lately.perSecond(time.Since(v.since))
		}
		if got := rate(); got != 0 {
			t.Errorf("at first %v", got)
		}
		for _, test := range []struct {
			fps  int
			want float64
		}{{20, 20}, {5, 5}, {0, 0}} {
			for range 60 {
				for range test.fps / 5 {
					v.pictures.Add(1)
				}
				time.Sleep(200 * time.Millisecond)
			}
			synctest.Wait()
			if got := rate(); got != test.want {
				t.Errorf("%v a second, want %v", got, test.want)
			}
		}
		before := v.lately
		l.exit(v)
		v.pictures.Add(1)
		time.Sleep(time.Minute)
		if v.lately != before {
			t.Error("the counters are read though nobody watches")
		}
	})
}

func TestProgramsInPlainWords(t *testing.T) {
	for userAgent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0":                                                                  "Firefox on Linux",
		"Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0":                                                                    "Firefox on Android",
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/127.0.0.0 Mobile Safari/537.36":                         "Chrome on Android",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1": "Safari on iOS",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15":                   "Safari on macOS",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/127.0.0.0 Safari/537.36 Edg/127.0.0.0":           "Edge on Windows",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/103.0.5060.134 Safari/537.36 OBS/30.2.2":                   "OBS",
		"VLC/3.0.18 LibVLC/3.0.18": "VLC",
		"Lavf/59.27.100":           "ffmpeg",
		"libmpv":                   "mpv",
		"GStreamer souphttpsrc 1.22.0 libsoup/3.2.2":  "GStreamer",
		"HomeAssistant/2024.7.2 aiohttp/3.9.5 Python": "Home Assistant",
		"python-requests/2.31.0":                      "Python",
		"Python/3.11 aiohttp/3.9.5":                   "Python",
		"curl/7.88.1":                                 "curl",
		"Wget/1.21.3":                                 "Wget",
		"Go-http-client/1.1":                          "a Go program",
		"okhttp/4.9.3":                                "an Android app",
		"MyCamViewer/1.0 (whatever)":                  "MyCamViewer",
		"":                                            "a program that gives no name",
		"\x00\xff/1":                                  "a program that gives no name",
	} {
		if got := program(userAgent); got != want {
			t.Errorf("%q: %q, want %q", userAgent, got, want)
		}
	}
}

func FuzzProgram(f *testing.F) {
	for _, userAgent := range []string{"", "Mozilla/5.0 (", "Mozilla/5.0 (Linux; Android", "VLC", "a/b", strings.Repeat("x", 300), "\u202eevil/1", "Mozilla/5.0 (Windows NT 10.0) ;/;/((",
		"Mozilla/\x00(Windows NT", "Mozilla/\u202e(Windows NT"} {
		f.Add(userAgent)
	}
	f.Fuzz(func(t *testing.T, userAgent string) {
		got := program(userAgent)
		if got == "" || !utf8.ValidString(got) || utf8.RuneCountInString(got) > 90 || got != reach.Shown(got, 90) {
			t.Errorf("%q: %q", userAgent, got)
		}
	})
}
