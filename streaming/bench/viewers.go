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

// watching is a process of its own with the viewers, so that their CPU time is apart from
// the contender's. See beViewers.
type watching struct {
	command   *exec.Cmd
	ask       io.WriteCloser
	answers   *json.Decoder
	partBytes float64 // of one picture on the wire
}

// answer is what the process of the viewers writes when asked.
type answer struct {
	Bytes []int64
	Last  []time.Duration
}

// startViewers returns when every viewer has got its first bytes.
func startViewers(ctx context.Context, c *contender, t trial) (*watching, error) {
	partBytes, err := probe(c)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	w := &watching{partBytes: partBytes}
	w.command = exec.CommandContext(ctx, self, viewersRole, c.address(), c.path, strconv.Itoa(t.viewers), strconv.FormatBool(t.timed))
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
	tooLong := time.AfterFunc(time.Minute, func() { w.command.Process.Kill() })
	defer tooLong.Stop()
	if err := w.answers.Decode(new(answer)); err != nil {
		w.stop()
		return nil, fmt.Errorf("not every viewer got anything within a minute: %w", err)
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

// probe reads some pictures of a stream, and returns how many bytes one is on the wire,
// with its header and delimiter.
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

// crowd is all viewers, in one thread.
type crowd struct {
	events  int // the descriptor of epoll(7)
	viewers []*viewer
	byFD    map[int32]*viewer
	waiting int // number of viewers that have got nothing yet
	out     *json.Encoder
	trash   []byte
	stamps  *stamps // nil unless the trial is timed
}

type viewer struct {
	fd    int
	bytes int64 // received
	left  int   // bytes of the current picture still to be discarded; only with stamps
	taken int64 // when it was taken, in microseconds since 1970; only with stamps
}

// beViewers is the main function of the process that startViewers starts. It writes a JSON
// object to standard output when every viewer has got something, and for every line on
// standard input. It returns at the end of standard input.
func beViewers(args []string) error {
	if len(args) != 4 {
		return errors.New("the viewers need ADDRESS PATH COUNT STAMPED; they are started by the bench itself")
	}
	count, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	events, err := unix.EpollCreate1(0)
	if err != nil {
		return err
	}
	c := &crowd{events: events, byFD: map[int32]*viewer{}, waiting: count, out: json.NewEncoder(os.Stdout), trash: make([]byte, 1<<20)}
	if args[3] == "true" {
		c.stamps = &stamps{crowd: count, seen: map[int64]int{}}
	}
	if err := c.connect(args[0], args[1], count); err != nil {
		return err
	}
	if err := c.watch(); !errors.Is(err, io.EOF) {
		return err
	}
	return nil
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
		if err := c.listenTo(fd); err != nil {
			return err
		}
	}
	return nil
}

// watch serves the viewers until standard input ends, which is io.EOF, or the server
// closes a viewer's connection.
func (c *crowd) watch() error {
	const input = 0
	if err := c.listenTo(input); err != nil {
		return err
	}
	ready := make([]unix.EpollEvent, 256)
	for {
		n, err := unix.EpollWait(c.events, ready, -1)
		if err != nil && !errors.Is(err, unix.EINTR) {
			return err
		}
		for _, e := range ready[:max(n, 0)] {
			if e.Fd == input {
				err = c.answer()
			} else {
				err = c.come(c.byFD[e.Fd])
			}
			if err != nil {
				return err
			}
		}
	}
}

// answer writes the counts for each byte of standard input.
func (c *crowd) answer() error {
	if _, err := os.Stdin.Read(c.trash[:1]); err != nil {
		return err
	}
	return c.out.Encode(c.counts())
}

// come reads for a viewer, and writes the counts after the first bytes of the last viewer.
func (c *crowd) come(v *viewer) error {
	first := v.bytes == 0
	if err := c.take(v); err != nil {
		return err
	}
	if !first || v.bytes == 0 {
		return nil
	}
	if c.waiting--; c.waiting > 0 {
		return nil
	}
	return c.out.Encode(c.counts())
}

func (c *crowd) listenTo(fd int) error {
	return unix.EpollCtl(c.events, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)})
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

// take discards what has arrived for a viewer; with stamps it reads the parts' headers.
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
		return fmt.Errorf("a viewer was disconnected: %w", errors.Join(io.ErrUnexpectedEOF, err))
	}
	v.bytes += int64(n)
	if v.left > 0 {
		if v.left -= n; v.left == 0 {
			c.stamps.arrived(v.taken)
		}
	}
	return nil
}

// delimiter is what Fanlight and write(2) send after a picture.
const delimiter = "\r\n--fanlight\r\n"

// header reads a part's header, and no more, if all of it has arrived.
func (c *crowd) header(v *viewer) error {
	n, _, err := unix.Recvfrom(v.fd, c.trash[:1024], unix.MSG_PEEK)
	if errors.Is(err, unix.EAGAIN) {
		return nil
	}
	if err != nil || n == 0 {
		return fmt.Errorf("a viewer was disconnected: %w", errors.Join(io.ErrUnexpectedEOF, err))
	}
	head, _, whole := bytes.Cut(c.trash[:n], []byte("\r\n\r\n"))
	if !whole {
		return nil
	}
	length, taken, err := readHeader(head)
	if err != nil {
		return err
	}
	if length > 0 { // the delimiter arrives with the picture, and the next header later
		length += len(delimiter)
	}
	v.left, v.taken = length, taken
	n, err = unix.Read(v.fd, c.trash[:len(head)+len("\r\n\r\n")])
	v.bytes += int64(n)
	return err
}

// readHeader parses a part's header. It returns zeros for another one, such as the
// response's.
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
