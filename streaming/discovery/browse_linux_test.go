package discovery

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
	"go.uber.org/goleak"
	"golang.org/x/net/ipv4"
)

const (
	roleBrowser = "browser"
	roleNoise   = "noise"
)

// shortWaits are for tests that wait for the end of a machine.
var shortWaits = waits{dial: 500 * time.Millisecond, again: 200 * time.Millisecond, first: 200 * time.Millisecond,
	longest: time.Second, renewed: 100 * time.Millisecond}

// beBrowser writes each list of streams as a line of JSON until standard input
// ends, and then what it has cost.
func beBrowser() error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go func() { _, _ = io.Copy(io.Discard, os.Stdin); stop() }()
	out := json.NewEncoder(os.Stdout)
	b := &browser{cache: newCache(), checks: newChecks(shortWaits)}
	var failure error
	b.run(ctx, func(all []Stream, err error) bool {
		failure = err
		return err == nil && out.Encode(seenNow{Streams: all, Heap: heapInUse(), Goroutines: runtime.NumGoroutine()}) == nil
	})
	if failure != nil {
		return failure
	}
	// zeroconf's goroutines end by themselves when their sockets are closed.
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		if err := goleak.Find(); err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

// seenNow is a line of a browser on another machine.
type seenNow struct {
	Streams    []Stream
	Heap       uint64
	Goroutines int
}

func heapInUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// watcher is a browser on a machine.
type watcher struct {
	cmd    *exec.Cmd
	stdin  io.Closer
	stderr strings.Builder

	mu   sync.Mutex
	last seenNow
	done chan struct{}
}

func (m *machine) startBrowser(t *testing.T) *watcher {
	t.Helper()
	w := &watcher{cmd: m.command(context.Background(), testBinary(t)), done: make(chan struct{})}
	w.cmd.Env = append(os.Environ(), roleVariable+"="+roleBrowser)
	w.cmd.Stderr = &w.stderr
	stdin, err := w.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	w.stdin = stdin
	stdout, err := w.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(w.done)
		lines := bufio.NewScanner(stdout)
		lines.Buffer(nil, 4<<20)
		for lines.Scan() {
			var now seenNow
			if json.Unmarshal(lines.Bytes(), &now) == nil {
				w.mu.Lock()
				w.last = now
				w.mu.Unlock()
			}
		}
	}()
	t.Cleanup(func() { stdin.Close(); <-w.done; _ = w.cmd.Wait() })
	return w
}

func (w *watcher) seen() seenNow {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last
}

// stop ends the browser, which fails if a goroutine is left or the race detector has spoken.
func (w *watcher) stop(t *testing.T) {
	t.Helper()
	w.stdin.Close()
	<-w.done
	if err := w.cmd.Wait(); err != nil {
		t.Errorf("browser: %v\n%s", err, w.stderr.String())
	}
}

// expect waits until the browser lists streams of these names, and no others.
func (w *watcher) expect(t *testing.T, names ...string) []Stream {
	t.Helper()
	slices.Sort(names)
	var all []Stream
	waitFor(t, fmt.Sprintf("browser lists %d streams", len(names)), func() error {
		all = w.seen().Streams
		var got []string
		for _, s := range all {
			got = append(got, s.Name)
		}
		if slices.Sort(got); !slices.Equal(got, names) {
			return fmt.Errorf("lists %q, want %q\n%s", got, names, w.stderr.String())
		}
		return nil
	})
	return all
}

// fetch opens a URL from the machine.
func (m *machine) fetch(url string) error {
	return m.inNetwork(func() error {
		// The command line of curl knows zones as Fanlight's own client does.
		out, err := exec.Command("curl", "--noproxy", "*", "-sS", "-g", "-m", "10", url).CombinedOutput()
		if want := "/stream.mjpg"; err != nil || string(out) != want {
			return fmt.Errorf("GET %s: %w: %q, want %q", url, err, out, want)
		}
		return nil
	})
}

func TestBrowse(t *testing.T) {
	needMachines(t)
	t.Parallel()
	// den is joined to both laptops by a cable each.
	lamp, desk, den := newMachine(t, "lamp"), newMachine(t, "desk"), newMachine(t, "den")
	connect(t, lamp, "wired", []string{"10.21.0.1/24", "fd00:21::1/64"}, den, "eth0", []string{"10.21.0.9/24", "fd00:21::9/64"})
	connect(t, desk, "wired", []string{"10.22.0.1/24"}, den, "eth1", []string{"10.22.0.9/24"})
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
	second.kill(t) // does not
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

func TestBrowseFindsWhatWasThereBefore(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, den := newMachine(t, "lamp"), newMachine(t, "den")
	connect(t, lamp, "wired", nil, den, "eth0", nil) // link-local addresses of IPv6 only
	lamp.linkLocal(t, "wired")
	den.linkLocal(t, "eth0")
	a := lamp.startAnnouncer(t, "Early")
	time.Sleep(3 * time.Second) // it has announced itself by then, and is silent
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
func TestBrowseFollowsTheNetwork(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, desk, den := newMachine(t, "lamp"), newMachine(t, "desk"), newMachine(t, "den")
	connect(t, lamp, "wired", []string{"10.23.0.1/24"}, den, "eth0", []string{"10.23.0.9/24"})
	a := lamp.startAnnouncer(t, "Home")
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
func TestBrowseFollowsAnAddress(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, den := newMachine(t, "lamp"), newMachine(t, "den")
	connect(t, lamp, "wired", []string{"10.25.0.1/24"}, den, "eth0", []string{"10.25.0.9/24"})
	lamp.startAvahi(t)
	serve := lamp.startAnnouncer(t, "Moving")
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
func TestBrowseFindsOtherPrograms(t *testing.T) {
	needMachines(t)
	t.Parallel()
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
		t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
		if p.url != "" {
			names = append(names, p.name)
			urls[p.name] = Stream{URL: p.url, Program: p.program}
			lamp.serveSilence(t, p.port)
		}
	}
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

func TestBrowseFindsFifty(t *testing.T) {
	needMachines(t)
	t.Parallel()
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
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	b := den.startBrowser(t)
	b.expect(t, names...)
	late := den.startBrowser(t) // all are there, and tell of themselves at once
	late.expect(t, names...)
	b.stop(t)
	late.stop(t)
}

// A neighbour that floods and lies does not hide the others, and costs no more
// than it may.
func TestBrowseStandsNoise(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, desk, den := newMachine(t, "lamp"), newMachine(t, "desk"), newMachine(t, "den")
	connect(t, lamp, "wired", []string{"10.28.0.1/24"}, den, "eth0", []string{"10.28.0.9/24"})
	connect(t, desk, "wired", []string{"10.29.0.1/24"}, den, "eth1", []string{"10.29.0.9/24"})
	desk.serveSilence(t, strconv.Itoa(liarsPort))
	b := den.startBrowser(t)
	cmd := desk.command(t.Context(), testBinary(t))
	cmd.Env = append(os.Environ(), roleVariable+"="+roleNoise)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdin.Close(); _ = cmd.Wait() })
	waitFor(t, "noise", func() error {
		if len(b.seen().Streams) < mostFrom/2 {
			return fmt.Errorf("lists %d streams", len(b.seen().Streams))
		}
		return nil
	})
	a := lamp.startAnnouncer(t, "Quiet")
	listsQuiet := func(want bool) error {
		now := b.seen()
		if got := slices.ContainsFunc(now.Streams, func(s Stream) bool { return s.Name == "Quiet" }); got != want {
			return fmt.Errorf("among %d streams: %v, want %v\n%s", len(now.Streams), got, want, b.stderr.String())
		}
		if len(now.Streams) > mostStreams || now.Heap > 64<<20 {
			t.Fatalf("%d streams, %d bytes", len(now.Streams), now.Heap)
		}
		return nil
	}
	waitFor(t, "Quiet in the noise", func() error { return listsQuiet(true) })
	a.stop(t)
	waitFor(t, "Quiet's goodbye in the noise", func() error { return listsQuiet(false) })
	b.stop(t)
}

const liarsPort = 7200

// beNoise sends malformed packets and lies until standard input ends.
func beNoise() error {
	done := make(chan struct{})
	go func() { _, _ = io.Copy(io.Discard, os.Stdin); close(done) }()
	conn, err := net.ListenUDP("udp4", group4)
	if err != nil {
		return err
	}
	defer conn.Close()
	wired, err := net.InterfaceByName("wired")
	if err != nil {
		return err
	}
	if err := ipv4.NewPacketConn(conn).SetMulticastInterface(wired); err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(1, 2))
	for n := 0; ; n++ {
		packet := lie(n)
		switch n % 4 {
		case 1: // cut
			packet = packet[:random.IntN(len(packet))]
		case 2: // broken
			for range 5 {
				packet[random.IntN(len(packet))] = byte(random.Uint32())
			}
		case 3: // nothing at all
			for i := range packet {
				packet[i] = byte(random.Uint32())
			}
		}
		if _, err := conn.WriteTo(packet, group4); err != nil {
			return err
		}
		select {
		case <-done:
			return nil
		case <-time.After(200 * time.Microsecond):
		}
	}
}

// lie announces a stream that is not there, another one with each n, with a huge
// TXT record and a name that misbehaves.
func lie(n int) []byte {
	name := escape("\x00\x1b[2J\u202E lie "+strconv.Itoa(n)) + "._mjpeg._tcp.local."
	header := func(name string, kind uint16) dns.RR_Header {
		return dns.RR_Header{Name: name, Rrtype: kind, Class: dns.ClassINET, Ttl: 1 << 31}
	}
	message := dns.Msg{Compress: true}
	message.Response = true
	message.Answer = []dns.RR{
		&dns.PTR{Hdr: header("_mjpeg._tcp.local.", dns.TypePTR), Ptr: name},
		&dns.SRV{Hdr: header(name, dns.TypeSRV), Target: "liar.local.", Port: liarsPort},
		&dns.TXT{Hdr: header(name, dns.TypeTXT), Txt: []string{"path=/" + strings.Repeat("x", 240), strings.Repeat("y", 255), "id=" + strings.Repeat("z", 200)}},
		&dns.A{Hdr: header("liar.local.", dns.TypeA), A: net.IPv4(10, 29, 0, 1)},
		&dns.A{Hdr: header("liar.local.", dns.TypeA), A: net.IPv4(127, 0, 0, 1)},
		&dns.A{Hdr: header("liar.local.", dns.TypeA), A: net.IPv4(8, 8, 8, 8)},
	}
	packed, err := message.Pack()
	if err != nil {
		panic(err)
	}
	return packed
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
