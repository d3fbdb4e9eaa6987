package discovery

import (
	"encoding/binary"
	"net/netip"
	"syscall"

	"golang.org/x/sys/unix"
)

// tellNatures adds the natures of interfaces (rtnetlink(7)). What cannot be read stays unknown.
func tellNatures(all []Interface) {
	find := func(index uint32) *nature {
		for n := range all {
			if all[n].Index == int(index) {
				return &all[n].nature
			}
		}
		return &nature{} // it has come meanwhile
	}
	eachMessage(syscall.RTM_GETLINK, func(m syscall.NetlinkMessage, attributes []syscall.NetlinkRouteAttr) {
		if len(m.Data) < unix.SizeofIfInfomsg {
			return
		}
		n := find(binary.NativeEndian.Uint32(m.Data[4:]))
		for _, a := range attributes {
			if a.Attr.Type == unix.IFLA_LINKINFO {
				n.bridge = kindIn(a.Value, unix.IFLA_INFO_KIND) == "bridge"
				n.tunnel = kindIn(a.Value, unix.IFLA_INFO_KIND) == "tun" // or tap
				n.port = kindIn(a.Value, unix.IFLA_INFO_SLAVE_KIND) == "bridge"
			}
		}
	})
	eachMessage(syscall.RTM_GETADDR, func(m syscall.NetlinkMessage, attributes []syscall.NetlinkRouteAttr) {
		if len(m.Data) < unix.SizeofIfAddrmsg || m.Data[2]&unix.IFA_F_DEPRECATED == 0 {
			return
		}
		n := find(binary.NativeEndian.Uint32(m.Data[4:]))
		for _, a := range attributes {
			if address, ok := netip.AddrFromSlice(a.Value); ok && a.Attr.Type == unix.IFA_ADDRESS {
				n.deprecated = append(n.deprecated, address)
			}
		}
	})
}

func eachMessage(request int, handle func(syscall.NetlinkMessage, []syscall.NetlinkRouteAttr)) {
	dump, err := syscall.NetlinkRIB(request, unix.AF_UNSPEC)
	if err != nil {
		return
	}
	messages, err := syscall.ParseNetlinkMessage(dump)
	if err != nil {
		return
	}
	for _, m := range messages {
		if attributes, err := syscall.ParseNetlinkRouteAttr(&m); err == nil {
			handle(m, attributes)
		}
	}
}

// kindIn returns the text of a nested attribute; empty if it is not there.
func kindIn(nested []byte, kind uint16) string {
	const head = 4 // length with the head, type
	for len(nested) >= head {
		length := int(binary.NativeEndian.Uint16(nested))
		if length < head || length > len(nested) {
			return ""
		}
		if binary.NativeEndian.Uint16(nested[2:]) == kind {
			return unix.ByteSliceToString(nested[head:length])
		}
		nested = nested[min((length+3)&^3, len(nested)):]
	}
	return ""
}
