package web

import "bytes"

// slashless is how programs and proxies begin that join an address of mjpg-streamer without
// its slash: GET ?action=stream. net/http refuses that before a handler sees it.
var slashless = []byte("GET ?")

// Read puts in the slash that is missing in the connection's first request. What comes
// later may be another request's body, which must not change.
func (c *steadyConn) Read(p []byte) (int, error) {
	if c.begun || len(p) <= len(slashless) {
		return c.Conn.Read(p)
	}
	c.begun = true
	n, err := c.Conn.Read(p[:len(p)-1])
	if bytes.HasPrefix(p[:n], slashless) {
		at := len(slashless) - 1
		copy(p[at+1:], p[at:n])
		p[at] = '/'
		n++
	}
	return n, err
}
