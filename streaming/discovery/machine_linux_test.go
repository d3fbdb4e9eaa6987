package discovery

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// machine is a computer of its own: host name, network, processes and /run are apart from this one's. It is this
// test binary started anew (see TestMain) and lives until its standard input is closed, by the test or by the
// kernel when the test dies; as it is the first process of its PID namespace, all others in it die with it.
type machine struct {
	name string
	pid  int
}

func newMachine(t *testing.T, name string) *machine {
	t.Helper()
	p := startProcess(t, func(ctx context.Context) *exec.Cmd {
		cmd := group(ctx, "/proc/self/exe")
		cmd.Env = append(os.Environ(), roleVariable+"="+roleMachine, "MACHINE="+name)
		cmd.SysProcAttr.Cloneflags = unix.CLONE_NEWNET | unix.CLONE_NEWUTS | unix.CLONE_NEWNS | unix.CLONE_NEWPID
		return cmd
	})
	up := func() error { _, err := p.stdout.Read(make([]byte, 1)); return err }
	if err := p.within(patience, "machine "+name+" to start", up); err != nil {
		t.Fatalf("%v\n%s", err, p.stderr.String())
	}
	return &machine{name: name, pid: p.cmd.Process.Pid}
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
	if out, err := output(patience, "ip", "link", "set", "lo", "up"); err != nil {
		return fmt.Errorf("ip link set lo up: %w: %s", err, out)
	}
	fmt.Println("up")
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// command runs on the machine. When ctx ends, it is killed with all that it has started.
func (m *machine) command(ctx context.Context, args ...string) *exec.Cmd {
	return group(ctx, m.enter(args...)...)
}

// enter is the command line that runs another one on the machine.
func (m *machine) enter(args ...string) []string {
	return append([]string{"nsenter", "--target", fmt.Sprint(m.pid), "--net", "--uts", "--mount", "--pid", "--"}, args...)
}

// run waits for a command on the machine and returns its output. What is asked in vain is asked again by waitFor.
func (m *machine) run(args ...string) (string, error) {
	return output(replyTime, m.enter(args...)...)
}

func (m *machine) mustRun(t *testing.T, args ...string) {
	t.Helper()
	if out, err := output(patience, m.enter(args...)...); err != nil {
		t.Fatalf("%s: %s: %v\n%s", m.name, strings.Join(args, " "), err, out)
	}
}

// connect joins two machines by a cable. Addresses are with prefix length.
func connect(t *testing.T, a *machine, aPort string, aAddrs []string, b *machine, bPort string, bAddrs []string) {
	t.Helper()
	// ip finds the other namespace in the /proc of this machine, so only the network namespace is entered.
	out, err := output(patience, "nsenter", "--target", fmt.Sprint(a.pid), "--net", "--",
		"ip", "link", "add", aPort, "type", "veth", "peer", "name", bPort, "netns", fmt.Sprint(b.pid))
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
	waitLong(t, patience, what, check)
}

// waitLong is waitFor for what takes a busy machine long.
func waitLong(t *testing.T, patience time.Duration, what string, check func() error) {
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
