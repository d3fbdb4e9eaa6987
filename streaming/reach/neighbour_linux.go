package reach

import (
	"encoding/binary"
	"net"
	"net/netip"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// Neighbour returns the link-layer address of the machine that has an IPv6 address, which
// all its addresses have in common. It is empty if the machine is behind a router, or is
// not known to the kernel, which knows those that have connections. The address needs its
// zone if it is a link-local one.
func Neighbour(address netip.Addr) (hardware string) {
	if !address.Is6() || address.Is4In6() || address.IsLoopback() {
		return ""
	}
	conn, err := netlink.Dial(unix.NETLINK_ROUTE, nil)
	if err != nil {
		return ""
	}
	defer conn.Close()
	link, direct := linkTo(conn, address)
	if !direct {
		return ""
	}
	question := make([]byte, unix.SizeofNdMsg)
	question[0] = unix.AF_INET6
	binary.NativeEndian.PutUint32(question[4:], link)
	for kind, value := range inquire(conn, unix.RTM_GETNEIGH, question, unix.NDA_DST, address) {
		if kind == unix.NDA_LLADDR {
			hardware = string(value)
		}
	}
	return hardware
}

// linkTo returns the index of the link behind which an address is, and whether it is on
// that link itself.
func linkTo(conn *netlink.Conn, address netip.Addr) (link uint32, direct bool) {
	if zone := address.Zone(); zone != "" {
		at, err := net.InterfaceByName(zone)
		if err != nil {
			return 0, false
		}
		return uint32(at.Index), true
	}
	question := make([]byte, unix.SizeofRtMsg)
	question[0], question[1] = unix.AF_INET6, 128
	direct = true
	for kind, value := range inquire(conn, unix.RTM_GETROUTE, question, unix.RTA_DST, address) {
		switch kind {
		case unix.RTA_OIF:
			link = binary.NativeEndian.Uint32(value)
		case unix.RTA_GATEWAY, unix.RTA_VIA, unix.RTA_MULTIPATH:
			direct = false
		}
	}
	return link, direct && link != 0
}

// inquire asks the kernel about an address, and returns the attributes of its answer, none if
// it fails. The answer's header is as long as the question's.
func inquire(conn *netlink.Conn, kind netlink.HeaderType, question []byte, as uint16, address netip.Addr) map[uint16][]byte {
	attribute, err := netlink.MarshalAttributes([]netlink.Attribute{{Type: as, Data: address.AsSlice()}})
	if err != nil {
		return nil
	}
	answers, err := conn.Execute(netlink.Message{
		Header: netlink.Header{Type: kind, Flags: netlink.Request},
		Data:   append(question, attribute...),
	})
	if err != nil || len(answers) != 1 || len(answers[0].Data) < len(question) {
		return nil
	}
	attributes, err := netlink.UnmarshalAttributes(answers[0].Data[len(question):])
	if err != nil {
		return nil
	}
	values := map[uint16][]byte{}
	for _, a := range attributes {
		values[a.Type] = a.Data
	}
	return values
}
