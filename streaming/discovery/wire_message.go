package discovery

import (
	"encoding/binary"

	"github.com/miekg/dns"
)

// headerBytes is the size of a message's header (RFC 1035, section 4.1.1).
const headerBytes = 12

// readMessage parses a packet. It returns nil if the packet is no multicast DNS message
// (RFC 6762, sections 18.3 and 18.11). A record that cannot be read is left out, and what
// follows a broken name or a cut off record is: python-zeroconf 0.37 to 0.128 adds a
// malformed NSEC record to each answer (its issue 1326), and others must be found all the same. It
// checks the header first, which is cheap in a flood.
func readMessage(content []byte) *dns.Msg {
	const opcode, rcode = 0x78, 0x0f
	if len(content) < headerBytes || len(content) > maxPacket || content[2]&opcode != 0 || content[3]&rcode != 0 {
		return nil
	}
	count := func(section int) int { return int(binary.BigEndian.Uint16(content[4+2*section:])) }
	message := new(dns.Msg)
	message.Id = binary.BigEndian.Uint16(content)
	message.Response = content[2]&0x80 != 0
	message.Authoritative = content[2]&0x04 != 0
	message.Truncated = content[2]&0x02 != 0
	at := headerBytes
	for range count(0) {
		q, next, ok := readQuestion(content, at)
		if !ok {
			return message
		}
		message.Question, at = append(message.Question, q), next
	}
	left := mostRecords
	for section, records := range []*[]dns.RR{&message.Answer, &message.Ns, &message.Extra} {
		for range count(1 + section) {
			record, next, ok := readRecord(content, at)
			if left--; !ok || left < 0 {
				return message
			}
			if at = next; record != nil {
				*records = append(*records, record)
			}
		}
	}
	return message
}

func readQuestion(content []byte, at int) (q dns.Question, next int, ok bool) {
	name, at, err := dns.UnpackDomainName(content, at)
	if err != nil || at+4 > len(content) {
		return q, 0, false
	}
	q = dns.Question{Name: name, Qtype: binary.BigEndian.Uint16(content[at:]), Qclass: binary.BigEndian.Uint16(content[at+2:])}
	return q, at + 4, true
}

// readRecord reads the record at an offset, and returns that of the next one. The record is
// nil if its data is malformed; ok is false if it is not known where the next one begins.
func readRecord(content []byte, at int) (record dns.RR, next int, ok bool) {
	const fixed = 10 // type, class, time to live, length of the data
	name, at, err := dns.UnpackDomainName(content, at)
	if err != nil || at+fixed > len(content) {
		return nil, 0, false
	}
	header := dns.RR_Header{
		Name:     name,
		Rrtype:   binary.BigEndian.Uint16(content[at:]),
		Class:    binary.BigEndian.Uint16(content[at+2:]),
		Ttl:      binary.BigEndian.Uint32(content[at+4:]),
		Rdlength: binary.BigEndian.Uint16(content[at+8:]),
	}
	at += fixed
	if next = at + int(header.Rdlength); next > len(content) {
		return nil, 0, false
	}
	// Up to the end of this record, so that its data is not read beyond it; names in it
	// point backwards.
	record, end, err := dns.UnpackRRWithHeader(header, content[:next], at)
	if err != nil || end != next {
		return nil, next, true
	}
	return record, next, true
}
