package web

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"fanlight/streaming/reach/reachtest"
)

// readmeNginx returns the README's configuration of nginx, listening at one address in front of
// a Fanlight at another.
func readmeNginx(t *testing.T, at, behind string) string {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(readme), "```nginx\n")
	block, _, whole := strings.Cut(block, "```\n")
	for written, here := range map[string]string{"listen 80 ": "listen " + at + " ", "http://127.0.0.1:8080;": "http://" + behind + ";"} {
		if strings.Count(block, written) != 1 {
			t.Fatalf("the README's nginx has no %q: %s", written, block)
		}
		block = strings.Replace(block, written, here, 1)
	}
	if !whole {
		t.Fatal("the README shows no configuration of nginx")
	}
	return block
}

// TestManyViewersBehindTheReadmesNginx has a hundred, whose answers must be as Fanlight's own:
// without chunks, with each picture whole and newer than the one before it.
func TestManyViewersBehindTheReadmesNginx(t *testing.T) {
	need(t, "/usr/sbin/nginx", "nginx-light")
	const crowd, pictures = 100, 30
	h := serveWith(t, Options{Proxies: proxies{mustProxy(t, "127.0.0.1")}}, StreamOptions{MaxViewers: crowd}, nil)
	at := fmt.Sprintf("127.0.0.1:%d", reachtest.Port(t))
	runNginx(t, readmeNginx(t, at, strings.TrimPrefix(h.url, "http://")),
		func(run *exec.Cmd) error { return run.Start() }, func() (net.Conn, error) { return net.Dial("tcp", at) })
	from := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 7)}}
	var watching sync.WaitGroup
	stay := make(chan struct{})
	leave := sync.OnceFunc(func() { close(stay) })
	defer watching.Wait()
	defer leave()
	for range crowd {
		conn, err := from.DialContext(t.Context(), "tcp", at)
		if err != nil {
			t.Fatal(err)
		}
		conn.SetDeadline(time.Now().Add(patience))
		watching.Go(func() {
			defer conn.Close()
			if err := readPictures(conn, askStream, pictures); err != nil {
				t.Error(err)
			}
			<-stay
		})
	}
	eventually(t, "all viewers", func() bool { return h.stream.Viewers() == crowd })
	for _, v := range h.stream.Watching() {
		if v.Address != netip.MustParseAddr("127.0.0.7") {
			t.Errorf("a viewer is %v", v.Address)
		}
	}
	leave()
	watching.Wait()
	eventually(t, "the viewers to be gone", func() bool { return h.stream.Viewers() == 0 })
}

// TestSlowViewersBehindTheReadmesNginx bounds what lies before the newest picture on its way to
// a slow viewer: nginx takes pictures from Fanlight while its buffers have room, and these hold
// less than seven pictures. As in TestSlowViewersSeeFreshPictures, ages are in pictures.
func TestSlowViewersBehindTheReadmesNginx(t *testing.T) {
	needNetworks(t)
	need(t, "/usr/sbin/nginx", "nginx-light")
	links := []struct {
		megabits float64
		pictures int
	}{{10, 110}, {4, 45}}
	n := newNetwork(t, 2+len(links))
	home, near, apart := n.places[0], n.places[1], n.places[2:]
	home.run(t, "ip link set lo up")
	home.run(t, "ip route change default via 192.0.2.1 congctl cubic") // see listen
	c := openCinema(t, home.listen(t, "127.0.0.1:0"), largeBytes, nil)
	const front = "192.0.2.2:80"
	runNginx(t, readmeNginx(t, front, c.address),
		func(run *exec.Cmd) (err error) { home.do(t, func() error { return run.Start() }); return nil },
		func() (conn net.Conn, err error) {
			home.do(t, func() error { conn, err = net.Dial("tcp", front); return nil })
			return conn, err
		})
	c.address = front
	fast := []*spectator{c.admit(t, near), c.admit(t, near)}
	for _, f := range fast {
		defer f.leave() // before nginx ends, which is with the test's context
		f.see(t, 1)
	}
	c.camera.have(fast...)
	var watching sync.WaitGroup
	for i, link := range links {
		n.slow(t, 2+i, link.megabits)
		slow := c.admit(t, apart[i])
		defer slow.leave()
		watching.Go(func() {
			slow.see(t, 5)
			seen := slow.see(t, link.pictures)
			onlyNewer(t, seen)
			var behind []int
			for _, s := range seen {
				behind = append(behind, s.behind)
			}
			most := 2 + int(7*transfer(link.megabits).Seconds()*countingRate)
			t.Logf("%g Mbit a second: %d, %d pictures behind in the middle and at 95%%, of %d; %.0f%% of the pictures seen",
				link.megabits, percentile(behind, 50), percentile(behind, 95), most, 100*share(seen))
			if percentile(behind, 95) > most {
				t.Errorf("%g Mbit a second: pictures are up to %d behind, want at most %d", link.megabits, percentile(behind, 95), most)
			}
		})
	}
	watching.Wait()
	for _, f := range fast {
		onlyNewer(t, f.seen())
	}
}
