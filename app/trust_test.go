package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"fanlight/streaming/discovery"
	"fanlight/ui"
)

// Once by HTTPS, always: a Fanlight that is announced without it afterwards gets neither
// the passcode nor a request, whether it has kept its ID or what people know it by.
func TestADowngradedStreamGetsNothing(t *testing.T) {
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer server.Close()
	p := windowless(t, options{})
	find := follow(t, p)
	before := discovery.Stream{Name: "Garden", Host: "Lamp.local", ID: "other"}
	if err := p.settings.acceptCertificate(identities(before), strings.Repeat("ab", 32)); err != nil {
		t.Fatal(err)
	}
	p.ListStreams(true)
	for name, now := range map[string]discovery.Stream{
		"of the same ID":   {Name: "Another", Host: "desk.local", ID: "other"},
		"of the same name": {Name: "Garden", Host: "lamp.local", ID: "new"},
	} {
		now.Program, now.Near, now.Passcode, now.Port = discovery.Fanlight, true, true, 80
		now.URL, now.Status, now.Snapshot = server.URL+"/stream.mjpg", server.URL+"/api/status", server.URL+"/snapshot.jpg"
		find(now)
		s := until(t, p, name, func(s ui.State) bool { return len(s.Streams) == 1 && s.Streams[0].Name == now.Name })
		if !s.Streams[0].Downgraded {
			t.Errorf("one %s is shown as %+v", name, s.Streams[0])
		}
		p.Watch(now.URL, "sesame")
		s = until(t, p, "the refusal", func(s ui.State) bool { return strings.Contains(s.Problem, "was watched over HTTPS") })
		if s.Chosen != "emulated" || !strings.Contains(s.Problem, "nothing was sent to it") || !strings.Contains(s.Problem, "--tls") {
			t.Errorf("one %s: chosen %s, says %q", name, s.Chosen, s.Problem)
		}
		p.Choose("emulated")
		until(t, p, "the end of the refusal", func(s ui.State) bool { return s.Problem == "" })
	}
	if n := asked.Load(); n > 0 {
		t.Errorf("it got %d requests", n)
	}
	p.Watch("http://192.0.2.1/stream.mjpg", "sesame")
	until(t, p, "what is said of a stream that is gone", func(s ui.State) bool { return strings.Contains(s.Problem, "not on the network any more") })
}

// A stream of another name and ID is nobody that is known.
func TestAStrangerIsNotDowngraded(t *testing.T) {
	p := windowless(t, options{})
	if err := p.settings.acceptCertificate([]string{"other", "Garden@lamp.local", ""}, strings.Repeat("ab", 32)); err != nil {
		t.Fatal(err)
	}
	for _, s := range []discovery.Stream{{Name: "Garden", Host: "desk.local", ID: "new"}, {Name: "Garden", Host: "lamp.local"}, {ID: "other", Fingerprint: strings.Repeat("cd", 32)}} {
		if p.isDowngraded(s) {
			t.Errorf("%+v is", s)
		}
	}
}
