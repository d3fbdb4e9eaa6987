package discovery

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// said is a line of the announcer's standard output.
type said struct {
	Port, PID         int
	Status            *Status // when it changed
	Goroutines, Files int     // when asked
	Answered          bool    // when asked
	Gaps              []string
}

// beAnnouncer serves the path of each request as text and announces the server until standard input ends. A line
// there is a command; see [commanded.do].
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
	now := &commanded{service: Service{Name: os.Getenv("NAME"), Port: port, ID: "5eed"}, say: say}
	a, err := Announce(now.service, func(s Status) {
		if s.Err != nil {
			fmt.Fprintln(os.Stderr, s.Err) // which has no JSON
			s.Err = nil
		}
		now.newest.Store(&s)
		say(said{Status: &s})
	})
	if err != nil {
		return err
	}
	for commands := bufio.NewScanner(os.Stdin); commands.Scan(); {
		if err := now.do(a, commands.Text()); err != nil {
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

// commanded is an announcer that takes commands.
type commanded struct {
	service Service
	say     func(said)
	newest  atomic.Pointer[Status]
}

// do does what a command says: "passcode" announces that one is needed, "rtsp" and "no rtsp" that there is RTSP, on
// the port above, or none any more, "count" asks what there is now, "answered" whether others find this machine by
// its name, "gaps" where they do not find the newest announcement.
func (n *commanded) do(a *Announcement, command string) (err error) {
	switch command {
	case "passcode":
		n.service.Passcode = true
		err = a.Update(n.service)
	case "rtsp":
		n.service.RTSPPort = n.service.Port + 1
		err = a.Update(n.service)
	case "no rtsp":
		n.service.RTSPPort = 0
		err = a.Update(n.service)
	case "count":
		var files []os.DirEntry
		files, err = os.ReadDir("/proc/self/fd")
		n.say(said{Goroutines: runtime.NumGoroutine(), Files: len(files)})
	case "gaps":
		n.say(said{Gaps: n.newest.Load().Gaps()})
	case "answered":
		var network Network
		network, err = currentNetwork()
		n.say(said{Answered: IsAnswered(context.Background(), HostName(), network)})
	}
	return err
}

// announcer is a program on a machine that serves HTTP and announces it, until stop.
type announcer struct {
	*process
	port    int
	pid     int // on its machine
	machine *machine

	mu     sync.Mutex
	status *Status // the newest
	answer *said   // to what was asked last
}

func (m *machine) startAnnouncer(t *testing.T, name string) *announcer {
	t.Helper()
	a := &announcer{machine: m, process: startProcess(t, m.asRole(t, roleAnnouncer, "NAME="+name))}
	lines := json.NewDecoder(a.stdout)
	var first said
	up := func() error { return lines.Decode(&first) }
	if err := a.within(patience, "announcer on "+m.name+" to serve", up); err != nil {
		t.Fatalf("%v\n%s", err, a.stderr.String())
	}
	a.port, a.pid = first.Port, first.PID
	a.reading.Go(func() { a.read(lines) })
	return a
}

func (a *announcer) read(lines *json.Decoder) {
	for {
		var line said
		if lines.Decode(&line) != nil {
			return
		}
		a.mu.Lock()
		if line.Status != nil {
			a.status = line.Status
		} else {
			a.answer = &line
		}
		a.mu.Unlock()
	}
}

// expectStatus waits for the announcement to stand so.
func (a *announcer) expectStatus(t *testing.T, want Status) {
	t.Helper()
	waitFor(t, fmt.Sprintf("status %+v", want), func() error {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.status == nil || !reflect.DeepEqual(*a.status, want) {
			return fmt.Errorf("status is %+v", a.status)
		}
		return nil
	})
}

func (a *announcer) tell(t *testing.T, command string) {
	t.Helper()
	if _, err := fmt.Fprintln(a.stdin, command); err != nil {
		t.Fatal(err)
	}
}

// ask tells the program a command, and returns what it says to it.
func (a *announcer) ask(t *testing.T, command string) said {
	t.Helper()
	a.mu.Lock()
	a.answer = nil
	a.mu.Unlock()
	a.tell(t, command)
	var answer said
	waitFor(t, command, func() error {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.answer == nil {
			return errors.New("nothing yet")
		}
		answer = *a.answer
		return nil
	})
	return answer
}

// crash ends the program without a goodbye.
func (a *announcer) crash(t *testing.T) {
	t.Helper()
	a.machine.mustRun(t, "kill", "-KILL", fmt.Sprint(a.pid))
	_ = a.within(patience, "the killed program to end", a.wait)
}

// stop closes the announcement. The program fails when a goroutine is left or the race detector has spoken.
func (a *announcer) stop(t *testing.T) {
	t.Helper()
	if err := a.end(); err != nil {
		t.Errorf("announcer on %s: %v\n%s", a.machine.name, err, a.stderr.String())
	}
}

// name waits for an announcement, and returns its name and its machine's.
func (a *announcer) name(t *testing.T) (name, host string) {
	t.Helper()
	waitFor(t, "name", func() error {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.status == nil || a.status.Name == "" {
			return errors.New("not announced")
		}
		name, host = a.status.Name, a.status.Host
		return nil
	})
	return name, host
}
