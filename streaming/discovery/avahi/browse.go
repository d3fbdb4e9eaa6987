package avahi

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/godbus/dbus/v5"
	"github.com/miekg/dns"
)

const (
	// mostObjects is how many browsers a connection has. The daemon allows 1024 objects to each
	// (avahi-daemon.conf(5), objects-per-client-max).
	mostObjects = 1000
	// mostReceived bounds the records that are kept, should the network flood the daemon. The
	// daemon keeps 4096 of each network (cache-entries-max).
	mostReceived = 8192
)

// Record is a record that the daemon has received, or that is gone.
type Record struct {
	Index  int    // of the interface
	Record dns.RR // its time to live has no meaning; it must not be changed
	Gone   bool
	Own    bool // this machine announces it
}

// Browser has the daemon ask for records and keep them, until Close. Its methods are for
// one goroutine.
type Browser struct {
	clients  []*client
	objects  map[*client]int // browsers of each
	asked    map[Question]browsing
	paths    map[dbus.ObjectPath]Question // of those
	signals  chan *dbus.Signal            // of all clients
	ended    chan struct{}
	pumping  sync.WaitGroup
	received map[received]*kept
}

// kept is a record that the daemon keeps, over one protocol or both.
type kept struct {
	record dns.RR
	count  int
	own    bool
}

// Question is a name, in presentation form and fully qualified, and a type of record.
type Question struct {
	Name string
	Type uint16
}

type browsing struct {
	client *client
	path   dbus.ObjectPath
}

// received identifies a record. The daemon tells of one for each protocol, IPv4 and IPv6.
type received struct {
	question Question
	index    int
	text     string // the whole record
}

// NewBrowser connects to the daemon. The connection ends with ctx.
func NewBrowser(ctx context.Context) (*Browser, error) {
	b := &Browser{
		objects:  map[*client]int{},
		asked:    map[Question]browsing{},
		paths:    map[dbus.ObjectPath]Question{},
		signals:  make(chan *dbus.Signal),
		ended:    make(chan struct{}),
		received: map[received]*kept{},
	}
	if _, err := b.addClient(ctx); err != nil {
		return nil, err
	}
	return b, nil
}

func (b *Browser) addClient(ctx context.Context) (*client, error) {
	c, err := dialDaemon(ctx)
	if err != nil {
		return nil, err
	}
	b.clients = append(b.clients, c)
	b.pumping.Go(func() { b.pump(c) })
	return c, nil
}

func (b *Browser) pump(c *client) {
	for {
		select {
		case s, ok := <-c.signals:
			if !ok {
				return
			}
			if !c.fromDaemon(s) {
				continue
			}
			select {
			case b.signals <- s:
			case <-b.ended:
			}
		case <-c.ended():
			return
		}
	}
}

// client returns a connection with room for another browser.
func (b *Browser) client(ctx context.Context) (*client, error) {
	for _, c := range b.clients {
		if b.objects[c] < mostObjects {
			return c, nil
		}
	}
	return b.addClient(ctx)
}

// Ask has the daemon browse for records on all interfaces that it serves. Asking again does
// nothing.
func (b *Browser) Ask(ctx context.Context, q Question) error {
	if _, ok := b.asked[q]; ok {
		return nil
	}
	c, err := b.client(ctx)
	if err != nil {
		return err
	}
	at := browsing{client: c}
	err = c.call(ctx, "/", server+".RecordBrowserNew",
		[]any{anyInterface, anyProtocol, escaped(q.Name), uint16(dns.ClassINET), q.Type, noFlags}, &at.path)
	if err != nil {
		return fmt.Errorf("avahi-daemon does not browse for %s: %w", q.Name, err)
	}
	b.objects[c]++
	b.asked[q], b.paths[at.path] = at, q
	return nil
}

// Forget ends what Ask has begun, and returns the records that the daemon kept for it, as
// gone: it will not tell of their end.
func (b *Browser) Forget(ctx context.Context, q Question) []Record {
	at, ok := b.asked[q]
	if !ok {
		return nil
	}
	delete(b.asked, q)
	delete(b.paths, at.path)
	b.objects[at.client]--
	at.client.free(ctx, at.path, recorder+".Free")
	var gone []Record
	for key, k := range b.received {
		if key.question == q {
			delete(b.received, key)
			gone = append(gone, Record{Index: key.index, Record: k.record, Gone: true})
		}
	}
	return gone
}

// Signals is what the daemon says. Each signal is for Read.
func (b *Browser) Signals() <-chan *dbus.Signal { return b.signals }

// Read returns the record that has come or gone with a signal, if that is about one. Of a
// record received over IPv4 and IPv6 both, the first and the last signal count, and one
// that says that an address is this machine's own.
func (b *Browser) Read(s *dbus.Signal) (r Record, ok bool) {
	q, asked := b.paths[s.Path]
	gone := s.Name == recorder+".ItemRemove"
	if !asked || !gone && s.Name != recorder+".ItemNew" {
		return Record{}, false
	}
	index, record, own, err := recordOf(s.Body)
	if err != nil {
		return Record{}, false
	}
	key := received{q, index, record.String()}
	k := b.received[key]
	switch {
	case gone && k == nil:
		return Record{}, false
	case gone:
		if k.count--; k.count == 0 {
			delete(b.received, key)
		}
		return Record{Index: index, Record: record, Gone: true}, k.count == 0
	case k == nil && len(b.received) >= mostReceived:
		return Record{}, false
	case k == nil:
		b.received[key] = &kept{record, 1, own}
		return Record{Index: index, Record: record, Own: own}, true
	}
	k.count++
	news := own && !k.own && (q.Type == dns.TypeA || q.Type == dns.TypeAAAA)
	k.own = k.own || own
	return Record{Index: index, Record: record, Own: own}, news
}

// Kept returns the records that the daemon keeps now, in no order.
func (b *Browser) Kept() []Record {
	var all []Record
	for key, k := range b.received {
		all = append(all, Record{Index: key.index, Record: k.record, Own: k.own})
	}
	return all
}

// recordOf reads the body of a signal of a record browser: interface, protocol, name,
// class, type, data as on the wire, flags.
func recordOf(body []any) (index int, record dns.RR, own bool, err error) {
	const local = 8 // the flag of what this machine announces (AVAHI_LOOKUP_RESULT_LOCAL)
	var on, protocol int32
	var name string
	var class, kind uint16
	var data []byte
	var flags uint32
	if err := dbus.Store(body, &on, &protocol, &name, &class, &kind, &data, &flags); err != nil {
		return 0, nil, false, err
	}
	if class != dns.ClassINET {
		return 0, nil, false, errors.New("not of the internet")
	}
	name, err = presented(name)
	if err != nil {
		return 0, nil, false, err
	}
	header := dns.RR_Header{Name: name, Rrtype: kind, Class: class, Rdlength: uint16(len(data))}
	record, end, err := dns.UnpackRRWithHeader(header, data, 0)
	if err == nil && end != len(data) {
		err = errors.New("data behind the record")
	}
	return int(on), record, flags&local != 0, err
}

// Close ends all browsing.
func (b *Browser) Close() {
	close(b.ended)
	for _, c := range b.clients {
		c.close()
	}
	b.pumping.Wait()
}
