package rtsp

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/bluenviron/gortsplib/v5"
	"github.com/bluenviron/gortsplib/v5/pkg/base"
	"github.com/bluenviron/gortsplib/v5/pkg/description"
	"github.com/bluenviron/gortsplib/v5/pkg/format"
	"github.com/pion/rtp"
)

// dial opens a connection, which is closed when the test ends.
func (h *house) dial(t *testing.T) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", h.host)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	return conn
}

// stuck plays, and reads nothing of the pictures.
func (h *house) stuck(t *testing.T) {
	t.Helper()
	conn := h.dial(t)
	conn.(*net.TCPConn).SetReadBuffer(4 << 10)
	answers := bufio.NewReader(conn)
	session := ""
	for n, request := range []string{
		"SETUP " + h.url("") + "trackID=0 RTSP/1.0\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n",
		"PLAY " + h.url("") + " RTSP/1.0\r\n",
	} {
		fmt.Fprintf(conn, "%sCSeq: %d\r\n%s\r\n", request, n+1, session)
		for {
			line, err := answers.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(line, "RTSP/") && !strings.Contains(line, "200") {
				t.Fatal(line)
			}
			if name, value, _ := strings.Cut(line, ":"); name == "Session" {
				id, _, _ := strings.Cut(value, ";")
				session = "Session: " + strings.TrimSpace(id) + "\r\n"
			}
			if line == "\r\n" {
				break
			}
		}
	}
}

// player plays by gortsplib's client.
type player struct {
	*gortsplib.Client
	pictures chan int // their bytes
	lost     chan uint64
}

func (h *house) play(t *testing.T) *player {
	t.Helper()
	p := &player{pictures: make(chan int, 1000), lost: make(chan uint64, 1000)}
	u, err := base.ParseURL(h.url(""))
	if err != nil {
		t.Fatal(err)
	}
	tcp := gortsplib.ProtocolTCP
	p.Client = &gortsplib.Client{Scheme: u.Scheme, Host: u.Host, Protocol: &tcp, OnPacketsLost: func(n uint64) { p.lost <- n }}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	desc, _, err := p.Describe(u)
	if err != nil {
		t.Fatal(err)
	}
	var mjpeg *format.MJPEG
	media := desc.FindFormat(&mjpeg)
	if err := p.SetupAll(desc.BaseURL, []*description.Media{media}); err != nil {
		t.Fatal(err)
	}
	decoder, err := mjpeg.CreateDecoder()
	if err != nil {
		t.Fatal(err)
	}
	p.OnPacketRTP(media, mjpeg, func(packet *rtp.Packet) {
		if picture, err := decoder.Decode(packet); err == nil {
			p.pictures <- len(picture)
		}
	})
	if _, err := p.Play(nil); err != nil {
		t.Fatal(err)
	}
	return p
}

// waits for a number of pictures.
func (p *player) get(t *testing.T, n int) {
	t.Helper()
	for deadline := time.After(patience); n > 0; n-- {
		select {
		case <-p.pictures:
		case <-deadline:
			t.Fatalf("%d pictures are missing", n)
		}
	}
}

func TestStuckReaderDelaysNobody(t *testing.T) {
	h := serve(t, encoded(t, painted(1280, 720)))
	h.camera.FPS = 100
	h.stuck(t)
	good := h.play(t)
	eventually(t, "both", func() bool { return h.door.here() == 2 })
	good.get(t, 300) // 30 MB, more than any buffer holds
	for len(good.lost) > 0 {
		t.Errorf("%d packets were lost", <-good.lost)
	}
	h.door.change(func(d *door) {
		for v := range d.viewers {
			// What waits for it is not more than a picture behind the one that it reads.
			if v.agent == "" && v.sent > 3 {
				t.Errorf("the stuck one was sent %d pictures", v.sent)
			}
		}
	})
}

func TestPicturesMayChangeTheirSize(t *testing.T) {
	h := serve(t, encoded(t, painted(640, 480)))
	out := make(chan string)
	go func() {
		_, told, err := run(t, "ffmpeg", "-v", "error", "-rtsp_transport", "tcp", "-i", h.url(""), "-frames:v", "60", "-vf", "scale=320:240", "-fps_mode", "passthrough", "-enc_time_base", "1/90000", "-f", "null", "-")
		out <- fmt.Sprint(err, told)
	}()
	eventually(t, "ffmpeg", func() bool { return h.door.here() == 1 })
	larger := encoded(t, painted(1280, 720))
	time.Sleep(time.Second / 2) // ffmpeg looks at the first pictures only
	h.camera.Picture.Store(&larger)
	if told := <-out; told != "<nil>" {
		t.Error(told)
	}
}

func TestOwnerDisconnects(t *testing.T) {
	h := serve(t, encoded(t, painted(64, 48)))
	p := h.play(t)
	p.get(t, 1)
	h.door.change(func(d *door) {
		d.keptOut = true
		for v := range d.viewers {
			v.leave()
		}
	})
	if err := p.Wait(); err == nil {
		t.Error("it was not disconnected")
	}
	if _, told, err := run(t, "ffmpeg", "-v", "error", "-rtsp_transport", "tcp", "-i", h.url(""), "-f", "null", "-"); err == nil || !strings.Contains(told, "403") {
		t.Errorf("%v, %s", err, told)
	}
	eventually(t, "the camera off", func() bool { return h.camera.Open.Load() == 0 && h.server.Readers() == 0 })
}

func TestNoRoom(t *testing.T) {
	h := serve(t, encoded(t, painted(64, 48)))
	h.door.most = 1
	h.play(t).get(t, 1)
	_, told, err := run(t, "ffmpeg", "-v", "error", "-rtsp_transport", "tcp", "-i", h.url(""), "-f", "null", "-")
	if err == nil || !strings.Contains(told, "503") {
		t.Errorf("%v, %s", err, told)
	}
	if n := h.server.Readers(); n != 1 {
		t.Errorf("%d readers", n)
	}
}

// The camera goes off while a reader pauses, and comes back.
func TestPause(t *testing.T) {
	h := serve(t, encoded(t, painted(64, 48)))
	p := h.play(t)
	for range 2 {
		p.get(t, 5)
		if _, err := p.Pause(); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the camera off", func() bool { return h.camera.Open.Load() == 0 && h.door.here() == 0 })
		if _, err := p.Play(nil); err != nil {
			t.Fatal(err)
		}
	}
	p.get(t, 40)
}

// Pages of any web site can open HTTP and WebSockets, in which gortsplib takes RTSP.
func TestNoHTTP(t *testing.T) {
	h := serve(t, encoded(t, painted(64, 48)))
	for _, request := range []string{
		"GET / HTTP/1.1\r\nHost: lamp\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: rtsp.onvif.org\r\n\r\n",
		"GET / HTTP/1.0\r\nAccept: application/x-rtsp-tunnelled\r\nX-Sessioncookie: a\r\n\r\n",
		"POST / HTTP/1.0\r\nContent-Type: application/x-rtsp-tunnelled\r\nX-Sessioncookie: a\r\n\r\n",
	} {
		for _, first := range []int{len(request), 1, 3} { // bytes that come at once
			conn := h.dial(t)
			io.WriteString(conn, request[:first])
			time.Sleep(10 * time.Millisecond)
			io.WriteString(conn, request[first:])
			if answer, _ := io.ReadAll(conn); len(answer) > 0 {
				t.Errorf("%q: %q", request, answer)
			}
		}
	}
}

func TestNoPublishing(t *testing.T) {
	h := serve(t, encoded(t, painted(64, 48)))
	c := gortsplib.Client{}
	if err := c.StartRecording(h.url(""), described(&format.MJPEG{}, false)); err == nil {
		c.Close()
		t.Error("somebody has published a stream")
	}
}

func TestMachineOf(t *testing.T) {
	for address, want := range map[string]string{
		"192.168.1.5:80":            "192.168.1.5/32",
		"[::ffff:192.168.1.5]:80":   "192.168.1.5/32",
		"[2001:db8:1:2:3:4:5:6]:80": "2001:db8:1:2::/64",
		"[fe80::1:2:3:4%lo]:80":     "fe80::/64",
	} {
		at := net.TCPAddrFromAddrPort(netip.MustParseAddrPort(address))
		if got := machineOf(at); got.String() != want {
			t.Errorf("%s is of %s, want %s", address, got, want)
		}
	}
	if got := machineOf(&net.UnixAddr{}); got.IsValid() {
		t.Errorf("a socket is of %s", got)
	}
}

// Who begins to play between two packets of a picture gets the next picture first.
func TestFirstPictureIsWhole(t *testing.T) {
	h := serve(t, encoded(t, painted(1280, 720)))
	h.camera.FPS = 500
	for range 20 {
		c := h.setUp(t)
		first := make(chan uint32, 1)
		c.OnPacketRTPAny(func(_ *description.Media, _ format.Format, packet *rtp.Packet) {
			select {
			case first <- binary.BigEndian.Uint32(packet.Payload) & 0xFFFFFF: // RFC 2435, section 3.1.2
			default:
			}
		})
		if _, err := c.Play(nil); err != nil {
			t.Fatal(err)
		}
		select {
		case offset := <-first:
			if offset != 0 {
				t.Errorf("the first packet is of byte %d", offset)
			}
		case <-time.After(patience):
			t.Fatal("waited in vain for a packet")
		}
		c.Close()
	}
}
