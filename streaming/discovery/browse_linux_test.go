package discovery

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

func TestBrowse(t *testing.T) { onBoth(t, browseTwo) }

func browseTwo(t *testing.T, prepare func(...*machine)) {
	// den is joined to both laptops by a cable each.
	lamp, desk, den := newMachine(t, "lamp"), newMachine(t, "desk"), newMachine(t, "den")
	connect(t, lamp, "wired", []string{"10.21.0.1/24", "fd00:21::1/64"}, den, "eth0", []string{"10.21.0.9/24", "fd00:21::9/64"})
	connect(t, desk, "wired", []string{"10.22.0.1/24"}, den, "eth1", []string{"10.22.0.9/24"})
	prepare(den)
	b := den.startBrowser(t)
	first := lamp.startAnnouncer(t, streamName)
	second := desk.startAnnouncer(t, "Other")
	for _, s := range b.expect(t, streamName, "Other") {
		host, address, port := "lamp.local", "10.21.0.1", first.port
		if s.Name == "Other" {
			host, address, port = "desk.local", "10.22.0.1", second.port
		}
		url := fmt.Sprintf("http://%s:%d/", address, port)
		if s.Host != host || s.Program != Fanlight || s.ID != "5eed" || s.Passcode || s.Page != url ||
			s.URL != url+"stream.mjpg" || s.Snapshot != url+"snapshot.jpg" || s.Status != url+"api/status" {
			t.Errorf("listed as %+v", s)
		}
		if err := den.fetch(s.URL); err != nil {
			t.Error(err)
		}
	}

	first.stop(t) // says goodbye
	b.expect(t, "Other")
	second.crash(t) // does not
	b.expect(t)
	third := desk.startAnnouncer(t, "Other") // another port under the same name
	if s := b.expect(t, "Other")[0]; s.Port != third.port {
		waitFor(t, "new port", func() error {
			if s := b.seen().Streams; len(s) != 1 || s[0].Port != third.port {
				return fmt.Errorf("lists %+v, want port %d", s, third.port)
			}
			return nil
		})
	}
	b.stop(t)
}

func TestBrowseFindsWhatWasThereBefore(t *testing.T) { onBoth(t, browseEarlier) }

func browseEarlier(t *testing.T, prepare func(...*machine)) {
	lamp, den := newMachine(t, "lamp"), newMachine(t, "den")
	connect(t, lamp, "wired", nil, den, "eth0", nil) // link-local addresses of IPv6 only
	lamp.linkLocal(t, "wired")
	den.linkLocal(t, "eth0")
	a := lamp.startAnnouncer(t, "Early")
	time.Sleep(3 * time.Second) // it has announced itself by then, and is silent
	prepare(den)
	b := den.startBrowser(t)
	s := b.expect(t, "Early")[0]
	if want := fmt.Sprintf("http://[%s%%25eth0]:%d/stream.mjpg", lamp.linkLocal(t, "wired"), a.port); s.URL != want {
		t.Errorf("URL %s, want %s", s.URL, want)
	}
	if err := den.fetch(strings.Replace(s.URL, "%25", "%", 1)); err != nil {
		t.Error(err)
	}
	b.stop(t)
	a.stop(t)
}

// The laptop that browses is carried from one network to another, and back.
func TestBrowseFollowsTheNetwork(t *testing.T) { onBoth(t, browseMoved) }

func browseMoved(t *testing.T, prepare func(...*machine)) {
	lamp, desk, den := newMachine(t, "lamp"), newMachine(t, "desk"), newMachine(t, "den")
	connect(t, lamp, "wired", []string{"10.23.0.1/24"}, den, "eth0", []string{"10.23.0.9/24"})
	a := lamp.startAnnouncer(t, "Home")
	prepare(den)
	b := den.startBrowser(t)
	b.expect(t, "Home")
	den.mustRun(t, "ip", "link", "set", "eth0", "down")
	b.expect(t)
	connect(t, desk, "wired", []string{"10.24.0.1/24"}, den, "eth1", []string{"10.24.0.9/24"})
	c := desk.startAnnouncer(t, "Away")
	b.expect(t, "Away")
	den.mustRun(t, "ip", "link", "set", "eth0", "up")
	b.expect(t, "Away", "Home")
	b.stop(t)
	a.stop(t)
	c.stop(t)
}

// The address of the machine that is watched changes.
func TestBrowseFollowsAnAddress(t *testing.T) { onBoth(t, browseAddress) }

func browseAddress(t *testing.T, prepare func(...*machine)) {
	lamp, den := newMachine(t, "lamp"), newMachine(t, "den")
	connect(t, lamp, "wired", []string{"10.25.0.1/24"}, den, "eth0", []string{"10.25.0.9/24"})
	lamp.startAvahi(t)
	serve := lamp.startAnnouncer(t, "Moving")
	prepare(den)
	b := den.startBrowser(t)
	b.expect(t, "Moving")
	lamp.mustRun(t, "ip", "addr", "del", "10.25.0.1/24", "dev", "wired")
	lamp.mustRun(t, "ip", "addr", "add", "10.25.0.7/24", "dev", "wired")
	waitFor(t, "new address", func() error {
		s := b.seen().Streams
		if len(s) != 1 {
			return fmt.Errorf("lists %+v", s)
		}
		if !strings.Contains(s[0].URL, "10.25.0.7") {
			return fmt.Errorf("URL is %s", s[0].URL)
		}
		return den.fetch(s[0].URL)
	})
	b.stop(t)
	serve.stop(t)
}

// avahi publishes what other programs do.
func TestBrowseFindsOtherPrograms(t *testing.T) { onBoth(t, browsePrograms) }

func browsePrograms(t *testing.T, prepare func(...*machine)) {
	lamp, den := newMachine(t, "lamp"), newMachine(t, "den")
	connect(t, lamp, "wired", []string{"10.26.0.1/24"}, den, "eth0", []string{"10.26.0.9/24"})
	lamp.startAvahi(t)
	published := []struct {
		name, service, port string
		txt                 []string
		url                 string // empty: is not to be listed
		program             Program
	}{
		{"Printer 1", "_octoprint._tcp", "7001", []string{"path=/"}, "http://10.26.0.1:7001/webcam/?action=stream", OctoPrint},
		{"AXIS M1065 – ACCC8E", "_axis-video._tcp", "7002", []string{"macaddress=ACCC8E000000"}, "http://10.26.0.1:7002/mjpg/video.mjpg", Axis},
		{"Door", "_rtsp._tcp", "7003", []string{"path=/live/ch0"}, "rtsp://10.26.0.1:7003/live/ch0", ""},
		{"Garden", "_mjpeg._tcp", "7004", []string{"path=/cam?x=1"}, "http://10.26.0.1:7004/cam?x=1", ""},
		{"Phone", "_http._tcp", "7005", []string{"path=/video.mjpg"}, "http://10.26.0.1:7005/video.mjpg", ""},
		{"NAS", "_http._tcp", "7006", []string{"path=/admin"}, "", ""},
		{"Laser", "_ipp._tcp", "7007", []string{"path=/video.mjpg"}, "", ""},
	}
	var names []string
	urls := map[string]Stream{}
	for _, p := range published {
		args := append([]string{"avahi-publish", "-s", p.name, p.service, p.port}, p.txt...)
		cmd := lamp.command(t.Context(), args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = cmd.Wait() }) // it is killed with the test's context
		if p.url != "" {
			names = append(names, p.name)
			urls[p.name] = Stream{URL: p.url, Program: p.program}
			lamp.serveSilence(t, p.port)
		}
	}
	prepare(den)
	b := den.startBrowser(t)
	for _, s := range b.expect(t, names...) {
		if want := urls[s.Name]; s.URL != want.URL || s.Program != want.Program || s.Host != "lamp.local" || s.Status != "" {
			t.Errorf("listed as %+v, want %+v", s, want)
		}
	}
	b.stop(t)
}

// serveSilence takes connections on a port and does nothing with them.
func (m *machine) serveSilence(t *testing.T, port string) {
	t.Helper()
	var listener net.Listener
	err := m.inNetwork(func() (err error) {
		listener, err = net.Listen("tcp", ":"+port)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
}

func TestBrowseFindsFifty(t *testing.T) { onBoth(t, browseFifty) }

func browseFifty(t *testing.T, prepare func(...*machine)) {
	lamp, den := newMachine(t, "lamp"), newMachine(t, "den")
	connect(t, lamp, "wired", []string{"10.27.0.1/24"}, den, "eth0", []string{"10.27.0.9/24"})
	lamp.startAvahi(t)
	lamp.serveSilence(t, "7100")
	var names []string
	var group strings.Builder
	for n := range 50 {
		names = append(names, fmt.Sprintf("Camera %02d of a house with many", n))
		fmt.Fprintf(&group, "avahi-publish -s '%s' _mjpeg._tcp 7100 path=/%d id=x &\n", names[n], n)
	}
	cmd := lamp.command(t.Context(), "sh", "-c", group.String()+"wait")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Wait() }) // it is killed with the test's context
	prepare(den)
	b := den.startBrowser(t)
	b.expect(t, names...)
	late := den.startBrowser(t) // all are there, and tell of themselves at once
	late.expect(t, names...)
	b.stop(t)
	late.stop(t)
}

// Streams come and go, for what ten minutes at home would bring and more: nothing is left of them.
func TestBrowseDoesNotGrow(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, den := newMachine(t, "lamp"), newMachine(t, "den")
	connect(t, lamp, "wired", []string{"10.30.0.1/24"}, den, "eth0", []string{"10.30.0.9/24"})
	b := den.startBrowser(t)
	var heap uint64
	var goroutines int
	for round := range 12 {
		name := fmt.Sprintf("Round %d", round)
		a := lamp.startAnnouncer(t, name)
		b.expect(t, name)
		a.stop(t)
		b.expect(t)
		if round == 3 {
			heap, goroutines = b.seen().Heap, b.seen().Goroutines
		}
	}
	if now := b.seen(); now.Heap > heap+heap/2 || now.Goroutines > goroutines+25 {
		t.Errorf("after 12 rounds %d bytes and %d goroutines, after 4 %d and %d", now.Heap, now.Goroutines, heap, goroutines)
	}
	b.stop(t)
}

// A network need not have IPv4.
func TestWithoutIPv4(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, den := newMachine(t, "lamp"), newMachine(t, "den")
	connect(t, lamp, "wired", []string{"fd28::1/64"}, den, "eth0", []string{"fd28::9/64"})
	a := lamp.startAnnouncer(t, "Kitchen")
	a.expectStatus(t, Status{Name: "Kitchen", Host: "lamp.local", Interfaces: []string{"wired"}})
	if !a.ask(t, "answered").Answered {
		t.Error("others do not find the machine by its name")
	}
	b := den.startBrowser(t)
	waitFor(t, "Kitchen", func() error {
		now := b.seen().Streams
		if len(now) != 1 || now[0].URL != fmt.Sprintf("http://[fd28::1]:%d/stream.mjpg", a.port) {
			return fmt.Errorf("%+v", now)
		}
		return nil
	})
	a.stop(t)
	waitFor(t, "the goodbye", func() error {
		if now := b.seen().Streams; len(now) > 0 {
			return fmt.Errorf("%+v", now)
		}
		return nil
	})
	b.stop(t)
}
