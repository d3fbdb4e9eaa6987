package discovery

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// avahiDaemon is one on a machine, with a D-Bus of its own.
type avahiDaemon struct {
	log  *os.File
	cmd  *exec.Cmd
	kill context.CancelFunc
}

// startAvahi returns when the daemon has its host name.
func (m *machine) startAvahi(t *testing.T) *avahiDaemon {
	t.Helper()
	if _, err := os.Stat(filepath.Join("/proc", fmt.Sprint(m.pid), "root/run/dbus")); err != nil {
		m.mustRun(t, "mkdir", "-p", "/run/dbus", "/run/avahi-daemon")
		m.mustRun(t, "dbus-daemon", "--system", "--fork", "--nopidfile")
	}
	log, err := os.Create(filepath.Join(t.TempDir(), "avahi.log"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, kill := context.WithCancel(context.Background())
	a := &avahiDaemon{log: log, kill: kill, cmd: m.command(ctx, "avahi-daemon", "--no-drop-root", "--no-chroot", "--no-rlimits")}
	a.cmd.Stdout, a.cmd.Stderr = log, log
	if err := a.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// The daemon dies with its machine, whose cleanup comes later: end it here, that Wait returns.
	t.Cleanup(func() { m.stop(t, a); kill(); log.Close() })
	waitFor(t, "avahi-daemon on "+m.name, func() error {
		if !strings.Contains(a.output(), "Server startup complete") {
			return fmt.Errorf("no start in its log:\n%s", a.output())
		}
		return nil
	})
	return a
}

// stop ends the daemon as a system does, so that it says goodbye.
func (m *machine) stop(t *testing.T, a *avahiDaemon) {
	t.Helper()
	if a.cmd.ProcessState != nil {
		return
	}
	if out, err := m.run("avahi-daemon", "--kill"); err != nil {
		t.Logf("avahi-daemon --kill: %v\n%s", err, out)
	}
	late := time.AfterFunc(patience, a.kill)
	_ = a.cmd.Wait()
	if !late.Stop() {
		t.Errorf("waited %v for avahi-daemon on %s to end", patience, m.name)
	}
}

func (a *avahiDaemon) output() string {
	text, _ := os.ReadFile(a.log.Name())
	return string(text)
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
func browse(judge *machine, kind string) ([]entry, error) {
	out, err := judge.run("avahi-browse", "--resolve", "--parsable", "--terminate", "--no-db-lookup", kind)
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

// expectPeace fails if the daemon met with a conflict or took another name.
func expectPeace(t *testing.T, daemon *avahiDaemon) {
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

// cached looks at what the daemon keeps of Kitchen.
func (a *avahiDaemon) cached(t *testing.T, m *machine) error {
	before := len(a.output())
	m.mustRun(t, "sh", "-c", "kill -USR1 $(cat /run/avahi-daemon/pid)")
	var dump string
	waitFor(t, "avahi's cache", func() error {
		dump = a.output()[before:]
		if !strings.Contains(dump, "CACHE DUMP FOLLOWS") {
			return errors.New("no dump yet")
		}
		return nil
	})
	kept := 0
	for line := range strings.Lines(dump) {
		if !strings.Contains(line, "Kitchen") || !strings.Contains(line, "ttl=") {
			continue
		}
		kept++
		if !strings.Contains(line, "ttl=120") {
			return errors.New(line)
		}
	}
	if kept == 0 {
		return fmt.Errorf("nothing of Kitchen is kept: %s", dump)
	}
	return nil
}
