package discovery

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/miekg/dns"
)

func TestDescribe(t *testing.T) {
	for _, c := range []struct {
		name  string
		claim claim
		want  *Stream // see expectDescribed
	}{
		{"a Fanlight", door(), &Stream{Name: "Door", Program: Fanlight, ID: "5eed", URL: "http://192.0.2.1:8080/stream.mjpg",
			Page: "http://192.0.2.1:8080/", Snapshot: "http://192.0.2.1:8080/snapshot.jpg", Status: "http://192.0.2.1:8080/api/status"}},
		{"with a passcode", claim{"Door", "_mjpeg._tcp", "lamp.local.", 80, []string{"path=/stream.mjpg", "snapshot=/snapshot.jpg", "auth=passcode", "id=1"}, []string{"192.0.2.1"}, 120},
			&Stream{Passcode: true, Program: Fanlight}},
		{"with HTTPS", claim{"Door", "_mjpeg._tcp", "lamp.local.", 443, []string{"path=/stream.mjpg", "snapshot=/snapshot.jpg", "auth=none", "id=1", "scheme=https", "sha256=" + strings.Repeat("AB", 32)}, []string{"192.0.2.1"}, 120},
			&Stream{Program: Fanlight, URL: "https://192.0.2.1:443/stream.mjpg#sha256=" + strings.Repeat("ab", 32), Fingerprint: strings.Repeat("ab", 32),
				Page: "https://192.0.2.1:443/", Snapshot: "https://192.0.2.1:443/snapshot.jpg", Status: "https://192.0.2.1:443/api/status"}},
		{"with a fingerprint that is none", claim{"Door", "_mjpeg._tcp", "lamp.local.", 443, []string{"path=/stream.mjpg", "snapshot=/snapshot.jpg", "id=1", "scheme=HTTPS", "sha256=" + strings.Repeat("x", 64)}, []string{"192.0.2.1"}, 120},
			&Stream{Program: Fanlight, URL: "https://192.0.2.1:443/stream.mjpg"}},
		{"another program with HTTPS", claim{"Cam", "_mjpeg._tcp", "x.local.", 443, []string{"path=/a", "scheme=https"}, []string{"192.0.2.1"}, 120}, &Stream{URL: "https://192.0.2.1:443/a"}},
		{"a scheme of its own", claim{"Cam", "_mjpeg._tcp", "x.local.", 80, []string{"path=/a", "scheme=file"}, []string{"192.0.2.1"}, 120}, &Stream{URL: "http://192.0.2.1:80/a"}},
		{"no path", claim{"Door", "_mjpeg._tcp", "x.local.", 81, []string{""}, []string{"192.0.2.1"}, 120}, &Stream{URL: "http://192.0.2.1:81/"}},
		{"a path without a slash", claim{"Door", "_mjpeg._tcp", "x.local.", 81, []string{"PATH=cam.mjpg"}, []string{"192.0.2.1"}, 120}, &Stream{URL: "http://192.0.2.1:81/cam.mjpg"}},
		{"the first of two paths", claim{"Door", "_mjpeg._tcp", "x.local.", 81, []string{"path=/a", "Path=/b"}, []string{"192.0.2.1"}, 120}, &Stream{URL: "http://192.0.2.1:81/a"}},
		{"an address as path", claim{"Door", "_mjpeg._tcp", "x.local.", 81, []string{"path=http://evil.example/"}, []string{"192.0.2.1"}, 120}, &Stream{URL: "http://192.0.2.1:81/http://evil.example/"}},
		{"another host as path", claim{"Door", "_mjpeg._tcp", "x.local.", 81, []string{"path=//evil.example/x", "snapshot=@evil.example/x"}, []string{"192.0.2.1"}, 120},
			&Stream{URL: "http://192.0.2.1:81//evil.example/x", Snapshot: "http://192.0.2.1:81/@evil.example/x"}},
		{"a path with a line break", claim{"Door", "_mjpeg._tcp", "x.local.", 81, []string{`path=/a\010Host:b`}, []string{"192.0.2.1"}, 120}, &Stream{URL: "http://192.0.2.1:81/"}},
		{"a long path", claim{"Door", "_mjpeg._tcp", "x.local.", 81, []string{"path=/" + strings.Repeat("a", 240)}, []string{"192.0.2.1"}, 120}, &Stream{URL: "http://192.0.2.1:81/"}},
		{"umlauts in a path", claim{"Door", "_mjpeg._tcp", "x.local.", 81, []string{`path=/t\195\188r`}, []string{"192.0.2.1"}, 120}, &Stream{URL: "http://192.0.2.1:81/t%C3%BCr"}},
		{"a web server", claim{"NAS", "_http._tcp", "x.local.", 80, []string{"path=/"}, []string{"192.0.2.1"}, 120}, nil},
		{"a web server with a stream", claim{"Cam", "_http._tcp", "x.local.", 80, []string{"path=/videostream.cgi?rate=0"}, []string{"192.0.2.1"}, 120}, &Stream{URL: "http://192.0.2.1:80/videostream.cgi?rate=0"}},
		{"OctoPrint", claim{"3D", "_octoprint._tcp", "x.local.", 80, []string{"path=/octo"}, []string{"192.0.2.1"}, 120}, &Stream{URL: "http://192.0.2.1:80/webcam/?action=stream", Page: "http://192.0.2.1:80/octo", Program: OctoPrint}},
		{"Axis", claim{"AXIS", "_axis-video._tcp", "x.local.", 80, []string{"macaddress=00"}, []string{"192.0.2.1"}, 120}, &Stream{URL: "http://192.0.2.1:80/mjpg/video.mjpg", Program: Axis}},
		{"RTSP", claim{"Cam", "_rtsp._tcp", "x.local.", 554, []string{"path=live"}, []string{"192.0.2.1"}, 120}, &Stream{URL: "rtsp://192.0.2.1:554/live"}},
		{"port 0", claim{"Door", "_mjpeg._tcp", "x.local.", 0, []string{""}, []string{"192.0.2.1"}, 120}, nil},
		{"another service", claim{"Door", "_ipp._tcp", "x.local.", 631, []string{"path=/video.mjpg"}, []string{"192.0.2.1"}, 120}, nil},
		{"machines elsewhere", claim{"Door", "_mjpeg._tcp", "x.local.", 80, []string{""}, []string{"127.0.0.1", "8.8.8.8", "224.0.0.1", "0.0.0.0", "::1", "2001:db8::1"}, 120}, nil},
		{"a name that misbehaves", claim{"\x1b[2JDo\u202Eor\n\x7f", "_mjpeg._tcp", "x.local.", 80, []string{""}, []string{"192.0.2.1"}, 120}, &Stream{Name: "[2JDoor"}},
		{"a name in all scripts", claim{"Küche. (1) \\ 🎥", "_mjpeg._tcp", "x.local.", 80, []string{""}, []string{"192.0.2.1"}, 120}, &Stream{Name: "Küche. (1) \\ 🎥"}},
		{"no name to show", claim{"\x01", "_mjpeg._tcp", "x.local.", 80, []string{""}, []string{"192.0.2.1"}, 120}, &Stream{Name: "?"}},
		{"link-local IPv6", claim{"Door", "_mjpeg._tcp", "x.local.", 80, []string{""}, []string{"fe80::1"}, 120}, &Stream{URL: "http://[fe80::1%25eth0]:80/"}},
	} {
		t.Run(c.name, func(t *testing.T) { expectDescribed(t, c.claim, c.want) })
	}
}

// expectDescribed has a claim listed as the stream, of which only what is set is compared, or not at all for nil.
func expectDescribed(t *testing.T, said claim, listed *Stream) {
	t.Helper()
	cache := home()
	cache.hear(said.packet(t), start)
	all := cache.listed(start)
	if listed == nil {
		if len(all) > 0 {
			t.Errorf("listed as %+v", all[0])
		}
		return
	}
	if len(all) != 1 {
		t.Fatalf("listed: %+v", all)
	}
	got, want := all[0], *listed
	for _, text := range []struct{ got, want string }{{got.Name, want.Name}, {got.URL, want.URL}, {got.Page, want.Page},
		{got.Snapshot, want.Snapshot}, {got.Status, want.Status}, {got.ID, want.ID}, {got.Fingerprint, want.Fingerprint}, {string(got.Program), string(want.Program)}} {
		if text.want != "" && text.got != text.want {
			t.Errorf("%q, want %q in %+v", text.got, text.want, got)
		}
	}
	if got.Passcode != want.Passcode {
		t.Errorf("Passcode is %v", got.Passcode)
	}
	if _, err := url.Parse(got.URL); err != nil {
		t.Error(err)
	}
}

func TestEachStreamOnce(t *testing.T) {
	c := home()
	web := claim{"Door", "_http._tcp", "lamp.local.", 8080, []string{"path=/video.mjpg"}, nil, 120}
	rtsp := claim{"Door", "_rtsp._tcp", "lamp.local.", 554, []string{"path=/x"}, nil, 120}
	other := claim{"Door", "_rtsp._tcp", "desk.local.", 554, []string{"path=/x"}, []string{"192.0.2.2"}, 120}
	for _, s := range []claim{web, rtsp, other, door()} {
		c.hear(s.packet(t), start)
	}
	all := c.listed(start)
	if len(all) != 2 || all[0].Host != "desk.local" || all[1].Program != Fanlight {
		t.Errorf("listed: %+v", all)
	}
}

func TestTwoNetworks(t *testing.T) {
	c := home()
	c.follow([]link{{1, "eth0", []netip.Prefix{netip.MustParsePrefix("192.0.2.9/24")}}, {2, "wlan0", []netip.Prefix{netip.MustParsePrefix("198.51.100.9/24")}}}, start)
	s := door()
	s.addresses = []string{"fe80::1", "192.0.2.1", "10.9.9.9", "169.254.1.1", "fd00::1"}
	c.hear(s.packet(t), start)
	s.addresses = []string{"198.51.100.1", "fe80::1"}
	p := s.packet(t)
	p.link = 2
	c.hear(p, start)
	all := c.listed(start)
	if len(all) != 1 {
		t.Fatalf("listed: %+v", all)
	}
	var got []string
	for _, a := range all[0].Addresses {
		got = append(got, a.String())
	}
	slices.Sort(got[:2]) // which network comes first is left open
	want := []string{"192.0.2.1", "198.51.100.1", "10.9.9.9", "fd00::1", "169.254.1.1"}
	if !slices.Equal(got[:5], want) || len(got) != 7 || !strings.HasPrefix(got[5], "fe80::1%") || got[5] == got[6] {
		t.Errorf("addresses %q, want %q and fe80::1 on both", got, want)
	}
	c.follow([]link{{2, "wlan0", []netip.Prefix{netip.MustParsePrefix("198.51.100.9/24")}}}, start)
	if all := c.listed(start); len(all) != 1 || all[0].URL != "http://198.51.100.1:8080/stream.mjpg" {
		t.Errorf("with one network left: %+v", all)
	}
	c.follow(nil, start)
	if len(c.instances)+len(c.hosts) > 0 {
		t.Errorf("without networks %d instances and %d hosts are left", len(c.instances), len(c.hosts))
	}
	c.hear(p, start)
	if all := c.listed(start); len(all) > 0 {
		t.Errorf("heard on no network: %+v", all)
	}
}

// Two machines with the same host name have each other's addresses. What decides is who announced it.
func TestTwoMachinesOfOneName(t *testing.T) {
	c := home()
	for n, name := range []string{"Door", "Yard"} {
		s := door()
		s.name, s.txt[3] = name, "id="+name
		s.addresses = []string{fmt.Sprintf("192.0.2.%d", n+1)}
		p := s.packet(t)
		p.from = netip.MustParseAddr(s.addresses[0])
		c.hear(p, start)
	}
	all := c.listed(start)
	if len(all) != 2 || all[0].URL != "http://192.0.2.1:8080/stream.mjpg" || all[1].URL != "http://192.0.2.2:8080/stream.mjpg" {
		t.Errorf("listed: %+v", all)
	}
}

// A path counts wherever it stands, and an instance without a TXT record is what its type
// says, once that record has had time to come.
func TestTexts(t *testing.T) {
	said := door()
	said.txt = append(slices.Repeat([]string{"x=1"}, 40), said.txt...)
	c := home()
	c.hear(said.packet(t), start)
	if all := c.listed(start); len(all) != 1 || all[0].URL != "http://192.0.2.1:8080/stream.mjpg" {
		t.Errorf("behind forty others: %+v", all)
	}
	for service, want := range map[string]string{"_mjpeg._tcp": "http://192.0.2.1:8080/", "_rtsp._tcp": "rtsp://192.0.2.1:8080/", "_http._tcp": ""} {
		said, c := door(), home()
		said.service = service
		p := said.packet(t)
		p.records = slices.DeleteFunc(p.records, func(r dns.RR) bool { return r.Header().Rrtype == dns.TypeTXT })
		c.hear(p, start)
		if all := c.listed(start); len(all) > 0 {
			t.Errorf("%s: listed before its TXT record: %+v", service, all)
		}
		next := c.sweep(start)
		if all := c.listed(next); next.Sub(start) > textPatience || len(all) > 0 != (want != "") || want != "" && all[0].URL != want {
			t.Errorf("%s: after %v: %+v", service, next.Sub(start), all)
		}
	}
}
