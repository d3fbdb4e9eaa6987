package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// With --no-discovery the program sends nothing to the network but HTTP answers.
// The kernel counts the packets of a network namespace, so none is missed.
func TestNoDiscoverySendsNothing(t *testing.T) {
	needNetwork(t)
	for name, c := range map[string]struct {
		args  []string
		sends bool
	}{"with discovery": {nil, true}, "without": {[]string{"--no-discovery"}, false}} {
		t.Run(name, func(t *testing.T) {
			var living sync.WaitGroup
			living.Go(func() {
				runtime.LockOSThread() // never unlocked: the thread ends with the goroutine, and the namespace with it
				sent, said, err := shareForAWhile(t.TempDir(), c.args, nil)
				if err != nil {
					t.Errorf("%v; %s", err, said)
				} else if (sent > 0) != c.sends {
					t.Errorf("%d UDP packets were sent", sent)
				}
			})
			living.Wait()
		})
	}
}

// Without mDNS the program says why, and others can watch.
func TestPortOfMDNSIsTaken(t *testing.T) {
	needNetwork(t)
	var living sync.WaitGroup
	living.Go(func() {
		runtime.LockOSThread()
		var taken []net.PacketConn
		_, said, err := shareForAWhile(t.TempDir(), nil, func() error {
			for _, network := range []string{"udp4", "udp6"} { // they do not share
				conn, err := net.ListenPacket(network, ":5353")
				if err != nil {
					return err
				}
				taken = append(taken, conn)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		if !strings.Contains(said, "cannot announce the stream; is UDP port 5353 taken by a program that does not share it?") {
			t.Errorf("it says %s", said)
		}
		for _, conn := range taken {
			conn.Close()
		}
	})
	living.Wait()
}

func needNetwork(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("shares on a network of its own for a while: not in the short tests")
	}
	if os.Getuid() != 0 {
		t.Skip("needs root: the test makes a network namespace")
	}
}

// shareForAWhile shares on a network without anybody else, has a viewer watch, and
// returns how many UDP packets were sent, and what the program said on standard error.
// The calling thread moves to that network, where before is called, if there is one.
func shareForAWhile(dir string, args []string, before func() error) (sent int, said string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel() // after the program has ended
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return 0, "", err
	}
	for _, command := range []string{
		"link set lo up", "link add wired type veth peer name far",
		"addr add 10.28.0.1/24 dev wired", "addr add fd28::1/64 dev wired nodad",
		"link set far up", "link set wired up", "route add default via 10.28.0.2",
	} {
		if out, err := exec.CommandContext(ctx, "ip", strings.Fields(command)...).CombinedOutput(); err != nil {
			return 0, "", fmt.Errorf("ip %s: %w (%s)", command, err, out)
		}
	}
	if before != nil {
		if err := before(); err != nil {
			return 0, "", err
		}
	}
	program := exec.CommandContext(ctx, "/proc/self/exe", append([]string{"--headless", "--camera", "emulated", "--listen", ":8080"}, args...)...)
	program.WaitDelay = 5 * time.Second
	program.Env = append(os.Environ(), asProgram+"=1", "XDG_CONFIG_HOME="+dir)
	var stderr strings.Builder
	program.Stderr = &stderr
	out, err := program.StdoutPipe()
	if err != nil {
		return 0, "", err
	}
	if err := program.Start(); err != nil {
		return 0, "", err
	}
	defer func() {
		if _ = program.Wait(); ctx.Err() != nil {
			err = fmt.Errorf("it did not end within %v and was killed (%v)", 2*patience, err)
		}
		said = stderr.String()
	}()
	defer func() { _ = program.Process.Signal(syscall.SIGTERM) }()
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || !strings.HasPrefix(line, "Sharing ") {
		return 0, "", fmt.Errorf("it says %q, %w", line, err)
	}
	conn, err := net.DialTimeout("tcp", "10.28.0.1:8080", patience)
	if err != nil {
		return 0, "", err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return 0, "", err
	}
	if _, err := io.WriteString(conn, "GET /stream.mjpg HTTP/1.1\r\nHost: 10.28.0.1\r\n\r\n"); err != nil {
		return 0, "", err
	}
	if _, err := io.ReadFull(conn, make([]byte, 10_000)); err != nil {
		return 0, "", err
	}
	time.Sleep(4 * time.Second) // it would have probed, announced and asked for names
	sent, err = udpSent()
	return sent, "", err
}

// udpSent counts the UDP packets sent in the network of this thread.
func udpSent() (sent int, err error) {
	old, err := os.ReadFile("/proc/thread-self/net/snmp")
	if err != nil {
		return 0, err
	}
	new, err := os.ReadFile("/proc/thread-self/net/snmp6")
	if err != nil {
		return 0, err
	}
	var names []string
	found := 0
	add := func(text string) {
		if n, convErr := strconv.Atoi(text); convErr == nil {
			sent, found = sent+n, found+1
		}
	}
	for line := range strings.Lines(string(old)) { // a line of names, then one of numbers
		fields := strings.Fields(line)
		if fields[0] != "Udp:" {
			continue
		}
		for i, name := range names {
			if name == "OutDatagrams" {
				add(fields[i])
			}
		}
		names = fields
	}
	for line := range strings.Lines(string(new)) {
		if fields := strings.Fields(line); len(fields) == 2 && fields[0] == "Udp6OutDatagrams" {
			add(fields[1])
		}
	}
	if found != 2 {
		return 0, fmt.Errorf("the kernel counts in %d places, not in two", found)
	}
	return sent, nil
}
