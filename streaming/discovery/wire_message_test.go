package discovery

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/miekg/dns"
)

// raw is a record as its bytes.
func raw(name string, kind uint16, data []byte) []byte {
	packed := make([]byte, 256)
	end, err := dns.PackDomainName(name, packed, 0, nil, false)
	if err != nil {
		panic(err)
	}
	record := binary.BigEndian.AppendUint16(packed[:end], kind)
	record = binary.BigEndian.AppendUint16(record, dns.ClassINET)
	record = binary.BigEndian.AppendUint32(record, timeToLive)
	record = binary.BigEndian.AppendUint16(record, uint16(len(data)))
	return append(record, data...)
}

// One odd record does not hide the others of a packet.
func TestReadMessageForgives(t *testing.T) {
	before := raw("before.local.", dns.TypeA, []byte{10, 0, 0, 1})
	after := raw("after.local.", dns.TypeA, []byte{10, 0, 0, 2})
	tooLong := raw("odd.local.", dns.TypeA, []byte{10, 0, 0, 3})
	binary.BigEndian.PutUint16(tooLong[len(tooLong)-6:], 400)
	for _, c := range []struct {
		name string
		odd  []byte
		rest bool // what follows the odd record is read
	}{
		{"NSEC of python-zeroconf with IPv4 only", raw("odd.local.", dns.TypeNSEC, []byte{3, 'o', 'd', 'd', 5, 'l', 'o', 'c', 'a', 'l', 0, 0, 0}), true},
		{"NSEC with an empty bit map", raw("odd.local.", dns.TypeNSEC, []byte{0, 0, 0}), true},
		{"NSEC whose window is too long", raw("odd.local.", dns.TypeNSEC, []byte{0, 0, 40, 1}), true},
		{"an address of three bytes", raw("odd.local.", dns.TypeA, []byte{10, 0, 0}), true},
		{"an address of five bytes", raw("odd.local.", dns.TypeA, []byte{10, 0, 0, 3, 4}), true},
		{"an IPv6 address of four bytes", raw("odd.local.", dns.TypeAAAA, []byte{10, 0, 0, 3}), true},
		{"SRV without a target", raw("odd.local.", dns.TypeSRV, []byte{0, 0, 0, 0, 0, 80}), true},
		{"SRV of two bytes", raw("odd.local.", dns.TypeSRV, []byte{0, 0}), true},
		{"TXT whose string is too long", raw("odd.local.", dns.TypeTXT, []byte{9, 'a'}), true},
		{"PTR to a label cut short", raw("odd.local.", dns.TypePTR, []byte{9, 'a'}), true},
		{"PTR to itself for ever", raw("odd.local.", dns.TypePTR, []byte{0xc0, 0x0c}), true},
		{"HINFO without its second text", raw("odd.local.", dns.TypeHINFO, []byte{1, 'a'}), true},
		{"a type that nobody knows", raw("odd.local.", 65280, []byte{1, 2, 3}), true},
		{"OPT cut short", raw(".", dns.TypeOPT, []byte{0, 1, 0, 9}), true},
		{"data longer than the packet", tooLong, false},
		{"a name with a reserved label", []byte{0x80, 0, 0, 1}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			header := make([]byte, headerBytes)
			header[2] = 0x84
			binary.BigEndian.PutUint16(header[6:], 3)
			message := readMessage(slices.Concat(header, before, c.odd, after))
			if message == nil {
				t.Fatal("not read at all")
			}
			found := func(host string) bool { return len(hostAddresses(message.Answer, host)) == 1 }
			if !found("before.local.") {
				t.Error("the record before is missing")
			}
			if found("after.local.") != c.rest {
				t.Errorf("the record behind: read %v, want %v", !c.rest, c.rest)
			}
		})
	}
}

// What is read whole is read as package dns reads it.
func FuzzReadMessage(f *testing.F) {
	f.Add(door().wire(f))
	f.Fuzz(func(t *testing.T, content []byte) {
		got := readMessage(content)
		var want dns.Msg
		if got == nil || want.Unpack(content) != nil {
			return
		}
		if len(want.Answer)+len(want.Ns)+len(want.Extra) > mostRecords {
			return
		}
		for _, s := range []struct{ got, want []dns.RR }{{got.Answer, want.Answer}, {got.Ns, want.Ns}, {got.Extra, want.Extra}} {
			if !slices.EqualFunc(s.got, s.want, func(a, b dns.RR) bool { return a.String() == b.String() }) {
				t.Errorf("read %v, want %v", s.got, s.want)
			}
		}
	})
}
