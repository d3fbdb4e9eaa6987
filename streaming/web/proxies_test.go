package web

import (
	"fmt"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

func mustProxy(t *testing.T, text string) netip.Prefix {
	t.Helper()
	network, err := ParseProxy(text)
	if err != nil {
		t.Fatal(err)
	}
	return network
}

func TestProxiesAsTheyAreWritten(t *testing.T) {
	for text, want := range map[string]string{
		"192.168.1.5":           "192.168.1.5/32",
		"172.18.0.7/16":         "172.18.0.0/16",
		"::1":                   "::1/128",
		"fd00::5/64":            "fd00::/64",
		"::ffff:192.168.1.5":    "192.168.1.5/32",
		"::ffff:172.18.0.0/112": "172.18.0.0/16",
		"127.0.0.0/8":           "127.0.0.0/8",
	} {
		if got, err := ParseProxy(text); err != nil || got.String() != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for text, hint := range map[string]string{
		"": "such as", "nginx": "such as", "192.168.1.5:80": "such as", "192.168.1.5/33": "such as", "fe80::1%eth0": "such as",
		"fe80::1%eth0/64": "such as", "[::1]": "such as", "0.0.0.0/0": "every machine", "::/0": "every machine",
	} {
		if got, err := ParseProxy(text); err == nil || !strings.Contains(err.Error(), hint) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

func TestClientBehindProxies(t *testing.T) {
	trusted := proxies{mustProxy(t, "10.0.0.5"), mustProxy(t, "172.18.0.0/16"), mustProxy(t, "fd00::/64")}
	for _, test := range []struct {
		peer string
		for_ []string
		want string
	}{
		{"10.0.0.5:4000", nil, "10.0.0.5"},
		{"10.0.0.5:4000", []string{"192.0.2.7"}, "192.0.2.7"},
		{"10.0.0.5:4000", []string{"192.0.2.7:51234"}, "192.0.2.7"},
		{"10.0.0.5:4000", []string{"[2001:db8::7]:51234"}, "2001:db8::7"},
		{"10.0.0.5:4000", []string{"[2001:db8::7]"}, "2001:db8::7"},
		{"10.0.0.5:4000", []string{"2001:db8::7"}, "2001:db8::7"},
		{"10.0.0.5:4000", []string{"::ffff:192.0.2.7"}, "192.0.2.7"},
		{"10.0.0.5:4000", []string{"fe80::7%eth0"}, "fe80::7"},
		{"[::ffff:10.0.0.5]:4000", []string{" 192.0.2.7 "}, "192.0.2.7"},
		// A client writes what it likes before the address that the proxy sees.
		{"10.0.0.5:4000", []string{"198.51.100.1, 192.0.2.7"}, "192.0.2.7"},
		{"10.0.0.5:4000", []string{"198.51.100.1", "192.0.2.7"}, "192.0.2.7"},
		{"10.0.0.5:4000", []string{"10.0.0.5, 127.0.0.1, 192.0.2.7"}, "192.0.2.7"},
		{"10.0.0.5:4000", []string{"unknown, 192.0.2.7"}, "192.0.2.7"},
		// Through more than one proxy.
		{"10.0.0.5:4000", []string{"192.0.2.7, 172.18.3.4"}, "192.0.2.7"},
		{"10.0.0.5:4000", []string{"192.0.2.7, fd00::9", "172.18.3.4"}, "192.0.2.7"},
		{"10.0.0.5:4000", []string{"172.18.0.1, 172.18.3.4"}, "172.18.0.1"},
		// What is no address ends at the proxy that passed it on.
		{"10.0.0.5:4000", []string{"unknown"}, "10.0.0.5"},
		{"10.0.0.5:4000", []string{"192.0.2.7, _hidden, 172.18.3.4"}, "172.18.3.4"},
		{"10.0.0.5:4000", []string{"192.0.2.7,, 172.18.3.4"}, "172.18.3.4"},
		{"10.0.0.5:4000", []string{",", ""}, "10.0.0.5"},
		{"10.0.0.5:4000", []string{strings.Repeat("[", 5000) + "::1"}, "10.0.0.5"},
		{"10.0.0.5:4000", []string{strings.Repeat("172.18.3.4,", 5000) + "172.18.3.5"}, "172.18.3.4"},
		// Others are not believed.
		{"10.0.0.6:4000", []string{"192.0.2.7"}, "10.0.0.6"},
		{"127.0.0.1:4000", []string{"192.0.2.7"}, "127.0.0.1"},
		{"nonsense", []string{"192.0.2.7"}, "invalid IP"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = test.peer
		r.Header[forwardedFor] = test.for_
		if got := trusted.client(r); got.String() != test.want {
			t.Errorf("%s for %.100q: %v, want %s", test.peer, test.for_, got, test.want)
		}
	}
}

func FuzzClient(f *testing.F) {
	for _, hops := range []string{"", "192.0.2.7", "[::1]:80, 10.0.0.5", "10.0.0.5,10.0.0.5", "fe80::1%", ",,", "[", "]:1"} {
		f.Add(hops)
	}
	trusted := proxies{netip.MustParsePrefix("10.0.0.5/32")}
	f.Fuzz(func(t *testing.T, hops string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = "10.0.0.5:80"
		r.Header.Set(forwardedFor, hops)
		got := trusted.client(r)
		if !got.IsValid() || got.Is4In6() || got.Zone() != "" {
			t.Errorf("%q: %v", hops, got)
		}
		if last := hopAddress(hops[strings.LastIndexByte(hops, ',')+1:]); last.IsValid() && !trusted.trust(last) && got != last {
			t.Errorf("%q: %v, but the proxy saw %v", hops, got, last)
		}
	})
}

// TestClientsOfAProxyAreToldApart has a proxy on this machine ask for a visitor who guesses
// and watches too much, and for another one.
func TestClientsOfAProxyAreToldApart(t *testing.T) {
	h := serveWith(t, Options{Passcode: "open sesame", Proxies: []netip.Prefix{mustProxy(t, "127.0.0.1")}}, StreamOptions{MaxPerMachine: 2}, nil)
	const one, another = "X-Forwarded-For: 192.0.2.1", "X-Forwarded-For: 192.0.2.1, 192.0.2.2"
	status := func(path string, headers ...string) int {
		t.Helper()
		return h.ask(t, "GET", path, "", headers...).StatusCode
	}
	for n := range 2 * ofMachine.atOnce {
		status("/snapshot.jpg", basic(fmt.Sprint("guess ", n)), one)
	}
	if got := status("/snapshot.jpg", basic("open sesame"), one); got != 429 {
		t.Errorf("who guesses: %d", got)
	}
	if got := status("/snapshot.jpg", basic("open sesame"), another); got != 200 {
		t.Errorf("another one: %d", got)
	}
	key := h.server.LinkKey()
	for range 2 {
		if got := status("/stream.mjpg"+key, one); got != 200 {
			t.Errorf("who knows the key is kept out for others' guesses: %d", got)
		}
	}
	if got := status("/stream.mjpg"+key, one); got != 429 {
		t.Errorf("a third stream of one: %d", got)
	}
	if got := status("/stream.mjpg"+key, another); got != 200 {
		t.Errorf("a first one of another: %d", got)
	}
	h.stream.KeepOut(h.stream.Watching()[0].ID)
	if got := status("/healthz", one); got != 403 {
		t.Errorf("who is kept out: %d", got)
	}
	if got := status("/healthz", another); got != 200 {
		t.Errorf("who is not: %d", got)
	}
}
