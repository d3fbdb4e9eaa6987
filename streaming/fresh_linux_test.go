package streaming

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"net/textproto"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// net is a network namespace. It lives as long as the thread that is in it, and the
// sockets made there.
type island struct {
	thread int
	work   chan func()
}

func newIsland(t *testing.T) *island {
	t.Helper()
	i := &island{work: make(chan func())}
	began := make(chan error)
	var living sync.WaitGroup
	living.Go(func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		i.thread = unix.Gettid()
		began <- unix.Unshare(unix.CLONE_NEWNET)
		for f := range i.work {
			f()
		}
	})
	t.Cleanup(func() { close(i.work); living.Wait() })
	if err := <-began; err != nil {
		t.Fatal(err)
	}
	return i
}

// do runs f in the network. What f makes sockets with must stay in its goroutine.
func (i *island) do(f func()) {
	done := make(chan struct{})
	i.work <- func() { defer close(done); f() }
	<-done
}

func (i *island) run(t *testing.T, command string) {
	t.Helper()
	var out []byte
	var err error
	i.do(func() {
		args := strings.Fields(command)
		out, err = exec.Command(args[0], args[1:]...).CombinedOutput()
	})
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
}

const sourceRate = 30

// numbers is a camera
type numbers struct {
	mu    sync.Mutex
	taken []time.Time // by number
}

func (c *numbers) Frames(ctx context.Context, granted func(Mode)) iter.Seq2[Picture, error] {
	return func(yield func(Picture, error) bool) {
		granted(Mode{16, 8, sourceRate})
		tick := time.NewTicker(time.Second / sourceRate)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
			if !yield(c.next(), nil) {
				return
			}
		}
	}
}

func (c *numbers) next() Picture {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := Picture{JPEG: carrying(len(c.taken)), Taken: time.Now()}
	c.taken = append(c.taken, p.Taken)
	return p
}

const commentBytes = 50e3

// carrying is a JPEG picture of 100 KB: a tiny one with two comments, the first of
// which begins with a number.
func carrying(number int) []byte {
	picture := make([]byte, 0, 102e3)
	picture = append(picture, tiny[0][:2]...)
	for range 2 {
		comment := make([]byte, 4+commentBytes)
		copy(comment, []byte{0xFF, 0xFE})
		binary.BigEndian.PutUint16(comment[2:], 2+commentBytes)
		binary.BigEndian.PutUint64(comment[4:], uint64(number))
		picture = append(picture, comment...)
	}
	return append(picture, tiny[0][2:]...)
}

func (c *numbers) seen(picture []byte, at time.Time) sample {
	number := int(binary.BigEndian.Uint64(picture[6:]))
	c.mu.Lock()
	defer c.mu.Unlock()
	return sample{number: number, age: at.Sub(c.taken[number]), behind: len(c.taken) - 1 - number, read: at}
}

type sample struct {
	number int
	age    time.Duration
	behind int
	read   time.Time
}

type reader struct {
	conn    net.Conn
	samples []sample
}

func (r *reader) read(c *numbers) error {
	io.WriteString(r.conn, askStream)
	in := bufio.NewReaderSize(r.conn, 64<<10)
	answer, err := http.ReadResponse(in, nil)
	if err != nil {
		return err
	}
	body := textproto.NewReader(bufio.NewReader(answer.Body))
	var picture []byte
	for {
		for line := ""; line != "--"+boundary; {
			if line, err = body.ReadLine(); err != nil {
				return err
			}
		}
		header, err := body.ReadMIMEHeader()
		if err != nil {
			return err
		}
		length, err := strconv.Atoi(header.Get("Content-Length"))
		if err != nil {
			return err
		}
		picture = slices.Grow(picture[:0], length)[:length]
		if _, err := io.ReadFull(body.R, picture); err != nil {
			return err
		}
		r.samples = append(r.samples, c.seen(picture, time.Now()))
	}
}

func TestFresh(t *testing.T) {
	secs, _ := strconv.Atoi(cmp.Or(os.Getenv("SECS"), "15"))
	congestion := cmp.Or(os.Getenv("CC"), "cubic")
	limit := cmp.Or(os.Getenv("LIMIT"), "1500000")
	for _, rate := range []int{10, 4, 1} {
		for _, secure := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d,%v", rate, secure), func(t *testing.T) {
				t.Parallel()
				home, router, slow, fast := newIsland(t), newIsland(t), newIsland(t), newIsland(t)
				for n, i := range []*island{home, slow, fast} {
					router.run(t, fmt.Sprintf("ip link add port%d type veth peer name port netns %d", n, i.thread))
					router.run(t, fmt.Sprintf("ip addr add 192.0.2.%d/30 dev port%d", 4*n+1, n))
					router.run(t, fmt.Sprintf("ip link set port%d up", n))
					i.run(t, fmt.Sprintf("ip addr add 192.0.2.%d/30 dev port", 4*n+2))
					i.run(t, "ip link set port up")
					i.run(t, fmt.Sprintf("ip route add default via 192.0.2.%d", 4*n+1))
				}
				router.do(func() {
					if err := os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0); err != nil {
						t.Error(err)
					}
				})
				router.run(t, fmt.Sprintf("tc qdisc add dev port1 root tbf rate %dmbit burst 3kb limit %s", rate, limit))
				slow.run(t, fmt.Sprintf("tc qdisc add dev port root tbf rate %dmbit burst 3kb limit %s", rate, limit))

				var listener net.Listener
				home.do(func() {
					var err error
					listener, err = Listen(t.Context(), "192.0.2.2:80")
					if err != nil {
						t.Error(err)
						return
					}
					raw, _ := listener.(syscall.Conn).SyscallConn()
					raw.Control(func(fd uintptr) {
						if n, _ := strconv.Atoi(os.Getenv("SNDBUF")); n > 0 {
							unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_SNDBUF, n/2)
						}
						if n, _ := strconv.Atoi(os.Getenv("LOWAT")); n > 0 {
							unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, n)
						}
						if err := unix.SetsockoptString(int(fd), unix.IPPROTO_TCP, unix.TCP_CONGESTION, congestion); err != nil {
							t.Error(err)
						}
					})
				})
				var o Options
				if secure {
					own, err := OwnCertificate(t.TempDir())
					if err != nil {
						t.Fatal(err)
					}
					o.Certificate = own
				}
				camera := &numbers{}
				feed := NewFeed(Source{ID: "numbers", Name: "numbers", Frames: camera.Frames}, 0, discarded)
				defer feed.Close()
				server := NewServer(feed, o)
				ctx, cancel := context.WithCancel(t.Context())
				var serving sync.WaitGroup
				serving.Go(func() { server.Serve(ctx, listener) })
				defer serving.Wait()
				defer cancel()

				var readers []*reader
				for _, i := range []*island{slow, fast, fast} {
					r := &reader{}
					i.do(func() {
						var err error
						if r.conn, err = net.Dial("tcp", "192.0.2.2:80"); err != nil {
							t.Error(err)
						}
					})
					if secure {
						r.conn = tls.Client(r.conn, &tls.Config{InsecureSkipVerify: true})
					}
					readers = append(readers, r)
				}
				var reading sync.WaitGroup
				for _, r := range readers {
					reading.Go(func() { t.Log(r.read(camera)) })
				}
				time.Sleep(time.Duration(secs) * time.Second)
				for _, r := range readers {
					r.conn.Close()
				}
				reading.Wait()
				for _, r := range readers {
					if os.Getenv("FIRST") != "" {
						for _, s := range r.samples[:min(5, len(r.samples))] {
							t.Log(s.number, s.age)
						}
					}
					warm := r.samples[min(len(r.samples), len(r.samples)/5):]
					var ages []time.Duration
					var behind []int
					for _, s := range warm {
						ages = append(ages, s.age)
						behind = append(behind, s.behind)
					}
					slices.Sort(ages)
					slices.Sort(behind)
					if len(warm) == 0 {
						t.Log("none")
						continue
					}
					t.Logf(t.Name()+" n %d of %d, age median %v p95 %v max %v, behind %d %d %d", len(r.samples), len(camera.taken),
						ages[len(ages)/2].Round(time.Millisecond), ages[len(ages)*95/100].Round(time.Millisecond), ages[len(ages)-1].Round(time.Millisecond),
						behind[len(ages)/2], behind[len(ages)*95/100], behind[len(ages)-1])
				}
			})
		}
	}
}
