package network

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
)

// dialer makes connections whose answers are read with tolerance; see [cleanHead]. What a
// redirect leads to is not on this machine, nor link-local, unless the camera is so itself:
// there are services that trust whoever asks from here. Names are judged by the addresses
// that they turn out to have, the camera's own too: what was elsewhere is not here a moment
// later.
type dialer struct {
	net.Dialer
	tls   *tls.Config
	home  string // the camera's host and port
	found bool   // it was announced, by whoever is on the network
	proxy func(*http.Request) (*url.URL, error)

	proxies  sync.Map    // the host and port of each proxy that was used
	homeHere atomic.Bool // the camera is on this machine, or link-local
	homeAway atomic.Bool // the camera was elsewhere, which its name may deny the next time
}

func newDialer(c source) *dialer {
	d := &dialer{Dialer: net.Dialer{Timeout: dialPatience}, tls: &tls.Config{}, home: hostPort(c.address), found: c.found, proxy: proxy}
	if c.pinned != "" {
		d.tls = &tls.Config{InsecureSkipVerify: true, VerifyConnection: c.verify}
	}
	return d
}

// through is the transport's Proxy.
func (d *dialer) through(request *http.Request) (*url.URL, error) {
	by, err := d.proxy(request)
	if by != nil {
		d.proxies.Store(hostPort(by), nil)
	}
	return by, err
}

func (d *dialer) connect(ctx context.Context, network, address string) (net.Conn, error) {
	_, isProxy := d.proxies.Load(address)
	isHome := strings.EqualFold(address, d.home)
	own := d.Dialer
	mayBeHere := isProxy || isHome && !d.homeAway.Load() || !isHome && !d.found && d.homeHere.Load()
	if !mayBeHere {
		own.Control = refuseHere
	}
	conn, err := own.DialContext(ctx, network, address)
	if err == nil && isHome {
		isHere := refuseHere(network, conn.RemoteAddr().String(), nil) != nil
		d.homeHere.Store(isHere)
		d.homeAway.Store(!isHere)
	}
	return conn, err
}

// refuseHere is a dialer's Control: it refuses addresses of this machine, and link-local
// ones.
func refuseHere(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	ip := to.Addr().Unmap().WithZone("")
	if ip.IsLoopback() || ip.IsUnspecified() || ip.IsLinkLocalUnicast() {
		return errElsewhere
	}
	own, err := net.InterfaceAddrs()
	if err != nil {
		return err
	}
	for _, a := range own {
		if prefix, err := netip.ParsePrefix(a.String()); err == nil && prefix.Addr() == ip {
			return errElsewhere
		}
	}
	return nil
}

// usualPorts are the ports of addresses that name none.
var usualPorts = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}

// hostPort returns the host and the port of an address.
func hostPort(address *url.URL) string {
	port := address.Port()
	if port == "" {
		port = usualPorts[address.Scheme]
	}
	return net.JoinHostPort(address.Hostname(), port)
}

func (d *dialer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	plain, err := d.connect(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &conn{Conn: plain}, nil
}

func (d *dialer) dialTLS(ctx context.Context, network, address string) (net.Conn, error) {
	plain, err := d.connect(ctx, network, address)
	if err != nil {
		return nil, err
	}
	config := d.tls.Clone()
	if config.ServerName, _, err = net.SplitHostPort(address); err != nil {
		plain.Close()
		return nil, err
	}
	secure := tls.Client(plain, config)
	ctx, cancel := context.WithTimeout(ctx, dialPatience)
	defer cancel()
	if err := secure.HandshakeContext(ctx); err != nil {
		plain.Close()
		return nil, err
	}
	return &conn{Conn: secure}, nil
}
