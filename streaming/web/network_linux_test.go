package web

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"
	"fanlight/streaming/reach"

	"golang.org/x/sys/unix"
)

// needNetworks skips the test if it may not make network namespaces.
func needNetworks(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("watches networks of its own for a while: not in the short tests")
	}
	if os.Getuid() != 0 {
		t.Skip("needs root: the test makes network namespaces")
	}
	for _, tool := range []string{"ip", "tc"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%v (Debian package iproute2)", err)
		}
	}
}

// place is a simulated computer: a network namespace. It exists as long as the thread in it
// and the sockets that were made there.
type place struct {
	thread int
	work   chan func()
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{work: make(chan func())}
	begun := make(chan error)
	var living sync.WaitGroup
	living.Go(func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		p.thread = unix.Gettid()
		begun <- unix.Unshare(unix.CLONE_NEWNET)
		for f := range p.work {
			f()
		}
	})
	t.Cleanup(func() { close(p.work); living.Wait() })
	if err := <-begun; err != nil {
		t.Fatal(err)
	}
	return p
}

// do calls f in the place. Sockets made by f itself, and the processes it starts, belong there.
func (p *place) do(t *testing.T, f func() error) {
	t.Helper()
	done := make(chan error)
	p.work <- func() { done <- f() }
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func (p *place) run(t *testing.T, format string, args ...any) {
	t.Helper()
	command := strings.Fields(fmt.Sprintf(format, args...))
	p.do(t, func() error {
		if out, err := processtest.Command(t, patience, command[0], command[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("%v: %w\n%s", command, err, out)
		}
		return nil
	})
}

// listen opens a port for viewers. Connections have the congestion control of
// nearly all machines, whatever this one's is.
func (p *place) listen(t *testing.T, address string) (listener net.Listener) {
	t.Helper()
	p.do(t, func() (err error) {
		if listener, err = reach.Listen(t.Context(), address); err != nil {
			return err
		}
		raw, err := listener.(syscall.Conn).SyscallConn()
		if err != nil {
			return err
		}
		var refused error
		err = raw.Control(func(fd uintptr) {
			refused = unix.SetsockoptString(int(fd), unix.IPPROTO_TCP, unix.TCP_CONGESTION, "cubic")
		})
		if err != nil {
			return err
		}
		return refused
	})
	return listener
}

func (p *place) dial(t *testing.T, address string) (conn net.Conn) {
	t.Helper()
	return p.dialFrom(t, "", address)
}

// dialFrom dials from one of the place's addresses, any if it is empty.
func (p *place) dialFrom(t *testing.T, from, address string) (conn net.Conn) {
	t.Helper()
	dialer := net.Dialer{Timeout: patience}
	if from != "" {
		dialer.LocalAddr = &net.TCPAddr{IP: net.ParseIP(from)}
	}
	p.do(t, func() (err error) {
		conn, err = dialer.DialContext(t.Context(), "tcp", address)
		return err
	})
	return conn
}

// network is a router with a computer at each of its ports. Port n leads to 192.0.2.(4n+2).
type network struct {
	router *place
	places []*place
}

func newNetwork(t *testing.T, places int) *network {
	t.Helper()
	n := &network{router: newPlace(t)}
	n.router.do(t, func() error { return os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0) })
	for port := range places {
		p := newPlace(t)
		n.places = append(n.places, p)
		n.router.run(t, "ip link add port%d type veth peer name port netns %d", port, p.thread)
		n.router.run(t, "ip addr add 192.0.2.%d/30 dev port%[2]d", 4*port+1, port)
		n.router.run(t, "ip link set port%d up", port)
		p.run(t, "ip addr add 192.0.2.%d/30 dev port", 4*port+2)
		p.run(t, "ip link set port up")
		p.run(t, "ip route add default via 192.0.2.%d", 4*port+1)
	}
	return n
}

// slow makes the link at a port a slow one, both ways. The bucket holds two packets,
// so that they leave one after the other as on a wire. Before it is a queue like that of a
// router without queue management, of Linux's default length, 1000 packets: it drops
// nothing in these tests, and holds more than 1 s of pictures at 10 Mbit/s, which TCP
// fills unless it is prevented. The queue is in the router, where the server's kernel does
// not see it.
func (n *network) slow(t *testing.T, port int, megabits float64) {
	t.Helper()
	const shaped = "tc qdisc add dev %s root tbf rate %gmbit burst 3028 limit 1514000"
	n.router.run(t, shaped, fmt.Sprintf("port%d", port), megabits)
	n.places[port].run(t, shaped, "port", megabits)
}

// newFar returns two computers, 192.0.2.1 and 192.0.2.2, with a fast link between them of
// the given delay, which loses a share of the packets.
func newFar(t *testing.T, way time.Duration, loss float64) (a, b *place) {
	t.Helper()
	a, b = newPlace(t), newPlace(t)
	endA, endB := a.tunnel(t, "192.0.2.1/30"), b.tunnel(t, "192.0.2.2/30")
	var carrying sync.WaitGroup
	carrying.Go(func() { carry(t, endA, endB, way, loss) })
	carrying.Go(func() { carry(t, endB, endA, way, loss) })
	t.Cleanup(func() { endA.Close(); endB.Close(); carrying.Wait() })
	return a, b
}

// tunnel is a network card whose packets are read from and written to a file.
func (p *place) tunnel(t *testing.T, address string) (packets *os.File) {
	t.Helper()
	p.do(t, func() error {
		fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
		if err != nil {
			return err
		}
		card, err := unix.NewIfreq("port")
		if err != nil {
			return err
		}
		card.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
		if err := unix.IoctlIfreq(fd, unix.TUNSETIFF, card); err != nil {
			return err
		}
		packets = os.NewFile(uintptr(fd), "tunnel") // not before: it asks the kernel whether the file can be waited for
		return nil
	})
	p.run(t, "ip addr add %s dev port", address)
	p.run(t, "ip link set port up")
	return packets
}

// carry copies packets from one end to the other until one of them is closed.
func carry(t *testing.T, from, to *os.File, way time.Duration, loss float64) {
	type packet struct {
		bytes []byte
		due   time.Time
	}
	travelling := make(chan packet, 10_000)
	var arriving sync.WaitGroup
	defer arriving.Wait()
	defer close(travelling)
	arriving.Go(func() {
		for p := range travelling {
			time.Sleep(time.Until(p.due))
			to.Write(p.bytes)
		}
	})
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			if !errors.Is(err, os.ErrClosed) {
				t.Errorf("carrying packets: %v", err)
			}
			return
		}
		if rand.Float64() < loss {
			continue
		}
		travelling <- packet{append([]byte(nil), buffer[:n]...), time.Now().Add(way)}
	}
}

// The link is one that others can open, whatever the network speaks.
func TestLinkWithoutIPv4(t *testing.T) {
	needNetworks(t)
	p := newPlace(t)
	everywhere, old := net.TCPAddrFromAddrPort(netip.MustParseAddrPort("[::]:8080")), net.TCPAddrFromAddrPort(netip.MustParseAddrPort("0.0.0.0:8080"))
	for _, step := range []struct{ command, everywhere, old string }{
		{"ip link set lo up", "http://127.0.0.1:8080/", "http://127.0.0.1:8080/"},
		{"ip link add wired type veth peer name far", "http://127.0.0.1:8080/", "http://127.0.0.1:8080/"},
		{"ip link set far up", "http://127.0.0.1:8080/", "http://127.0.0.1:8080/"},
		{"ip link set wired up", "http://127.0.0.1:8080/", "http://127.0.0.1:8080/"},
		{"ip addr add fd28::1/64 dev wired nodad", "http://[fd28::1]:8080/", "http://127.0.0.1:8080/"},
		{"ip route add default via fd28::2 dev wired", "http://[fd28::1]:8080/", "http://127.0.0.1:8080/"},
		{"ip addr add 10.28.0.1/24 dev wired", "http://10.28.0.1:8080/", "http://10.28.0.1:8080/"}, // which more programs open
		{"ip route add default via 10.28.0.2 dev wired", "http://10.28.0.1:8080/", "http://10.28.0.1:8080/"},
	} {
		p.run(t, "%s", step.command)
		p.do(t, func() error {
			if a, b := reach.Link(everywhere, "", false), reach.Link(old, "", false); a != step.everywhere || b != step.old {
				t.Errorf("after %s: %s, %s; want %s, %s", step.command, a, b, step.everywhere, step.old)
			}
			return nil
		})
	}
}
