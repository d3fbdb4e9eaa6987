package discovery

import (
	"bufio"
	"context"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// strictClient is python-zeroconf, which removes a service with its goodbye and does not wait
// for anything else. Each line that it prints is a change.
const strictClient = `
import sys, threading, zeroconf
class Changes(zeroconf.ServiceListener):
    def say(self, what, name): print(what, name, flush=True)
    def add_service(self, z, t, name): self.say("add", name)
    def update_service(self, z, t, name): self.say("update", name)
    def remove_service(self, z, t, name): self.say("remove", name)
z = zeroconf.Zeroconf()
zeroconf.ServiceBrowser(z, ["_mjpeg._tcp.local.", "_http._tcp.local."], Changes())
threading.Thread(target=lambda: print("ready", flush=True)).start()
sys.stdin.read()
z.close()
`

// longestGap is how long a stream may be missing while another responder takes over.
const longestGap = 5 * time.Second

// change is one that the client printed.
type change struct {
	at         time.Time
	what, name string
}

// strict is a running client.
type strict struct {
	*process
	reading sync.WaitGroup

	mu      sync.Mutex
	changes []change
}

func (m *machine) startStrictClient(t *testing.T) *strict {
	t.Helper()
	s := &strict{process: startProcess(t, func(ctx context.Context) *exec.Cmd {
		return m.command(ctx, "/usr/bin/python3", "-c", strictClient)
	})}
	s.reading.Go(s.read)
	waitFor(t, "python-zeroconf (Debian package python3-zeroconf)", func() error {
		if len(s.seen()) == 0 {
			return fmt.Errorf("it is not ready: %s", s.stderr.String())
		}
		return nil
	})
	return s
}

func (s *strict) read() {
	for lines := bufio.NewScanner(s.stdout); lines.Scan(); {
		what, name, _ := strings.Cut(lines.Text(), " ")
		s.mu.Lock()
		s.changes = append(s.changes, change{time.Now(), what, name})
		s.mu.Unlock()
	}
}

func (s *strict) seen() []change {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]change(nil), s.changes...)
}

// listed are the names that it has now.
func (s *strict) listed() map[string]bool {
	now := map[string]bool{}
	for _, c := range s.seen() {
		switch c.what {
		case "add":
			now[c.name] = true
		case "remove":
			delete(now, c.name)
		}
	}
	return now
}

func (s *strict) expectBoth(t *testing.T, service string) {
	t.Helper()
	waitFor(t, service+" as two types", func() error {
		if now := s.listed(); len(now) != 2 || !now[service+"._mjpeg._tcp.local."] || !now[service+"._http._tcp.local."] {
			return fmt.Errorf("lists %v", now)
		}
		return nil
	})
}

// expectNoGap checks what changed since the first changes: what was removed came back at
// once, and no other name came. It returns the changes in words.
func (s *strict) expectNoGap(t *testing.T, service string, first int) string {
	t.Helper()
	counts, gone, longest := map[string]int{}, map[string]time.Time{}, time.Duration(0)
	for _, c := range s.seen()[first:] {
		if !strings.HasPrefix(c.name, service+"._") {
			t.Errorf("%s %s: the name is taken by itself", c.what, c.name)
		}
		counts[c.what]++
		switch c.what {
		case "remove":
			gone[c.name] = c.at
		case "add":
			if left, ok := gone[c.name]; ok {
				longest = max(longest, c.at.Sub(left))
			}
			delete(gone, c.name)
		}
	}
	if longest > longestGap || len(gone) > 0 {
		t.Errorf("missing for %v; now %v", longest, gone)
	}
	return fmt.Sprintf("%d removes, %d adds, %d updates, missing for %.1f s", counts["remove"], counts["add"], counts["update"], longest.Seconds())
}

// The daemon is started, ended, started again at once and killed under a stream that
// python-zeroconf watches. The table of what it saw is in the log (-v).
func TestStrictClientWhileAvahiComesAndGoes(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, desk := newMachine(t, "lamp"), newMachine(t, "desk")
	connect(t, lamp, "wired", []string{"10.48.0.1/24"}, desk, "eth0", []string{"10.48.0.2/24"})
	client := desk.startStrictClient(t)
	a := lamp.startAnnouncer(t, "Kitchen")
	alone := Status{Name: "Kitchen", Host: "lamp.local", Interfaces: []string{"wired"}}
	deputed := alone
	deputed.Avahi = true
	a.expectStatus(t, alone)
	client.expectBoth(t, "Kitchen")

	var daemon *avahiDaemon
	start := func() { daemon = lamp.startAvahi(t); a.expectStatus(t, deputed) }
	for _, step := range []struct {
		name string
		do   func()
	}{
		{"avahi-daemon starts", start},
		{"it is ended", func() { lamp.stop(t, daemon); a.expectStatus(t, alone) }},
		{"it starts again", start},
		{"it is restarted", func() { lamp.stop(t, daemon); start() }},
		{"it is killed", func() { daemon.kill(); a.expectStatus(t, alone) }},
		{"it starts after that", start},
	} {
		before := len(client.seen())
		step.do()
		time.Sleep(3 * time.Second) // what a goodbye ends is gone after one
		client.expectBoth(t, "Kitchen")
		t.Logf("%-22s %s", step.name, client.expectNoGap(t, "Kitchen", before))
	}
	a.stop(t)
	waitFor(t, "the goodbye", func() error {
		if now := client.listed(); len(now) > 0 {
			return fmt.Errorf("lists %v", now)
		}
		return nil
	})
	if err := client.end(); err != nil {
		t.Error(err, client.stderr.String())
	}
	client.reading.Wait()
}
