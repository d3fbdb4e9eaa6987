package discovery

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// The test binary plays parts of its own tests, in other namespaces.
const (
	roleVariable  = "FANLIGHT_DISCOVERY_ROLE"
	roleMachine   = "machine"
	roleAnnouncer = "announcer"
)

func TestMain(m *testing.M) {
	var err error
	switch os.Getenv(roleVariable) {
	case roleMachine:
		err = beMachine()
	case roleAnnouncer:
		err = beAnnouncer()
	case roleBrowser:
		err = beBrowser()
	case roleNoise:
		err = beNoise()
	default:
		goleak.VerifyTestMain(m)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// said is a line of the announcer's standard output.
type said struct {
	Port, PID         int
	Status            *Status // when it changed
	Goroutines, Files int     // when asked
	Answered          bool    // when asked
}

// beAnnouncer serves the path of each request as text and announces the server until standard input ends. A line
// there is a command: "passcode" announces that one is needed, "count" asks what there is now,
// "answered" whether others find this machine by its name.
func beAnnouncer() error {
	listener, err := net.Listen("tcp", ":0")
	if err != nil {
		return err
	}
	port := listener.Addr().(*net.TCPAddr).Port
	echo := func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.URL.Path) }
	server := &http.Server{Handler: http.HandlerFunc(echo)}
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(listener) })

	var mu sync.Mutex
	say := func(line said) {
		mu.Lock()
		defer mu.Unlock()
		_ = json.NewEncoder(os.Stdout).Encode(line)
	}
	say(said{Port: port, PID: os.Getpid()})
	service := Service{Name: os.Getenv("NAME"), Port: port, ID: "5eed"}
	a, err := Announce(service, func(s Status) {
		if s.Err != nil {
			fmt.Fprintln(os.Stderr, s.Err) // which has no JSON
			s.Err = nil
		}
		say(said{Status: &s})
	})
	if err != nil {
		return err
	}
	for commands := bufio.NewScanner(os.Stdin); commands.Scan(); {
		switch commands.Text() {
		case "passcode":
			service.Passcode = true
			err = a.Update(service)
		case "count":
			var files []os.DirEntry
			files, err = os.ReadDir("/proc/self/fd")
			say(said{Goroutines: runtime.NumGoroutine(), Files: len(files)})
		case "answered":
			var n Network
			n, err = currentNetwork()
			say(said{Answered: IsAnswered(context.Background(), HostName(), n)})
		}
		if err != nil {
			return err
		}
	}
	a.Close()
	a.Close()
	server.Close()
	serving.Wait()
	// zeroconf announces twice, a second apart, and then sleeps for two.
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		if err := goleak.Find(); err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

// needMachines skips where namespaces cannot be made, or a judge is missing.
func needMachines(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts machines of their own: not in the short tests")
	}
	if os.Getuid() != 0 {
		t.Skip("needs root: the test makes network namespaces")
	}
	tools := []string{"ip", "nsenter", "dbus-daemon", "dbus-send", "avahi-daemon", "avahi-browse", "avahi-resolve"}
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%v (Debian packages iproute2, util-linux, dbus, avahi-daemon, avahi-utils)", err)
		}
	}
}

const streamName = `Fan.light "Küche" (1) \ 🎥`

// want is what a judge should find on its link.
type want struct {
	judge     *machine
	device    string
	host      string
	addresses []string
	port      int
}

func TestAnnounceInTheEyesOfAvahi(t *testing.T) {
	needMachines(t)
	t.Parallel()
	// desk and sofa are on different links of lamp: each must be given the address on its own.
	lamp, desk, sofa := newMachine(t, "lamp"), newMachine(t, "desk"), newMachine(t, "sofa")
	connect(t, lamp, "wired", []string{"10.11.0.1/24", "fd00:11::1/64"},
		desk, "eth0", []string{"10.11.0.2/24", "fd00:11::2/64"})
	connect(t, lamp, "radio", []string{"10.12.0.1/24"}, sofa, "wlan0", []string{"10.12.0.2/24"})
	desk.startAvahi(t)
	sofa.startAvahi(t)
	wired := want{judge: desk, device: "eth0", host: "lamp.local", addresses: []string{"10.11.0.1", "fd00:11::1"}}
	radio := want{judge: sofa, device: "wlan0", host: "lamp.local", addresses: []string{"10.12.0.1", lamp.linkLocal(t, "radio")}}

	a := lamp.startAnnouncer(t, streamName)
	wired.port, radio.port = a.port, a.port
	expectSeen(t, wired, radio)
	expectDirect(t, wired)
	a.stop(t)
	expectGone(t, wired, radio)
}

func TestAnnounceBesideAvahiOnTheSameMachine(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, desk := newMachine(t, "lamp"), newMachine(t, "desk")
	connect(t, lamp, "wired", []string{"10.14.0.1/24"}, desk, "eth0", []string{"10.14.0.2/24"})
	desk.startAvahi(t)
	daemon := lamp.startAvahi(t)
	a := lamp.startAnnouncer(t, streamName)
	// What avahi publishes of lamp is its own affair: link-local addresses too.
	wired := want{judge: desk, device: "eth0", host: "lamp.local", addresses: []string{"10.14.0.1", lamp.linkLocal(t, "wired")}, port: a.port}
	expectSeen(t, wired)
	expectHostResolves(t, wired)
	expectDirect(t, wired)
	own := want{judge: lamp}
	waitFor(t, "avahi-browse on lamp itself", func() error {
		if entries, err := browse(t, own.judge, "_http._tcp"); err != nil || len(entries) == 0 {
			return fmt.Errorf("seen %v, %w", entries, err)
		}
		return nil
	})
	a.stop(t)
	expectGone(t, wired, own)
	expectHostResolves(t, wired)
	expectPeace(t, daemon)
}

// entry is a service instance as avahi-browse resolved it.
type entry struct {
	device, protocol, name, host, address string
	port                                  int
	txt                                   []string
}

// hostPort is what a browser on the judge's machine would open.
func (e entry) hostPort() string {
	address := e.address
	if strings.HasPrefix(address, "fe80:") {
		address += "%" + e.device
	}
	return net.JoinHostPort(address, strconv.Itoa(e.port))
}

// browse asks the judge for every instance of a service type.
func browse(t *testing.T, judge *machine, kind string) ([]entry, error) {
	out, err := judge.run(t, "avahi-browse", "--resolve", "--parsable", "--terminate", "--no-db-lookup", kind)
	if err != nil {
		return nil, fmt.Errorf("avahi-browse: %w: %s", err, out)
	}
	var entries []entry
	for line := range strings.Lines(out) {
		// =;eth0;IPv4;Name;_http._tcp;local;lamp.local;10.11.0.1;8080;"path=/"
		f := strings.SplitN(strings.TrimSpace(line), ";", 10)
		if f[0] != "=" || len(f) < 10 {
			continue
		}
		port, err := strconv.Atoi(f[8])
		if err != nil {
			return nil, fmt.Errorf("avahi-browse: port in %q: %w", line, err)
		}
		txt := strings.Split(strings.Trim(f[9], `"`), `" "`)
		slices.Sort(txt)
		entries = append(entries, entry{device: f[1], protocol: f[2], name: unescape(f[3]), host: f[6],
			address: f[7], port: port, txt: txt})
	}
	return entries, nil
}

// unescape reads avahi's \DDD (decimal) and \c.
func unescape(s string) string {
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b = append(b, s[i])
		} else if n, err := strconv.ParseUint(s[i+1:min(i+4, len(s))], 10, 8); err == nil {
			b = append(b, byte(n))
			i += 3
		} else {
			i++
			b = append(b, s[i])
		}
	}
	return string(b)
}

// expectSeen has every judge see both services, and open what they point to.
func expectSeen(t *testing.T, wants ...want) {
	t.Helper()
	kinds := map[string][]string{
		"_http._tcp":  {"path=/"},
		"_mjpeg._tcp": {"auth=none", "id=5eed", "path=/stream.mjpg", "snapshot=/snapshot.jpg"},
	}
	atOnce(t, wants, func(t *testing.T, w want, kind string) error {
		entries, err := browse(t, w.judge, kind)
		if err != nil {
			return err
		}
		var protocols []string
		for _, e := range entries {
			protocols = append(protocols, e.protocol)
			if e.name != streamName || e.host != w.host || e.port != w.port || !slices.Equal(e.txt, kinds[kind]) {
				return fmt.Errorf("seen as %+v", e)
			}
			if e.device != w.device || !slices.Contains(w.addresses, e.address) {
				return fmt.Errorf("%+v is not on the judge's link, where %v are", e, w.addresses)
			}
			if err := get(w.judge, e); err != nil {
				return err
			}
		}
		if slices.Sort(protocols); !slices.Equal(protocols, []string{"IPv4", "IPv6"}) {
			return fmt.Errorf("seen over %v", protocols)
		}
		return nil
	})
}

// atOnce has every judge look for both service types at the same time.
func atOnce(t *testing.T, wants []want, check func(t *testing.T, w want, kind string) error) {
	t.Helper()
	t.Run("judges", func(t *testing.T) {
		for _, w := range wants {
			for _, kind := range []string{"_http._tcp", "_mjpeg._tcp"} {
				t.Run(w.judge.name+" "+kind, func(t *testing.T) {
					t.Parallel()
					waitFor(t, "avahi-browse", func() error { return check(t, w, kind) })
				})
			}
		}
	})
	if t.Failed() {
		t.FailNow()
	}
}

// replyTime is how long one who is asked may take; waitFor asks again.
const replyTime = 10 * time.Second

// get opens the path that the entry announces.
func get(judge *machine, e entry) error {
	i := slices.IndexFunc(e.txt, func(s string) bool { return strings.HasPrefix(s, "path=") })
	path := strings.TrimPrefix(e.txt[i], "path=")
	return judge.inNetwork(func() error {
		conn, err := net.DialTimeout("tcp", e.hostPort(), replyTime)
		if err != nil {
			return err
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(replyTime)) // who is asked may be another than it should be
		fmt.Fprintf(conn, "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", path, e.host)
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil || string(body) != path {
			return fmt.Errorf("GET %s from %s: %q, %v", path, e.hostPort(), body, err)
		}
		return nil
	})
}

// expectGone has the services vanish long before their time to live of 53 minutes.
func expectGone(t *testing.T, wants ...want) {
	t.Helper()
	atOnce(t, wants, func(t *testing.T, w want, kind string) error {
		entries, err := browse(t, w.judge, kind)
		if err != nil || len(entries) > 0 {
			return fmt.Errorf("still seen: %v, %v", entries, err)
		}
		return nil
	})
}

// expectDirect resolves the instance by its name alone, as an app does with a camera it remembers.
func expectDirect(t *testing.T, w want) {
	t.Helper()
	const unspecified = "int32:-1" // interface and protocols
	waitFor(t, "ResolveService on "+w.judge.name, func() error {
		out, err := w.judge.run(t, "dbus-send", "--system", "--print-reply", "--dest=org.freedesktop.Avahi", "/",
			"org.freedesktop.Avahi.Server.ResolveService", unspecified, unspecified, "string:"+streamName, "string:_mjpeg._tcp",
			"string:local", unspecified, "uint32:0")
		if err != nil || !strings.Contains(out, fmt.Sprintf("uint16 %d", w.port)) {
			return fmt.Errorf("%w: %s", err, out)
		}
		return nil
	})
}

// expectHostResolves opens lamp.local without any service.
func expectHostResolves(t *testing.T, w want) {
	t.Helper()
	waitFor(t, "lamp.local on "+w.judge.name, func() error {
		out, err := w.judge.run(t, "avahi-resolve", "-4", "--name", "lamp.local")
		if err != nil || !strings.Contains(out, w.addresses[0]) {
			return fmt.Errorf("%w: %s", err, out)
		}
		return nil
	})
}

// expectPeace fails if the daemon met with a conflict or took another name.
func expectPeace(t *testing.T, daemon *avahi) {
	t.Helper()
	log := daemon.output()
	if !strings.Contains(log, "Host name is lamp.local.") {
		t.Errorf("avahi-daemon is not lamp.local")
	}
	for _, bad := range []string{"onflict", "lamp-2", "retrying", "ithdrawing workstation"} {
		if strings.Contains(log, bad) {
			t.Errorf("avahi-daemon's log has %q", bad)
		}
	}
	if t.Failed() {
		t.Log(log)
	}
}
