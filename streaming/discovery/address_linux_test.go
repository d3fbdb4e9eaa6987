package discovery

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

// The link by number is one that the local network can open.
func TestOwnAddresses(t *testing.T) {
	needMachines(t)
	t.Parallel()
	wired := []string{"ip addr add 192.168.7.2/24 dev wired"}
	second := []string{"ip link add wireless type veth peer name far2", "ip link set wireless up", "ip link set far2 up", "ip addr add 10.3.0.2/24 dev wireless"}
	vpn := []string{"ip tuntap add vpn mode tap", "ip addr add 10.8.0.2/24 dev vpn", "ip link set vpn up", "ip route add default via 10.8.0.1"}
	bridge := []string{"ip link add br0 type bridge", "ip addr add 172.17.0.1/16 dev br0", "ip link set br0 up", "ip link add port type veth peer name far", "ip link set port master br0 up", "ip link set far up"}
	for _, c := range []struct {
		name  string
		setup []string
		want  string // the addresses, the most likely first
	}{
		{"one network", wired, "192.168.7.2"},
		{"two networks", slices.Concat(wired, second), "192.168.7.2 10.3.0.2@wireless"},
		{"two networks, the default route on the second", slices.Concat(wired, second, []string{"ip route add default via 10.3.0.1"}), "10.3.0.2@wireless 192.168.7.2"},
		{"a second cable that is out", slices.Concat(wired, second, []string{"ip link set far2 down"}), "192.168.7.2"},
		{"a VPN has the default route", slices.Concat(vpn, wired), "192.168.7.2"},
		{"containers", slices.Concat(bridge, wired), "192.168.7.2"},
		{"the default route is a bridge's", slices.Concat(bridge, wired, []string{"ip route add default via 172.17.0.9"}), "172.17.0.1@br0 192.168.7.2"},
		{"nobody assigns addresses", []string{"ip addr add 169.254.7.2/16 dev wired"}, "169.254.7.2"},
		{"a VPN only", vpn, "10.8.0.2@vpn"},
		{"no network", nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			lamp, desk := newMachine(t, "lamp"), newMachine(t, "desk")
			connect(t, lamp, "wired", nil, desk, "eth0", nil)
			for _, command := range c.setup {
				lamp.mustRun(t, "sh", "-c", command)
			}
			waitFor(t, "the address", func() error {
				return lamp.inNetwork(func() error {
					var all []string
					for _, own := range OwnAddresses(true) {
						all = append(all, strings.TrimSuffix(own.String()+"@"+own.Interface, "@wired"))
					}
					if got := strings.Join(all, " "); got != c.want {
						return fmt.Errorf("%s, want %s", got, c.want)
					}
					return nil
				})
			})
		})
	}
}

// Neither the ports of a bridge nor addresses that are about to go are announced.
func TestPortsAndDeprecatedAddressesAreNotAnnounced(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, desk := newMachine(t, "lamp"), newMachine(t, "desk")
	connect(t, lamp, "wired", nil, desk, "eth0", nil)
	for _, command := range []string{
		"ip link add br0 type bridge", "ip link set br0 up", "ip link set wired master br0",
		"ip addr add 10.49.0.1/24 dev br0", "ip addr add fd49::1/64 dev br0 nodad",
		"ip addr add fd49::2/64 dev br0 nodad preferred_lft 0",
	} {
		lamp.mustRun(t, "sh", "-c", command)
	}
	waitFor(t, "the bridge", func() error {
		return lamp.inNetwork(func() error {
			n, err := currentNetwork()
			if err != nil {
				return err
			}
			all := n.reachable(netip.Addr{})
			if len(all) != 1 || all[0].Name != "br0" {
				return fmt.Errorf("announced on %+v", all)
			}
			if got := fmt.Sprint(all[0].published()); got != "[10.49.0.1 fd49::1]" {
				return fmt.Errorf("publishes %s", got)
			}
			return nil
		})
	})
}

// A computer may be on more networks than a socket can be a member on.
func TestManyInterfaces(t *testing.T) {
	needMachines(t)
	t.Parallel()
	lamp, desk := newMachine(t, "lamp"), newMachine(t, "desk")
	for _, m := range []*machine{lamp, desk} { // over IPv6 there is no such limit
		m.mustRun(t, "sh", "-c", "echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6; echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6")
	}
	lamp.mustRun(t, "sh", "-c", "for n in $(seq 25); do ip link add d$n type veth peer name e$n; ip link set e$n up; ip link set d$n up; ip addr add 10.60.$n.1/24 dev d$n; done")
	connect(t, lamp, "wired", []string{"10.50.0.1/24"}, desk, "eth0", []string{"10.50.0.2/24"})
	a := lamp.startAnnouncer(t, "Kitchen")
	a.name(t)
	time.Sleep(4 * time.Second) // nothing is said unasked any more
	desk.startAvahi(t)
	expectNames(t, desk, map[string]string{"Kitchen": "lamp.local"})
	expectGaps := func(want int) {
		var got []string
		waitFor(t, fmt.Sprint(want, " gaps"), func() error {
			if got = a.ask(t, "gaps").Gaps; len(got) != want {
				return fmt.Errorf("says %q", got)
			}
			return nil
		})
	}
	expectGaps(0)
	lamp.startAvahi(t) // which has one socket
	expectGaps(1)
	a.stop(t)
}
