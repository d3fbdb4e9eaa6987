package reach

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// reachPatience is how long this machine may take to answer itself.
const reachPatience = 3 * time.Second

// Check requests this machine's page at its address on the network, and looks for a
// firewall that blocks others. It returns a sentence for the user that says what is wrong
// and what to do, or nil if nothing is known to be wrong. With visited, a request has come
// from another machine, so it does not look for firewalls.
//
// The request takes the loopback interface and so passes no firewall rules for the
// network's: it only shows that the server answers. So Check reads the rules too, as far
// as this user may.
func Check(ctx context.Context, listening net.Addr, secure, visited bool) error {
	bound, err := netip.ParseAddrPort(listening.String())
	if err != nil {
		return nil
	}
	address := reachedAt(bound)
	if address.Addr().IsLoopback() {
		return nil
	}
	page := Link(listening, "", secure)
	if err := ask(ctx, page); err != nil {
		return fmt.Errorf("others cannot watch: this computer does not reach its own page at %s. Switch sharing off and on again: %w", page, err)
	}
	if visited {
		return nil
	}
	return firewalled(ctx, door{"tcp", address.Port()})
}

// CheckDiscovery looks for a firewall that blocks multicast DNS, whichever program of this
// machine speaks it. It returns a sentence as Check does.
func CheckDiscovery(ctx context.Context) error { return firewalled(ctx, discoveryDoor) }

// door is a port of a protocol, "tcp" or "udp", as a firewall opens and shuts it.
type door struct {
	protocol string
	port     uint16
}

var discoveryDoor = door{"udp", 5353}

// String returns what ufw and firewalld call it: 8080/tcp.
func (d door) String() string { return fmt.Sprintf("%d/%s", d.port, d.protocol) }

// wall is a firewall, by what is said where it blocks others and where it blocks discovery,
// with %s for the command that opens it. The sentences are whole, as translators need them.
type wall struct{ others, discovery string }

// shut returns the error for a door that a firewall blocks, with the command that opens it.
func (d door) shut(by wall, command string) error {
	if d == discoveryDoor {
		return fmt.Errorf(by.discovery, command)
	}
	return fmt.Errorf(by.others, command)
}

func ask(ctx context.Context, page string) error {
	ctx, cancel := context.WithTimeout(ctx, reachPatience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, page+"healthz", nil)
	if err != nil {
		return err
	}
	// The certificate may lack this address, and the request has no secret.
	asker := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	defer asker.CloseIdleConnections()
	answer, err := (&http.Client{Transport: asker}).Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s", answer.Status)
	}
	return nil
}
