package rtsp

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// TestHostileClients sends what no client should, and then plays.
func TestHostileClients(t *testing.T) {
	h := serve(t, encoded(t, painted(64, 48)))
	url := h.url("")
	setUp := "SETUP " + url + "trackID=0 RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n"
	hostile := []string{
		"\r\n\r\n\r\n",
		"DESCRIBE\r\n\r\n",
		"DESCRIBE " + url + " RTSP/1.0\r\n\r\n",
		"DESCRIBE rtsp:// RTSP/1.0\r\nCSeq: 1\r\n\r\n",
		"DESCRIBE " + url + "../../etc/passwd RTSP/1.0\r\nCSeq: 1\r\n\r\n",
		"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 9999999999999\r\n\r\n",
		"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nContent-Length: -1\r\n\r\n",
		"SETUP " + url + "trackID=9 RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n",
		"SETUP " + url + "trackID=-1 RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP/TCP;unicast;interleaved=7-300\r\n\r\n",
		"SETUP " + url + "trackID=0 RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP;multicast\r\n\r\n",
		"SETUP " + url + "trackID=0 RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP/TCP;mode=record\r\n\r\n",
		setUp + setUp + setUp,
		setUp + "PLAY " + url + " RTSP/1.0\r\nCSeq: 2\r\nSession: another\r\n\r\n",
		setUp + "RECORD " + url + " RTSP/1.0\r\nCSeq: 2\r\n\r\n",
		setUp + "TEARDOWN " + url + " RTSP/1.0\r\nCSeq: 2\r\n\r\nPLAY " + url + " RTSP/1.0\r\nCSeq: 3\r\n\r\n",
		"PAUSE " + url + " RTSP/1.0\r\nCSeq: 1\r\n\r\n",
		"ANNOUNCE " + url + " RTSP/1.0\r\nCSeq: 1\r\nContent-Type: application/sdp\r\nContent-Length: 4\r\n\r\nv=0\n",
		"$\x00\xff\xff" + strings.Repeat("x", 70000),
		"DESCRIBE " + url + " RTSP/1.0\r\nCSeq: 1\r\nAuthorization: Digest " + strings.Repeat(`a="`, 1000) + "\r\n\r\n",
		strings.Repeat("A", 1<<20),
	}
	noise := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		text := []byte(setUp)
		for range 1 + noise.IntN(5) {
			text[noise.IntN(len(text))] = byte(noise.UintN(256))
		}
		hostile = append(hostile, string(text))
	}
	for _, text := range hostile {
		conn := h.dial(t)
		conn.SetDeadline(time.Now().Add(patience))
		io.WriteString(conn, text) // which may be cut off
		fmt.Fprintf(conn, "PLAY %s RTSP/1.0\r\nCSeq: 8\r\n\r\n", url)
		conn.Close()
	}
	eventually(t, "all to be gone", func() bool { return h.server.Readers() == 0 && h.door.here() == 0 })
	h.play(t).get(t, 5)
}
