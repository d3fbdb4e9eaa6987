package rtsp

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"fanlight/streaming/sound"
	"fanlight/streaming/sound/opus"

	"github.com/bluenviron/gortsplib/v5/pkg/base"
)

// mostSaid is how many bytes are said to a server in one connection at most: what it does about
// more of the same is TestHostileClients's.
const mostSaid = 32 << 10

// asked is a request to any server, with further headers.
func asked(method, path string, headers ...string) string {
	lines := append([]string{method + " rtsp://127.0.0.1:8554/" + path + " RTSP/1.0", "CSeq: 1"}, headers...)
	return strings.Join(lines, "\r\n") + "\r\n\r\n"
}

// inSession marks the place of the session's name, which the server gives.
const inSession = "Session: SESSION"

// conversation is what is said in a connection in which tracks, of the bits of which each is one,
// are set up already.
type conversation struct {
	tracks byte
	said   string
}

// valid is what players say, of whom one changes its mind. All of it is answered with 200.
func valid() (c conversation, requests int) {
	play, report := asked("PLAY", "", inSession, "Range: npt=0.000-"), "$\x01\x00\x08\x80\xc9\x00\x01\x00\x00\x00\x07" // of a receiver, by RTCP
	said := asked("OPTIONS", "") + asked("DESCRIBE", "", "Accept: application/sdp") + play + report + asked("GET_PARAMETER", "", inSession) +
		asked("PAUSE", "", inSession) + play + report + asked("TEARDOWN", "", inSession)
	return conversation{3, said}, strings.Count(said, "CSeq")
}

// conversations are what players say, and what no player should.
func conversations() []conversation {
	all, _ := valid()
	pictures := asked("SETUP", "trackID=0", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1")
	sound := asked("SETUP", "trackID=1", inSession, "Transport: RTP/AVP/TCP;unicast;interleaved=2-3")
	play, pause, teardown := asked("PLAY", "", inSession), asked("PAUSE", "", inSession), asked("TEARDOWN", "", inSession)
	packet, bye := "$\x00\x00\x0e\x80\x1a\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03ab", "$\x01\x00\x08\x81\xcb\x00\x01\x00\x00\x00\x07"
	digest := "Authorization: Digest " + `username="a", realm="Fanlight", nonce="b", uri="rtsp://127.0.0.1:8554/", response="c", algorithm="SHA-256", qop=auth, nc=00000001, cnonce="d"`
	return []conversation{
		all, {0, all.said}, {1, sound + all.said}, {0, ""}, {1, ""}, {1, play}, {2, play + play + packet + bye}, {3, play + pause + teardown + play},
		{1, play + "$\x01\x00\x00$\x09\x00\x01a" + bye[:9]}, {1, play + sound + asked("PLAY", "", "Session: another")}, {1, pictures + "$\x07\xff\xff"},
		{1, play + asked("SET_PARAMETER", "", inSession, "Content-Type: text/parameters", "Content-Length: 4") + "a: b" + asked("PLAY", "", inSession, "Scale: -1.0", "Range: clock=x")},
		{0, pictures}, {0, strings.Replace(pictures, "0-1", "254-255", 1)}, {0, strings.Replace(pictures, "TCP;unicast;interleaved=0-1", "UDP;unicast;client_port=8000-8001", 1)},
		{0, pictures[:40]}, {0, asked("DESCRIBE", "../none?a=b")}, {0, asked("DESCRIBE", "", digest)}, {0, asked("DESCRIBE", "", "Authorization: Basic YTpzZWNyZXQ=")},
		{1, asked("ANNOUNCE", "", inSession, "Content-Type: application/sdp", "Content-Length: 5") + "v=0\r\n" + asked("RECORD", "", inSession)},
		{0, "GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"}, {1, play + "RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n"},
	}
}

// setUp sets tracks up in a connection, and returns the name of the session; it is empty where
// the server does not take the client.
func setUp(t *testing.T, conn io.Writer, from *bufio.Reader, tracks byte) (session string) {
	t.Helper()
	for n := range 2 {
		if tracks>>n&1 == 0 {
			continue
		}
		headers := []string{fmt.Sprintf("Transport: RTP/AVP/TCP;unicast;interleaved=%d-%d", 2*n, 2*n+1)}
		if session != "" {
			headers = append(headers, "Session: "+session)
		}
		io.WriteString(conn, asked("SETUP", fmt.Sprintf("trackID=%d", n), headers...))
		var answer base.Response
		if err := answer.Unmarshal(from); err != nil {
			t.Fatalf("no answer: %v", err)
		}
		if name := answer.Header["Session"]; answer.StatusCode == base.StatusOK && len(name) == 1 {
			session, _, _ = strings.Cut(name[0], ";")
		}
	}
	return session
}

// say says something to a server, and then no more, as a client does that has crashed. It returns
// what the server said, which has to end the connection.
func (h *house) say(t *testing.T, tracks byte, said []byte) (answers []byte) {
	t.Helper()
	conn := h.dial(t)
	defer conn.Close()
	from := bufio.NewReader(conn)
	session := setUp(t, conn, from, tracks)
	go func() {
		conn.Write(bytes.ReplaceAll(said, []byte(inSession), []byte("Session: "+session))) // which may be cut off
		conn.(*net.TCPConn).CloseWrite()
	}()
	answers, err := io.ReadAll(from)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the server keeps a connection that its client has ended")
	}
	return answers
}

// What is fuzzed first is what players say: the server does all of it.
func TestValidConversation(t *testing.T) {
	h := serveWith(t, encoded(t, painted(64, 48)), (&whistle{}).listen(t))
	c, requests := valid()
	if answers := h.say(t, c.tracks, []byte(c.said)); bytes.Count(answers, []byte("RTSP/1.0 200 OK\r\n")) != requests {
		t.Errorf("%d requests were answered with %q", requests, answers)
	}
}

// checkOptions fails the test unless the server answers a new client.
func (h *house) checkOptions(t *testing.T) {
	t.Helper()
	conn := h.dial(t)
	defer conn.Close()
	io.WriteString(conn, asked("OPTIONS", ""))
	var answer base.Response
	if err := answer.Unmarshal(bufio.NewReader(conn)); err != nil {
		t.Fatalf("no answer: %v", err)
	}
	if answer.StatusCode != base.StatusOK || !slices.Equal(answer.Header["CSeq"], base.HeaderValue{"1"}) || !strings.Contains(strings.Join(answer.Header["Public"], ""), "DESCRIBE") {
		t.Errorf("answered with %v", answer)
	}
}

// FuzzServer says to a server, in one connection, whatever comes: it has to survive that, to have
// no reader left of it, and to answer others.
func FuzzServer(f *testing.F) {
	for _, c := range conversations() {
		f.Add(false, c.tracks, []byte(c.said))
		f.Add(true, c.tracks, []byte(c.said))
	}
	quiet, microphone := slog.New(slog.DiscardHandler), &whistle{}
	heard := sound.New(func() (sound.Encoder, error) { return opus.NewEncoder() }, 100*time.Millisecond, quiet)
	f.Cleanup(heard.Close)
	heard.Use(microphone.source())
	picture := encoded(f, painted(64, 48))
	open, locked := serveTelling(f, picture, heard, quiet), serveTelling(f, picture, heard, quiet)
	locked.door.change(func(d *door) { d.passcode = "secret" })
	f.Fuzz(func(t *testing.T, passcode bool, tracks byte, said []byte) {
		if len(said) > mostSaid {
			return
		}
		h := open
		if passcode {
			h = locked
		}
		h.say(t, tracks, said)
		h.checkOptions(t)
		eventually(t, "all to be gone", func() bool { return h.server.Readers() == 0 && h.door.here() == 0 })
	})
}
