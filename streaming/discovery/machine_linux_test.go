package discovery

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// patience is how long a test waits for what should happen within a second.
const patience = 30 * time.Second

// machine is a computer of its own: host name, network, processes and /run are apart from this one's. It is this
// test binary started anew (see TestMain) and lives until its standard input is closed, by the test or by the
// kernel when the test dies; as it is the first process of its PID namespace, all others in it die with it.
type machine struct {
	name string
	pid  int
}

func newMachine(t *testing.T, name string) *machine {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), roleVariable+"="+roleMachine, "MACHINE="+name)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: unix.CLONE_NEWNET | unix.CLONE_NEWUTS | unix.CLONE_NEWNS | unix.CLONE_NEWPID}
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdin.Close(); _ = cmd.Wait() })
	if _, err := stdout.Read(make([]byte, 1)); err != nil {
		t.Fatalf("machine %s did not start: %v", name, err)
	}
	return &machine{name: name, pid: cmd.Process.Pid}
}

// beMachine is what the first process of a machine does.
func beMachine() error {
	name := os.Getenv("MACHINE")
	if err := unix.Sethostname([]byte(name)); err != nil {
		return err
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	if err := unix.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return err
	}
	if err := unix.Mount("tmpfs", "/run", "tmpfs", 0, ""); err != nil {
		return err
	}
	if err := exec.Command("ip", "link", "set", "lo", "up").Run(); err != nil {
		return fmt.Errorf("ip link set lo up: %w", err)
	}
	fmt.Println("up")
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// command runs on the machine.
func (m *machine) command(ctx context.Context, args ...string) *exec.Cmd {
	enter := []string{"--target", fmt.Sprint(m.pid), "--net", "--uts", "--mount", "--pid", "--"}
	return exec.CommandContext(ctx, "nsenter", append(enter, args...)...)
}

// run waits for a command on the machine and returns what it wrote.
func (m *machine) run(t *testing.T, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	out, err := m.command(ctx, args...).CombinedOutput()
	return string(out), err
}

func (m *machine) mustRun(t *testing.T, args ...string) {
	t.Helper()
	if out, err := m.run(t, args...); err != nil {
		t.Fatalf("%s: %s: %v\n%s", m.name, strings.Join(args, " "), err, out)
	}
}

// connect joins two machines by a cable. Addresses are with prefix length.
func connect(t *testing.T, a *machine, aPort string, aAddrs []string, b *machine, bPort string, bAddrs []string) {
	t.Helper()
	// ip finds the other namespace in the /proc of this machine, so only the network namespace is entered.
	out, err := exec.CommandContext(t.Context(), "nsenter", "--target", fmt.Sprint(a.pid), "--net", "--",
		"ip", "link", "add", aPort, "type", "veth", "peer", "name", bPort, "netns", fmt.Sprint(b.pid)).CombinedOutput()
	if err != nil {
		t.Fatalf("ip link add: %v\n%s", err, out)
	}
	for _, end := range []struct {
		m     *machine
		port  string
		addrs []string
	}{{a, aPort, aAddrs}, {b, bPort, bAddrs}} {
		for _, addr := range end.addrs {
			args := []string{"ip", "addr", "add", addr, "dev", end.port}
			if strings.Contains(addr, ":") {
				args = append(args, "nodad")
			}
			end.m.mustRun(t, args...)
		}
		end.m.mustRun(t, "ip", "link", "set", end.port, "up")
	}
}

// lan is a network of many machines: a machine that does nothing but pass on what it hears.
type lan struct {
	*machine
	ports int
}

func newLAN(t *testing.T, name string) *lan {
	t.Helper()
	l := &lan{machine: newMachine(t, name)}
	// Multicast snooping would wait for a querier that is not there.
	l.mustRun(t, "ip", "link", "add", "bridge", "type", "bridge", "mcast_snooping", "0")
	l.mustRun(t, "ip", "link", "set", "bridge", "up")
	return l
}

// plug joins a port of a machine to the network.
func (l *lan) plug(t *testing.T, m *machine, port string, addrs ...string) {
	t.Helper()
	l.ports++
	socket := fmt.Sprintf("socket%d", l.ports)
	connect(t, m, port, addrs, l.machine, socket, nil)
	l.mustRun(t, "ip", "link", "set", socket, "master", "bridge")
}

// join makes one network of two.
func (l *lan) join(t *testing.T, other *lan) {
	t.Helper()
	other.plug(t, l.machine, "uplink")
	l.mustRun(t, "ip", "link", "set", "uplink", "master", "bridge")
}

// avahi is an avahi-daemon on a machine, with a D-Bus of its own.
type avahi struct {
	log *os.File
	cmd *exec.Cmd
}

// startAvahi returns when the daemon has its host name.
func (m *machine) startAvahi(t *testing.T) *avahi {
	t.Helper()
	if _, err := os.Stat(filepath.Join("/proc", fmt.Sprint(m.pid), "root/run/dbus")); err != nil {
		m.mustRun(t, "mkdir", "-p", "/run/dbus", "/run/avahi-daemon")
		m.mustRun(t, "dbus-daemon", "--system", "--fork", "--nopidfile")
	}
	log, err := os.Create(filepath.Join(t.TempDir(), "avahi.log"))
	if err != nil {
		t.Fatal(err)
	}
	a := &avahi{log: log, cmd: m.command(context.Background(),
		"avahi-daemon", "--no-drop-root", "--no-chroot", "--no-rlimits")}
	a.cmd.Stdout, a.cmd.Stderr = log, log
	if err := a.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// The daemon dies with its machine, whose cleanup comes later: end it here, that Wait returns.
	t.Cleanup(func() { m.stop(a); log.Close() })
	waitFor(t, "avahi-daemon on "+m.name, func() error {
		if !strings.Contains(a.output(), "Server startup complete") {
			return fmt.Errorf("no start in its log:\n%s", a.output())
		}
		return nil
	})
	return a
}

// stop ends the daemon as a system does, so that it says goodbye.
func (m *machine) stop(a *avahi) {
	if a.cmd.ProcessState != nil {
		return
	}
	_ = m.command(context.Background(), "avahi-daemon", "--kill").Run()
	_ = a.cmd.Wait()
}

func (a *avahi) output() string {
	text, _ := os.ReadFile(a.log.Name())
	return string(text)
}

// inNetwork runs f with the machine's network. f must make its sockets in the calling goroutine.
func (m *machine) inNetwork(f func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		done <- func() error {
			ns, err := os.Open(fmt.Sprintf("/proc/%d/ns/net", m.pid))
			if err != nil {
				return err
			}
			defer ns.Close()
			if err := unix.Setns(int(ns.Fd()), unix.CLONE_NEWNET); err != nil {
				return err
			}
			return f()
		}()
	}()
	return <-done
}

// waitFor tries until check has no complaint.
func waitFor(t *testing.T, what string, check func() error) {
	t.Helper()
	began := time.Now()
	for {
		err := check()
		if err == nil {
			t.Logf("%s: after %v", what, time.Since(began).Round(100*time.Millisecond))
			return
		}
		if time.Since(began) > patience {
			t.Fatalf("%s: not within %v: %v", what, patience, err)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// announcer is a program on a machine that serves HTTP and announces it, until stop.
type announcer struct {
	port    int
	pid     int // on its machine
	machine *machine
	stdin   io.WriteCloser
	cmd     *exec.Cmd
	stderr  bytes.Buffer
	reading sync.WaitGroup

	mu     sync.Mutex
	status *Status // the newest
	answer *said   // to what was asked last
}

func (m *machine) startAnnouncer(t *testing.T, name string) *announcer {
	t.Helper()
	a := &announcer{machine: m, cmd: m.command(context.Background(), testBinary(t))}
	a.cmd.Env = append(os.Environ(), roleVariable+"="+roleAnnouncer, "NAME="+name)
	a.cmd.Stderr = &a.stderr
	stdin, err := a.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	a.stdin = stdin
	stdout, err := a.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := a.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdin.Close(); a.reading.Wait(); _ = a.cmd.Wait() })
	lines := json.NewDecoder(stdout)
	var first said
	if err := lines.Decode(&first); err != nil {
		t.Fatalf("announcer on %s: %v\n%s", m.name, err, a.stderr.String())
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

// kill ends the program without a goodbye.
func (a *announcer) kill(t *testing.T) {
	t.Helper()
	a.machine.mustRun(t, "kill", "-KILL", fmt.Sprint(a.pid))
	a.reading.Wait()
	_ = a.cmd.Wait()
}

// stop closes the announcement. The program fails when a goroutine is left or the race detector has spoken.
func (a *announcer) stop(t *testing.T) {
	t.Helper()
	a.stdin.Close()
	a.reading.Wait()
	if err := a.cmd.Wait(); err != nil {
		t.Errorf("announcer: %v\n%s", err, a.stderr.String())
	}
}

func testBinary(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// linkLocal is the link-local IPv6 address of an interface of the machine.
func (m *machine) linkLocal(t *testing.T, port string) string {
	t.Helper()
	var found string
	waitFor(t, "link-local address of "+m.name, func() error {
		return m.inNetwork(func() error {
			iface, err := net.InterfaceByName(port)
			if err != nil {
				return err
			}
			nets, err := iface.Addrs()
			if err != nil {
				return err
			}
			for _, n := range nets {
				if prefix, err := netip.ParsePrefix(n.String()); err == nil && prefix.Addr().Is6() && prefix.Addr().IsLinkLocalUnicast() {
					found = prefix.Addr().String()
					return nil
				}
			}
			return fmt.Errorf("%s has none in %v", port, nets)
		})
	})
	return found
}
