// Package discovery announces the stream on the local network, so that people
// find the camera by its name: DNS-SD (RFC 6763) over multicast DNS (RFC 6762),
// through github.com/grandcat/zeroconf.
//
// Known limits of zeroconf v1.0.0, from its source and from trying it between
// network namespaces:
//
//   - The interfaces are those at the time of Announce; their addresses are
//     looked up anew for each answer.
//   - Two machines with the same instance name hide each other: it neither
//     probes nor resolves conflicts.
//   - A question for the host name alone is not answered. Where avahi-daemon,
//     macOS or systemd-resolved runs, they answer it.
//   - The time to live is 3200 s: a machine that is killed stays listed that
//     long. Server.TTL would change it, but writes what goroutines already read.
package discovery

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/grandcat/zeroconf"
)

// Service is what is announced.
type Service struct {
	// Name is the instance name that people see, in any script. It is cut to the
	// 63 bytes that a DNS label holds.
	Name string
	// Port is the HTTP server's, TCP.
	Port int
	// ID is kept per installation, so that a program knows the camera again after
	// it was renamed or moved.
	ID string
	// Listen is the address that the server listens on. The zero value and the
	// unspecified addresses stand for all interfaces; another one restricts the
	// announcement to the interface that has it.
	Listen netip.Addr
}

// Announcement is a Service on the network, from Announce to Close.
type Announcement struct {
	servers []*zeroconf.Server
	closing sync.Once
}

// Announce makes the service known as _http._tcp, for people and generic
// browsers, and as _mjpeg._tcp, for programs that look for cameras.
func Announce(s Service) (*Announcement, error) {
	name, err := instanceLabel(s.Name)
	if err != nil {
		return nil, err
	}
	interfaces, err := interfacesFor(s.Listen)
	if err != nil {
		return nil, err
	}
	interfaces = append(interfaces, loopbacks()...)
	a := &Announcement{}
	for _, kind := range kinds(s.ID) {
		// Without addresses of our own zeroconf gives each asker those of the
		// interface that the question came in on, and no others.
		server, err := zeroconf.RegisterProxy(escape(name), kind.service, "local.", s.Port, hostLabel(), nil, kind.txt, interfaces)
		if err != nil {
			a.Close()
			return nil, fmt.Errorf("cannot announce the stream; is UDP port 5353 taken by a program that does not share it?: %w", err)
		}
		a.servers = append(a.servers, server)
	}
	return a, nil
}

// Close takes the announcement back: caches on the network drop it at once.
// Further calls do nothing. zeroconf's announcing goroutine ends by itself
// within four seconds of Announce; it sends nothing after Close.
func (a *Announcement) Close() {
	a.closing.Do(func() {
		for _, server := range a.servers {
			server.Shutdown()
		}
	})
}

type kind struct {
	service string
	txt     []string
}

// kinds are the service types with their TXT records. A TXT record is never
// empty (RFC 6763, section 6.1; Apple's resolver refuses one) and holds no
// secret: everybody on the network reads it.
func kinds(id string) []kind {
	return []kind{
		{"_http._tcp", []string{"path=/"}}, // the registered key, which begins with a slash
		{"_mjpeg._tcp", []string{"path=/stream.mjpg", "snapshot=/snapshot.jpg", "auth=none", "id=" + id}},
	}
}

// interfacesFor returns the interfaces on which a server listening on the
// address is reached by multicast. Point-to-point interfaces are tunnels to other
// networks, where nobody should learn of a camera unasked; avahi leaves them out
// as well (allow-point-to-point=no).
func interfacesFor(listen netip.Addr) ([]net.Interface, error) {
	all, err := net.Interfaces()
	if err != nil {
		return nil, fmt.Errorf("cannot announce the stream, the network interfaces are not readable: %w", err)
	}
	all = slices.DeleteFunc(all, func(i net.Interface) bool {
		const want, not = net.FlagUp | net.FlagMulticast, net.FlagLoopback | net.FlagPointToPoint
		return i.Flags&want != want || i.Flags&not != 0 || !hasAddress(i, listen)
	})
	if len(all) == 0 {
		return nil, errors.New("cannot announce the stream: this computer is on no network. Connect it to one, then switch sharing off and on again")
	}
	return all, nil
}

// loopbacks returns the loopback interfaces. zeroconf answers there too, since its
// sockets hear every interface of the machine (IP_MULTICAST_ALL, ip(7)); the
// goodbye must follow, or this machine's own avahi-daemon goes on listing the stream.
func loopbacks() []net.Interface {
	all, err := net.Interfaces()
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(all, func(i net.Interface) bool { return i.Flags&net.FlagLoopback == 0 })
}

// hasAddress tells whether the interface has the address, or any if it is unspecified.
func hasAddress(i net.Interface, listen netip.Addr) bool {
	addresses, err := i.Addrs()
	if err != nil || !listen.IsValid() || listen.IsUnspecified() {
		return err == nil && len(addresses) > 0
	}
	return slices.ContainsFunc(addresses, func(a net.Addr) bool {
		prefix, err := netip.ParsePrefix(a.String())
		return err == nil && prefix.Addr().Unmap() == listen.Unmap().WithZone("")
	})
}

// hostLabel is the machine's own name without a domain.
func hostLabel() string {
	name, err := os.Hostname()
	label, _, _ := strings.Cut(name, ".")
	if err != nil || label == "" || label == "localhost" { // which names no machine in particular
		return "fanlight"
	}
	return label
}
