package streaming

import (
	"context"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/miekg/dns"
)

func TestOneAddressDoesNotTakeAllPlaces(t *testing.T) {
	h := serveWith(t, Options{MaxPerAddress: 2}, strangers(from("192.0.2.1")))
	h.get(t, "GET", "/stream.mjpg")
	h.get(t, "GET", "/stream.mjpg")
	third := h.get(t, "GET", "/stream.mjpg")
	body, _ := io.ReadAll(third.Body)
	if third.StatusCode != 429 || third.Header.Get("Retry-After") == "" || !strings.Contains(string(body), "2 viewers watch from your address") {
		t.Errorf("%s %q", third.Status, body)
	}
	own := serveWith(t, Options{MaxPerAddress: 2}, nil)
	for range 4 {
		if response := own.get(t, "GET", "/stream.mjpg"); response.StatusCode != 200 {
			t.Errorf("this machine's own: %s", response.Status)
		}
	}
}

func TestKeepOutAndAdmit(t *testing.T) {
	h := serveWith(t, Options{}, strangers(from("192.0.2.1")))
	first, second := h.get(t, "GET", "/stream.mjpg"), h.get(t, "GET", "/stream.mjpg")
	watching := h.server.Watching()
	if len(watching) != 2 || watching[0].ID >= watching[1].ID || watching[0].Address != netip.MustParseAddr("192.0.2.1") || watching[0].Program != "a Go program" {
		t.Fatalf("%+v", watching)
	}
	if !h.server.KeepOut(watching[0].ID) || h.server.KeepOut(999) {
		t.Error("the wrong one is kept out")
	}
	io.Copy(io.Discard, first.Body)
	io.Copy(io.Discard, second.Body)
	eventually(t, "both of the address to be gone", func() bool { return h.server.Viewers() == 0 })
	response := h.get(t, "GET", "/")
	body, _ := io.ReadAll(response.Body)
	if response.StatusCode != 403 || !strings.Contains(string(body), "keeps your address out") {
		t.Errorf("%s %q", response.Status, body)
	}
	if out := h.server.KeptOut(); !slices.Equal(out, []netip.Addr{watching[0].Address}) {
		t.Errorf("kept out: %v", out)
	}
	h.server.Admit(watching[0].Address)
	if response := h.get(t, "GET", "/"); response.StatusCode != 200 {
		t.Errorf("admitted again: %s", response.Status)
	}
	h.get(t, "GET", "/stream.mjpg")
	h.server.KeepOut(h.server.Watching()[0].ID)
	h.stop()
	if out := h.server.KeptOut(); len(out) != 0 {
		t.Errorf("kept out behind the end of sharing: %v", out)
	}
}

func TestSetMaxViewers(t *testing.T) {
	h := serve(t, 1)
	h.get(t, "GET", "/stream.mjpg")
	if response := h.get(t, "GET", "/stream.mjpg"); response.StatusCode != 503 {
		t.Errorf("one too many: %s", response.Status)
	}
	h.server.SetMaxViewers(2)
	if response := h.get(t, "GET", "/stream.mjpg"); response.StatusCode != 200 {
		t.Errorf("after more were let in: %s", response.Status)
	}
	h.server.SetMaxViewers(0)
	if n := h.server.MaxViewers(); n != DefaultMaxViewers {
		t.Errorf("zero stands for %d", n)
	}
	if n := h.server.Viewers(); n != 2 {
		t.Errorf("%d watch", n)
	}
}

func TestPicturesASecondOfEachViewer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newViewers(10, 10)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { l.sample(ctx); close(done) }()
		time.Sleep(100 * time.Millisecond) // not at the same instant as a sample
		v := &viewer{since: time.Now()}
		l.here[1] = v
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
		cancel()
		<-done
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
	for _, userAgent := range []string{"", "Mozilla/5.0 (", "Mozilla/5.0 (Linux; Android", "VLC", "a/b", strings.Repeat("x", 300), "\u202eevil/1", "Mozilla/5.0 (Windows NT 10.0) ;/;/(("} {
		f.Add(userAgent)
	}
	f.Fuzz(func(t *testing.T, userAgent string) {
		got := program(userAgent)
		if got == "" || !utf8.ValidString(got) || utf8.RuneCountInString(got) > 90 || got != shown(got, 90) {
			t.Errorf("%q: %q", userAgent, got)
		}
	})
}

// responder answers as mDNS does, on a port of its own.
func responder(t *testing.T, answer func(question *dns.Msg) []dns.RR) netip.AddrPort {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &dns.Server{PacketConn: conn, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, question *dns.Msg) {
		if records := answer(question); records != nil {
			reply := new(dns.Msg).SetReply(question)
			reply.Answer = records
			w.WriteMsg(reply)
		}
	})}
	done := make(chan struct{})
	go func() { server.ActivateAndServe(); close(done) }()
	t.Cleanup(func() { conn.Close(); <-done })
	return conn.LocalAddr().(*net.UDPAddr).AddrPort()
}

func TestMachineIsAskedForItsName(t *testing.T) {
	address := netip.MustParseAddr("192.0.2.5")
	pointer := func(owner, name string) []dns.RR {
		return []dns.RR{&dns.PTR{Hdr: dns.RR_Header{Name: owner, Rrtype: dns.TypePTR, Class: dns.ClassINET}, Ptr: name}}
	}
	for name, test := range map[string]struct {
		answer []dns.RR
		want   string
	}{
		"a name":                 {pointer("5.2.0.192.in-addr.arpa.", "Annas-Phone.local."), "Annas-Phone.local"},
		"another one's name":     {pointer("6.2.0.192.in-addr.arpa.", "other.local."), ""},
		"a name that is no line": {pointer("5.2.0.192.in-addr.arpa.", "a\\010\\000b.local."), "a\\010\\000b.local"},
		"no name":                {[]dns.RR{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			at := responder(t, func(question *dns.Msg) []dns.RR {
				if q := question.Question[0]; q.Name != "5.2.0.192.in-addr.arpa." || q.Qtype != dns.TypePTR {
					t.Errorf("asked for %v", q)
				}
				return test.answer
			})
			if got := askMachine(ctx, address, at); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	silent := responder(t, func(*dns.Msg) []dns.RR { return nil })
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if got := askMachine(ctx, address, silent); got != "" {
		t.Errorf("a silent machine is called %q", got)
	}
}
