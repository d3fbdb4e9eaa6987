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

// reachPatience is for this machine to answer itself.
const reachPatience = 3 * time.Second

// Check asks this machine for its page at its address on the network, and looks for
// a firewall that keeps others from it. It returns what stands in their way and what
// to do, or nil if nothing is known to, and also once somebody has visited from
// another machine. A connection from this machine passes no firewall's rules for the
// network's interface, because it takes the loopback interface: so it only shows that
// the server is there, and the rules are read, as far as this user may.
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
	return firewalled(ctx, address.Port())
}

func ask(ctx context.Context, page string) error {
	ctx, cancel := context.WithTimeout(ctx, reachPatience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, page+"healthz", nil)
	if err != nil {
		return err
	}
	// The certificate need not say this address, and nothing is told that is secret.
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
