//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// contender is a server under measurement.
type contender struct {
	name, what string
	port       int
	path       string // of the stream
	command    *exec.Cmd
	stamped    bool // its parts say when they were taken
}

const (
	nameFloor    = "write(2)"
	nameFanlight = "Fanlight"
	nameSeed     = "the seed"
)

// startAll starts the contenders; each idles while nobody watches.
func startAll(ctx context.Context, fanlight, floor, dir string) ([]*contender, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.jpg"))
	if err != nil {
		return nil, err
	}
	port, err := freePorts(3)
	if err != nil {
		return nil, err
	}
	most := strconv.Itoa(2 * crowds[len(crowds)-1])
	contenders := []*contender{
		{name: nameFloor, what: "a C program that does nothing but write(2)", port: port[0], path: "/", stamped: true,
			command: exec.CommandContext(ctx, floor, append([]string{strconv.Itoa(port[0]), strconv.Itoa(fps)}, files...)...)},
		{name: nameFanlight, what: "this program, whole, without its window", port: port[1], path: "/stream.mjpg", stamped: true,
			command: exec.CommandContext(ctx, fanlight, "--headless", "--no-discovery", "--camera", "folder:"+dir, "--fps", strconv.Itoa(fps),
				"--max-viewers", most, "--listen", fmt.Sprintf("127.0.0.1:%d", port[1]))},
		{name: nameSeed, what: "the seed's design under gunicorn with one gevent worker", port: port[2], path: "/",
			command: exec.CommandContext(ctx, "gunicorn", "--worker-class", "gevent", "--workers", "1", "--worker-connections", most, "--log-level", "warning",
				"--chdir", "streaming/bench", "--bind", fmt.Sprintf("127.0.0.1:%d", port[2]), "seed:app")},
	}
	home := append(os.Environ(), "HOME="+dir, "XDG_CONFIG_HOME="+dir, "PICTURES="+dir, fmt.Sprint("FPS=", fps), "PYTHONDONTWRITEBYTECODE=1")
	for i, c := range contenders {
		c.command.Env = home
		c.command.Cancel = func() error { return c.command.Process.Signal(syscall.SIGTERM) }
		if err := c.command.Start(); err != nil {
			return contenders[:i], fmt.Errorf("starting %s: %w", c.what, err)
		}
		if err := c.answers(ctx); err != nil {
			return contenders[:i+1], err
		}
	}
	return contenders, nil
}

func stopAll(contenders []*contender) {
	for _, c := range contenders {
		c.command.Process.Signal(syscall.SIGTERM)
		c.command.Wait()
	}
}

func (c *contender) answers(ctx context.Context) error {
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", c.address())
		if err == nil {
			fmt.Fprintf(conn, "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", c.path, c.address())
			_, err = conn.Read(make([]byte, 1))
			return errors.Join(err, conn.Close())
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s does not answer: %w", c.what, err)
		}
	}
}

func (c *contender) address() string { return fmt.Sprintf("127.0.0.1:%d", c.port) }

// metrics reads a number of Fanlight's /metrics.
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
