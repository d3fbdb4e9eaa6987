//go:build linux

package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// contender is a server that is measured.
type contender struct {
	name, what string
	remedy     string // what to do if it does not start
	port       int
	path       string // of the stream
	command    *exec.Cmd
	stamped    bool // its parts have the times of the pictures
	family     bool // it serves from child processes
	most       int  // the largest number of viewers it is measured with; zero means all

	log   string        // the file with the process's standard error
	ended chan struct{} // closed when the process has ended
}

const (
	nameFloor     = "write(2)"
	nameFanlight  = "Fanlight"
	nameForgetful = "no history"
	namePiped     = "piped"
	nameSeed      = "the seed"
)

// startAll starts the contenders, which end with ctx, and idle while they have no viewers.
// With an error too it returns those that it has started, for awaitAll.
func startAll(ctx context.Context, fanlight, floor, dir string, most int) (started []*contender, err error) {
	all, err := contenders(ctx, fanlight, floor, dir, most)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if err := c.start(dir); err != nil {
			return started, fmt.Errorf("starting %s: %w; %s", c.what, err, c.remedy)
		}
		started = append(started, c)
		if err := c.answers(ctx); err != nil {
			return started, fmt.Errorf("%s does not answer: %w; %s", c.what, err, c.remedy)
		}
	}
	return started, nil
}

// awaitAll waits for processes whose context has ended.
func awaitAll(contenders []*contender) {
	for _, c := range contenders {
		<-c.ended
	}
}

func contenders(ctx context.Context, fanlight, floor, dir string, crowd int) ([]*contender, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.jpg"))
	if err != nil {
		return nil, err
	}
	port, err := freePorts(5)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	most := strconv.Itoa(2 * crowd)
	// The camera stops soon, so that it does not disturb the next contender.
	serving := func(camera string, port int, more ...string) *exec.Cmd {
		return exec.CommandContext(ctx, fanlight, append(more, "--headless", "--idle", "1s", "--no-discovery", "--camera", camera, "--fps", strconv.Itoa(fps),
			"--max-viewers", most, "--listen", fmt.Sprintf("127.0.0.1:%d", port))...)
	}
	return []*contender{
		{name: nameFloor, what: "a C program that does nothing but write(2)", port: port[0], path: "/", stamped: true,
			remedy:  "make bench builds it",
			command: exec.CommandContext(ctx, floor, append([]string{strconv.Itoa(port[0]), strconv.Itoa(fps)}, files...)...)},
		{name: nameFanlight, what: "this program, whole, without its window", port: port[1], path: "/stream.mjpg", stamped: true,
			remedy: "make bench builds it", command: serving("folder:"+dir, port[1])},
		{name: nameForgetful, what: "the same without a history", port: port[4], path: "/stream.mjpg", stamped: true, most: 100,
			remedy: "make bench builds it", command: serving("folder:"+dir, port[4], "--history", "0")},
		// A camera that is a program writes through a pipe; what that program itself uses is not counted.
		{name: namePiped, what: "that with a program as its camera", port: port[3], path: "/stream.mjpg", stamped: true, most: 10,
			remedy: "make bench builds it", command: serving("command:"+self+" "+sourceRole+" "+dir, port[3], "--history", "0")},
		{name: nameSeed, what: "the seed's design under gunicorn with one gevent worker", port: port[2], path: "/", family: true,
			remedy: "it needs Debian's packages gunicorn and python3-gevent, which make bench installs",
			command: exec.CommandContext(ctx, "gunicorn", "--worker-class", "gevent", "--workers", "1", "--worker-connections", most, "--log-level", "warning",
				"--graceful-timeout", "2", "--chdir", "streaming/bench", "--bind", fmt.Sprintf("127.0.0.1:%d", port[2]), "seed:app")},
	}, nil
}

// start starts the process with dir as its home; its standard error goes to a file there.
func (c *contender) start(dir string) error {
	c.log = filepath.Join(dir, c.name+".log")
	said, err := os.Create(c.log)
	if err != nil {
		return err
	}
	defer said.Close() // the process has its own
	c.command.Stderr = said
	c.command.Env = append(os.Environ(), "HOME="+dir, "XDG_CONFIG_HOME="+dir, "PICTURES="+dir, fmt.Sprint("FPS=", fps), "PYTHONDONTWRITEBYTECODE=1")
	c.command.Cancel = func() error { return c.command.Process.Signal(syscall.SIGTERM) }
	c.command.WaitDelay = 10 * time.Second
	if err := c.command.Start(); err != nil {
		return err
	}
	c.ended = make(chan struct{})
	go func() {
		defer close(c.ended)
		c.command.Wait() // with an error: it is stopped by a signal
	}()
	return nil
}

// answers waits until the contender sends something.
func (c *contender) answers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		err := c.ask(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-c.ended:
			return fmt.Errorf("it ended and wrote %q", c.lastWords())
		case <-ctx.Done():
			return fmt.Errorf("%w; it wrote %q last", err, c.lastWords())
		}
	}
}

// ask requests the stream and reads the first byte of the answer.
func (c *contender) ask(ctx context.Context) error {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", c.address())
	if err != nil {
		return err
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		conn.SetDeadline(deadline)
	}
	fmt.Fprintf(conn, "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", c.path, c.address())
	_, err = conn.Read(make([]byte, 1))
	return err
}

// lastWords returns the last line that the process wrote to standard error.
func (c *contender) lastWords() string {
	said, err := os.ReadFile(c.log)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(said)), "\n")
	return lines[len(lines)-1]
}

func (c *contender) address() string { return fmt.Sprintf("127.0.0.1:%d", c.port) }

// metric reads a value from Fanlight's /metrics.
func (c *contender) metric(name string) (value float64, err error) {
	response, err := http.Get("http://" + c.address() + "/metrics")
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	return readMetric(response.Body, name)
}

func freePorts(n int) ([]int, error) {
	var ports []int
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}
