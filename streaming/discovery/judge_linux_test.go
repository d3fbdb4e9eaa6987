package discovery

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/net/ipv4"
)

const streamName = `Fan.light "Küche" (1) \ 🎥`

// want is what a judge should find on its link.
type want struct {
	judge     *machine
	device    string
	host      string
	addresses []string
	port      int
}

// expectSeen has every judge see both services, and open what they point to.
func expectSeen(t *testing.T, wants ...want) {
	t.Helper()
	kinds := map[string][]string{
		"_http._tcp":  {"path=/"},
		"_mjpeg._tcp": {"auth=none", "id=5eed", "path=/stream.mjpg", "snapshot=/snapshot.jpg"},
	}
	atOnce(t, wants, func(t *testing.T, w want, kind string) error {
		entries, err := browse(w.judge, kind)
		if err != nil {
			return err
		}
		var protocols []string
		for _, e := range entries {
			protocols = append(protocols, e.protocol)
			if e.name != streamName || e.host != w.host || e.port != w.port || !slices.Equal(e.txt, kinds[kind]) {
				return fmt.Errorf("seen as %+v", e)
			}
			if e.device != w.device || !slices.Contains(w.addresses, e.address) {
				return fmt.Errorf("%+v is not on the judge's link, where %v are", e, w.addresses)
			}
			if err := get(w.judge, e); err != nil {
				return err
			}
		}
		if slices.Sort(protocols); !slices.Equal(protocols, []string{"IPv4", "IPv6"}) {
			return fmt.Errorf("seen over %v", protocols)
		}
		return nil
	})
}

// atOnce has every judge look for both service types at the same time.
func atOnce(t *testing.T, wants []want, check func(t *testing.T, w want, kind string) error) {
	t.Helper()
	t.Run("judges", func(t *testing.T) {
		for _, w := range wants {
			for _, kind := range []string{"_http._tcp", "_mjpeg._tcp"} {
				t.Run(w.judge.name+" "+kind, func(t *testing.T) {
					t.Parallel()
					waitFor(t, "avahi-browse", func() error { return check(t, w, kind) })
				})
			}
		}
	})
	if t.Failed() {
		t.FailNow()
	}
}

// get opens the path that the entry announces.
func get(judge *machine, e entry) error {
	i := slices.IndexFunc(e.txt, func(s string) bool { return strings.HasPrefix(s, "path=") })
	path := strings.TrimPrefix(e.txt[i], "path=")
	return judge.inNetwork(func() error {
		conn, err := net.DialTimeout("tcp", e.hostPort(), replyTime)
		if err != nil {
			return err
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(replyTime)) // who is asked may be another than it should be
		fmt.Fprintf(conn, "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", path, e.host)
		response, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil || string(body) != path {
			return fmt.Errorf("GET %s from %s: %q, %v", path, e.hostPort(), body, err)
		}
		return nil
	})
}

// expectGone has the services vanish long before their time to live of 53 minutes.
func expectGone(t *testing.T, wants ...want) {
	t.Helper()
	atOnce(t, wants, func(t *testing.T, w want, kind string) error {
		entries, err := browse(w.judge, kind)
		if err != nil || len(entries) > 0 {
			return fmt.Errorf("still seen: %v, %v", entries, err)
		}
		return nil
	})
}

// expectDirect resolves the instance by its name alone, as an app does with a camera it remembers.
func expectDirect(t *testing.T, w want) {
	t.Helper()
	const unspecified = "int32:-1" // interface and protocols
	waitFor(t, "ResolveService on "+w.judge.name, func() error {
		out, err := w.judge.run("dbus-send", "--system", "--print-reply", "--dest=org.freedesktop.Avahi", "/",
			"org.freedesktop.Avahi.Server.ResolveService", unspecified, unspecified, "string:"+streamName, "string:_mjpeg._tcp",
			"string:local", unspecified, "uint32:0")
		if err != nil || !strings.Contains(out, fmt.Sprintf("uint16 %d", w.port)) {
			return fmt.Errorf("%w: %s", err, out)
		}
		return nil
	})
}

// expectHostResolves opens lamp.local without any service.
func expectHostResolves(t *testing.T, w want) {
	t.Helper()
	waitFor(t, "lamp.local on "+w.judge.name, func() error {
		out, err := w.judge.run("avahi-resolve", "-4", "--name", "lamp.local")
		if err != nil || !strings.Contains(out, w.addresses[0]) {
			return fmt.Errorf("%w: %s", err, out)
		}
		return nil
	})
}

// expectHostAnswers asks for the machine's name as a program does that knows no more of multicast DNS than to ask
// once. It has no cache.
func expectHostAnswers(t *testing.T, w want, address string) {
	t.Helper()
	waitFor(t, w.host+" answers on "+w.judge.name, func() error {
		return w.judge.inNetwork(func() error {
			got, err := askHost(w.host)
			if err == nil && !slices.Equal(got, []string{address}) {
				return fmt.Errorf("%s is %v, want %s", w.host, got, address)
			}
			return err
		})
	})
}

// multicastConn sends to the only network that there is; without a default route the system would not know it.
func multicastConn(local *net.UDPAddr) (*net.UDPConn, error) {
	n, err := currentNetwork()
	if err != nil {
		return nil, err
	}
	conn, err := net.ListenUDP("udp4", local)
	if err != nil {
		return nil, err
	}
	for _, i := range n.reachable(netip.Addr{}) {
		err = ipv4.NewPacketConn(conn).SetMulticastInterface(&i.Interface)
	}
	return conn, err
}

func askHost(host string) ([]string, error) {
	conn, err := multicastConn(nil)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	question := new(dns.Msg).SetQuestion(host+".", dns.TypeA)
	packed, err := question.Pack()
	if err != nil {
		return nil, err
	}
	if _, err := conn.WriteTo(packed, group4); err != nil {
		return nil, err
	}
	conn.SetReadDeadline(time.Now().Add(time.Second))
	buffer := make([]byte, 9000)
	n, err := conn.Read(buffer)
	if err != nil {
		return nil, err
	}
	answer := new(dns.Msg)
	if err := answer.Unpack(buffer[:n]); err != nil {
		return nil, err
	}
	if answer.Id != question.Id || len(answer.Question) != 1 {
		return nil, fmt.Errorf("not an answer to this question: %v", answer)
	}
	var addresses []string
	for _, a := range hostAddresses(answer.Answer, host+".") {
		addresses = append(addresses, a.String())
	}
	return addresses, nil
}

// expectNames has the judge see exactly these streams, on these hosts.
func expectNames(t *testing.T, judge *machine, hosts map[string]string) {
	t.Helper()
	for _, kind := range []string{"_http._tcp", "_mjpeg._tcp"} {
		waitFor(t, fmt.Sprintf("%s in the eyes of %s: %v", kind, judge.name, hosts), func() error {
			entries, err := browse(judge, kind)
			if err != nil {
				return err
			}
			seen := map[string]bool{}
			for _, e := range entries {
				if hosts[e.name] != e.host {
					return fmt.Errorf("%+v", e)
				}
				if err := get(judge, e); err != nil {
					return err
				}
				seen[e.name] = true
			}
			if len(seen) != len(hosts) {
				return fmt.Errorf("seen %v", seen)
			}
			return nil
		})
	}
}
