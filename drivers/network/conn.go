package network

import (
	"bytes"
	"net"
	"sync/atomic"

	"fanlight/drivers/caught"
)

// maxHead bounds an answer's header, in bytes.
const maxHead = 64 << 10

// conn is a connection that cleans the header of each answer before net/http reads it.
// One goroutine may read while another writes, as net/http does.
type conn struct {
	net.Conn
	asked atomic.Bool // a request was sent since the last answer began

	inHead bool
	head   []byte // of the answer, as far as it has come
	ready  []byte // what Read returns next
}

// Write takes notice of each request: what comes next is an answer. All requests are
// GETs. What goes through a proxy's tunnel is encrypted, and never looks like one.
func (c *conn) Write(p []byte) (int, error) {
	if bytes.HasPrefix(p, []byte("GET ")) {
		c.asked.Store(true)
	}
	return c.Conn.Write(p)
}

func (c *conn) Read(p []byte) (int, error) {
	for len(c.ready) == 0 {
		n, err := c.Conn.Read(p)
		if n > 0 && c.asked.Swap(false) {
			c.inHead = true
		}
		if !c.inHead || n == 0 && len(c.head) == 0 {
			return n, err
		}
		// Read is called by a goroutine of net/http.
		if fault := caught.Do(func() error {
			c.add(p[:n], err != nil)
			return nil
		}); fault != nil {
			return 0, fault
		}
	}
	n := copy(p, c.ready)
	c.ready = c.ready[n:]
	return n, nil
}

// add takes more bytes of a header, and makes them ready once all of it is there. A
// header without an end is left as it is, for net/http to refuse.
func (c *conn) add(more []byte, last bool) {
	c.head = append(c.head, more...)
	for c.inHead {
		end := headEnd(c.head)
		if end == 0 {
			break
		}
		clean, final := cleanHead(c.head[:end])
		c.ready = append(c.ready, clean...)
		c.head, c.inHead = c.head[end:], !final
	}
	if !c.inHead || last || len(c.head) > maxHead {
		c.ready = append(c.ready, c.head...)
		c.head, c.inHead = nil, false
	}
}
