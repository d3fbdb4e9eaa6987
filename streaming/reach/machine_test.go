package reach

import (
	"context"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// responder is an mDNS responder on a free port.
func responder(t *testing.T, answer func(question *dns.Msg) []dns.RR) netip.AddrPort {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &dns.Server{PacketConn: conn, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, question *dns.Msg) {
		if records := answer(question); records != nil {
			reply := new(dns.Msg).SetReply(question)
			reply.Answer = records
			w.WriteMsg(reply)
		}
	})}
	done := make(chan struct{})
	go func() { server.ActivateAndServe(); close(done) }()
	t.Cleanup(func() { conn.Close(); <-done })
	return conn.LocalAddr().(*net.UDPAddr).AddrPort()
}

func TestMachineIsAskedForItsName(t *testing.T) {
	address := netip.MustParseAddr("192.0.2.5")
	pointer := func(owner, name string) []dns.RR {
		return []dns.RR{&dns.PTR{Hdr: dns.RR_Header{Name: owner, Rrtype: dns.TypePTR, Class: dns.ClassINET}, Ptr: name}}
	}
	for name, test := range map[string]struct {
		answer []dns.RR
		want   string
	}{
		"a name":                 {pointer("5.2.0.192.in-addr.arpa.", "Annas-Phone.local."), "Annas-Phone.local"},
		"another one's name":     {pointer("6.2.0.192.in-addr.arpa.", "other.local."), ""},
		"a name that is no line": {pointer("5.2.0.192.in-addr.arpa.", "a\\010\\000b.local."), "ab.local"},
		"a name with an umlaut":  {pointer("5.2.0.192.in-addr.arpa.", `K\195\188che.local.`), "Küche.local"},
		"a name read backwards":  {pointer("5.2.0.192.in-addr.arpa.", `\226\128\174gpj\.exe.local.`), "gpj.exe.local"},
		"no name":                {[]dns.RR{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			at := responder(t, func(question *dns.Msg) []dns.RR {
				if q := question.Question[0]; q.Name != "5.2.0.192.in-addr.arpa." || q.Qtype != dns.TypePTR {
					t.Errorf("asked for %v", q)
				}
				return test.answer
			})
			if got := askMachine(ctx, address, at); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
	silent := responder(t, func(*dns.Msg) []dns.RR { return nil })
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if got := askMachine(ctx, address, silent); got != "" {
		t.Errorf("a silent machine is called %q", got)
	}
}
