package network

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
)

func TestCleanHead(t *testing.T) {
	for _, test := range []struct{ name, head, want string }{
		{"as it should be", "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 3\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 3\r\n\r\n"},
		{"a bare date", "HTTP/1.1 200 OK\r\nServer: GoAhead\r\nTue, 12 Jun 2012 01:56:34 GMT\r\nA: b\r\n\r\n", "HTTP/1.1 200 OK\r\nServer: GoAhead\r\nA: b\r\n\r\n"},
		{"no name, no colon", "HTTP/1.1 200 OK\r\n: b\r\nhello\r\n\x00: \r\nA : b\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n\r\n"},
		{"control bytes", "HTTP/1.1 200 OK\r\nA: \x01\r\nB: c\r\n\r\n", "HTTP/1.1 200 OK\r\nB: c\r\n\r\n"},
		{"line feeds", "HTTP/1.0 200 OK\nA: b\n\n", "HTTP/1.0 200 OK\r\nA: b\r\n\r\n"},
		{"too many returns", "HTTP/1.0 200 OK\r\r\nA: b\r\r\n\r\r\n", "HTTP/1.0 200 OK\r\nA: b\r\n\r\n"},
		{"empty lines in front", "\r\n\r\nHTTP/1.0 200 OK\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n"},
		{"no reason", "HTTP/1.0 200\r\n\r\n", "HTTP/1.0 200\r\n\r\n"},
		{"small letters", "http/1.1  200 ok\r\n\r\n", "HTTP/1.1 200 ok\r\n\r\n"},
		{"a short version", "HTTP/1 200 OK\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n"},
		{"ICY", "ICY 200 OK\r\nicy-name: yard\r\n\r\n", "HTTP/1.0 200 OK\r\nicy-name: yard\r\n\r\n"},
		{"identity", "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 3\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"},
		{"chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"},
		{"chunks in HTTP/1.0 that stays", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"},
		{"both said", "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"},
		{"lengths", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"},
		{"folded", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nno field\r\n of this\r\nD: e\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b c\r\nD: e\r\n\r\n"},
		{"folded at once", "HTTP/1.1 200 OK\r\n c\r\nD: e\r\n\r\n", "HTTP/1.1 200 OK\r\nD: e\r\n\r\n"},
		{"no HTTP", "RTSP/1.0 200 OK\r\nhello\r\n\r\n", "RTSP/1.0 200 OK\r\nhello\r\n\r\n"},
	} {
		if end := headEnd([]byte(test.head + "body\n\n")); end != len(test.head) {
			t.Errorf("%s: ends at %d of %d", test.name, end, len(test.head))
		}
		if got, final := cleanHead([]byte(test.head)); string(got) != test.want || !final {
			t.Errorf("%s: %q, final %v\nwant %q", test.name, got, final, test.want)
		}
	}
	for status, want := range map[string]bool{"100 Continue": false, "103 Early Hints": false, "101 Switching Protocols": true, "401 Unauthorized": true} {
		if _, final := cleanHead([]byte("HTTP/1.1 " + status + "\r\n\r\n")); final != want {
			t.Errorf("%s is final: %v", status, final)
		}
	}
}

// played is a connection to a server that has its part ready.
type played struct {
	net.Conn
	io.Reader
	sent bytes.Buffer
}

func (p *played) Read(b []byte) (int, error)  { return p.Reader.Read(b) }
func (p *played) Write(b []byte) (int, error) { return p.sent.Write(b) }

const get = "GET / HTTP/1.1\r\n\r\n"

// Only answers are cleaned, each once, however they arrive; bodies never are.
func TestConnCleansEachAnswer(t *testing.T) {
	body := "HTTP/1.0 200\n: is no header here\n\n"
	answer := "HTTP/1.1 100 Continue\r\nhello\r\n\r\nHTTP/1.0 200 OK\nhello\nA: b\n\n" + body
	want := "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 OK\r\nA: b\r\n\r\n" + body
	for name, reader := range map[string]func(string) io.Reader{
		"at once":      func(s string) io.Reader { return strings.NewReader(s) },
		"byte by byte": func(s string) io.Reader { return iotest.OneByteReader(strings.NewReader(s)) },
		"with its end": func(s string) io.Reader { return iotest.DataErrReader(strings.NewReader(s)) },
	} {
		p := &played{}
		c := &conn{Conn: p}
		for range 2 {
			io.WriteString(c, get)
			p.Reader = reader(answer)
			if got, err := io.ReadAll(c); err != nil || string(got) != want {
				t.Errorf("%s: %q, %v", name, got, err)
			}
		}
		if p.sent.String() != get+get {
			t.Errorf("%s: sent %q", name, p.sent.String())
		}
		p.Reader = reader(answer)
		if got, _ := io.ReadAll(c); string(got) != answer {
			t.Errorf("%s, not asked for: %q", name, got)
		}
		io.WriteString(c, get)
		p.Reader = reader("HTTP/1.0 200 OK\nhello\n")
		if got, _ := io.ReadAll(c); string(got) != "HTTP/1.0 200 OK\nhello\n" {
			t.Errorf("%s, without an end: %q", name, got)
		}
	}
}

// A header that never ends is given up, and goes to net/http, which refuses it.
func TestConnHoldsNoEndlessHeader(t *testing.T) {
	c := &conn{Conn: &played{Reader: endlessText{}}}
	io.WriteString(c, get)
	if n, err := io.CopyN(io.Discard, c, 4*maxHead); err != nil || cap(c.head)+cap(c.ready) > 8*maxHead {
		t.Errorf("%d bytes, %v, with %d and %d held", n, err, cap(c.head), cap(c.ready))
	}
}

// FuzzHead checks that net/http never refuses what was cleaned, if it is HTTP.
func FuzzHead(f *testing.F) {
	for _, seed := range []string{
		"HTTP/1.1 200 OK\r\nTue, 12 Jun 2012 01:56:34 GMT\r\nContent-Length: 3\r\n\r\nabc",
		"HTTP/1.0 200 OK\nTransfer-Encoding: chunked\n a\n\n3\nabc\n0\n\n", "ICY 200\r\n\r\n", "HTTP/1.1 100 \n\nHTTP/1.1 204 \n\n", "\r\nhttp/1",
	} {
		f.Add([]byte(seed), 3)
	}
	f.Fuzz(func(t *testing.T, sent []byte, size int) {
		c := &conn{Conn: &played{Reader: pieces{bytes.NewReader(sent), 1 + max(size, -size)&0xFF}}}
		io.WriteString(c, get)
		got, err := io.ReadAll(c)
		if err != nil || len(got) > 3*len(sent)+200 {
			t.Fatalf("%d bytes became %d, %v", len(sent), len(got), err)
		}
		end := headEnd(sent)
		if end == 0 {
			return
		}
		_, body, found := bytes.Cut(got, []byte("\r\n\r\n"))
		if clean, final := cleanHead(sent[:end]); !bytes.HasPrefix(got, clean) || final && !bytes.HasSuffix(got, sent[end:]) {
			t.Fatalf("%q became %q", sent, got)
		} else if !final || !found || !bytes.HasPrefix(clean, []byte("HTTP/1")) {
			return
		}
		answer, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(got)), nil)
		if err != nil {
			if strings.Contains(err.Error(), "malformed HTTP status code") {
				return
			}
			t.Fatalf("%q: %v", got, err)
		}
		if n, _ := io.Copy(io.Discard, answer.Body); n > int64(len(body)) {
			t.Fatalf("%d bytes of a body of %d", n, len(body))
		}
	})
}
