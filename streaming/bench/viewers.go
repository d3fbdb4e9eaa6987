//go:build linux

package main

import (
	"bufio"
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
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

const viewersRole = "viewers"

// watching is a process of its own that plays a crowd of viewers.
type watching struct {
	command   *exec.Cmd
	ask       io.WriteCloser
	answers   *json.Decoder
	partBytes float64 // of one picture on the wire
}

// answer is what the viewers say when asked.
type answer struct {
	Bytes []int64
	Last  []time.Duration
}

// startViewers returns once every viewer has got its first bytes.
func startViewers(ctx context.Context, c *contender, crowd int) (*watching, error) {
	partBytes, err := probe(c)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	w := &watching{partBytes: partBytes}
	w.command = exec.CommandContext(ctx, self, viewersRole, c.address(), c.path, strconv.Itoa(crowd), strconv.FormatBool(c.stamped && crowd == lastCrowd))
	w.command.Stderr = os.Stderr
	if w.ask, err = w.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := w.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	w.answers = json.NewDecoder(bufio.NewReader(out))
	if err := w.command.Start(); err != nil {
		return nil, err
	}
	var ready answer
	if err := w.answers.Decode(&ready); err != nil {
		w.stop()
		return nil, fmt.Errorf("the viewers did not come: %w", err)
	}
	return w, nil
}

func (w *watching) counts() ([]int64, []time.Duration, error) {
	if _, err := io.WriteString(w.ask, "\n"); err != nil {
		return nil, nil, err
	}
	var now answer
	err := w.answers.Decode(&now)
	return now.Bytes, now.Last, err
}

func (w *watching) stop() {
	w.ask.Close()
	w.command.Wait()
}

// probe reads some of a stream for real, and returns what one picture weighs on the wire.
func probe(c *contender) (float64, error) {
	conn, err := net.Dial("tcp", c.address())
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", c.path, c.address())
	var read []byte
	block := make([]byte, 64<<10)
	starts := func() int { return bytes.Count(read, []byte("Content-Type: image/jpeg")) }
	for starts() < 4 {
		n, err := conn.Read(block)
		if err != nil {
			return 0, fmt.Errorf("reading the stream: %w", err)
		}
		read = append(read, block[:n]...)
	}
	first := bytes.Index(read, []byte("Content-Type: image/jpeg"))
	last := bytes.LastIndex(read, []byte("Content-Type: image/jpeg"))
	return float64(last-first) / float64(starts()-1), nil
}

// crowd is the viewers, all in one thread.
type crowd struct {
	events  int
	viewers []*viewer
	byFD    map[int32]*viewer
	trash   []byte
	stamps  *stamps // nil if the pictures are not looked at
}

type viewer struct {
	fd    int
	bytes int64
	left  int // of the part that is thrown away now
	taken int64
}

// beViewers is the process of startViewers: it answers every line on standard input with a JSON object.
func beViewers(args []string) error {
	count, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	events, err := unix.EpollCreate1(0)
	if err != nil {
		return err
	}
	c := &crowd{events: events, byFD: map[int32]*viewer{}, trash: make([]byte, 1<<20)}
	if args[3] == "true" {
		c.stamps = &stamps{crowd: count, seen: map[int64]*arrival{}}
	}
	if err := c.connect(args[0], args[1], count); err != nil {
		return err
	}
	return c.watch()
}

func (c *crowd) connect(address, path string, count int) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	for range count {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			return err
		}
		if err := unix.Connect(fd, &unix.SockaddrInet4{Addr: at.Addr().As4(), Port: int(at.Port())}); err != nil {
			return err
		}
		if _, err := unix.Write(fd, fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", path, address)); err != nil {
			return err
		}
		if err := unix.SetNonblock(fd, true); err != nil {
			return err
		}
		v := &viewer{fd: fd}
		c.viewers = append(c.viewers, v)
		c.byFD[int32(fd)] = v
		if err := unix.EpollCtl(c.events, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)}); err != nil {
			return err
		}
	}
	return unix.EpollCtl(c.events, unix.EPOLL_CTL_ADD, 0, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: 0})
}

func (c *crowd) watch() error {
	out := json.NewEncoder(os.Stdout)
	ready := make([]unix.EpollEvent, 256)
	waiting := len(c.viewers)
	for {
		n, err := unix.EpollWait(c.events, ready, -1)
		if err != nil && !errors.Is(err, unix.EINTR) {
			return err
		}
		for _, e := range ready[:max(n, 0)] {
			if e.Fd == 0 {
				if n, err := os.Stdin.Read(c.trash[:1]); n == 0 || err != nil {
					return nil
				}
				if err := out.Encode(c.counts()); err != nil {
					return err
				}
				continue
			}
			v := c.byFD[e.Fd]
			fresh := v.bytes == 0
			if err := c.take(v); err != nil {
				return err
			}
			if fresh {
				if waiting--; waiting == 0 {
					if err := out.Encode(c.counts()); err != nil {
						return err
					}
				}
			}
		}
	}
}

func (c *crowd) counts() answer {
	now := answer{Bytes: make([]int64, len(c.viewers))}
	for i, v := range c.viewers {
		now.Bytes[i] = v.bytes
	}
	if c.stamps != nil {
		now.Last = c.stamps.last
		c.stamps.last = nil
	}
	return now
}

// take throws away what has come, and looks at the parts' headers if asked to.
func (c *crowd) take(v *viewer) error {
	if c.stamps != nil && v.left == 0 {
		return c.header(v)
	}
	most := len(c.trash)
	if v.left > 0 {
		most = min(most, v.left)
	}
	n, _, err := unix.Recvfrom(v.fd, c.trash[:most], unix.MSG_TRUNC)
	if errors.Is(err, unix.EAGAIN) {
		return nil
	}
	if err != nil || n == 0 {
		return fmt.Errorf("a viewer was cut off: %w", errors.Join(io.ErrUnexpectedEOF, err))
	}
	v.bytes += int64(n)
	if v.left > 0 {
		if v.left -= n; v.left == 0 {
			c.stamps.arrived(v.taken)
		}
	}
	return nil
}

// header reads a part's header, and no more, if all of it is there.
func (c *crowd) header(v *viewer) error {
	n, _, err := unix.Recvfrom(v.fd, c.trash[:1024], unix.MSG_PEEK)
	if errors.Is(err, unix.EAGAIN) {
		return nil
	}
	if err != nil || n == 0 {
		return fmt.Errorf("a viewer was cut off: %w", errors.Join(io.ErrUnexpectedEOF, err))
	}
	head, _, whole := bytes.Cut(c.trash[:n], []byte("\r\n\r\n"))
	if !whole {
		return nil
	}
	length, taken, err := readHeader(head)
	if err != nil {
		return err
	}
	v.left, v.taken = length, taken
	n, err = unix.Read(v.fd, c.trash[:len(head)+len("\r\n\r\n")])
	v.bytes += int64(n)
	return err
}

// readHeader returns zeros for a header that is not a part's.
func readHeader(head []byte) (length int, takenMicros int64, err error) {
	for line := range bytes.Lines(head) {
		name, value, _ := bytes.Cut(bytes.TrimSpace(line), []byte(": "))
		switch string(name) {
		case "Content-Length":
			length, err = strconv.Atoi(string(value))
		case "X-Timestamp":
			takenMicros, err = strconv.ParseInt(string(bytes.ReplaceAll(value, []byte("."), nil)), 10, 64)
		}
		if err != nil {
			return 0, 0, err
		}
	}
	return length, takenMicros, nil
}
