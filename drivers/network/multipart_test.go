package network

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// numbered returns small pictures that differ.
func numbered(t testing.TB, n int) [][]byte {
	t.Helper()
	pictures := make([][]byte, n)
	for i := range pictures {
		picture := image.NewGray(image.Rect(0, 0, 16, 16))
		for p := range picture.Pix {
			picture.Pix[p] = color.Gray{Y: uint8(p * (i + 3))}.Y
		}
		var buffer bytes.Buffer
		if err := jpeg.Encode(&buffer, picture, nil); err != nil {
			t.Fatal(err)
		}
		pictures[i] = buffer.Bytes()
	}
	return pictures
}

// style is how a server divides its stream into pictures.
type style struct {
	name, contentType string
	first             string // in front of the first part
	header            string // in front of each picture; %d is its length
	behind            string // behind each picture
}

// styles are those of real servers, byte for byte. A header shows where a length
// is sent.
var styles = []style{
	{"mjpg-streamer", // plugins/output_http/httpd.c, send_stream; the time is the kernel's uptime
		"multipart/x-mixed-replace;boundary=boundarydonotcross", "--boundarydonotcross\r\n",
		"Content-Type: image/jpeg\r\nContent-Length: %d\r\nX-Timestamp: 2122192.753042\r\n\r\n", "\r\n--boundarydonotcross\r\n"},
	{"uStreamer", // pikvm/ustreamer, src/ustreamer/http/server.c
		"multipart/x-mixed-replace;boundary=boundarydonotcross", "--boundarydonotcross\r\n",
		"Content-Type: image/jpeg\r\nContent-Length: %d\r\nX-Timestamp: 1700000000.000000\r\nX-UStreamer-Online: true\r\nX-UStreamer-Width: 16\r\n\r\n", "\r\n--boundarydonotcross\r\n"},
	{"uStreamer with advance headers", // the same file: the next header comes right behind the picture, without a length
		"multipart/x-mixed-replace;boundary=boundarydonotcross", "--boundarydonotcross\r\nContent-Type: image/jpeg\r\nX-Timestamp: 1700000000.000000\r\n\r\n",
		"", "\r\n--boundarydonotcross\r\nContent-Type: image/jpeg\r\nX-Timestamp: 1700000000.000000\r\n\r\n"},
	{"IP Webcam", // the Android app; as its streams are rewritten in public programs
		"multipart/x-mixed-replace;boundary=Ba4oTvQMY8ew04N8dcnM", "",
		"\r\n--Ba4oTvQMY8ew04N8dcnM\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n", ""},
	{"ESP32-CAM", // espressif/arduino-esp32, CameraWebServer/app_httpd.cpp
		"multipart/x-mixed-replace;boundary=123456789000000000000987654321", "",
		"\r\n--123456789000000000000987654321\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\nX-Timestamp: 12.345678\r\n\r\n", ""},
	{"Axis", // VAPIX HTTP API version 2, 5.2.7 MJPG video response
		"multipart/x-mixed-replace;boundary=myboundary", "--myboundary\r\n",
		"Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n", "\r\n--myboundary\r\n"},
	{"Axis without a length", // the same: the length is optional
		"multipart/x-mixed-replace;boundary=myboundary", "--myboundary\r\n",
		"Content-Type: image/jpeg\r\n\r\n", "\r\n--myboundary\r\n"},
	{"Panasonic HE40", // janakj/py-mjpeg, pull request 2: the dashes are declared
		"multipart/x-mixed-replace; boundary=--myboundary", "--myboundary\r\n",
		"Content-length: %d\r\nContent-type: image/jpeg\r\n\r\n", "\r\n--myboundary\r\n"},
	{"Peepers", // foxdog-studios/peepers, MJpegHttpStreamer.java: dashes at both ends
		"multipart/x-mixed-replace; boundary=--gc0p4Jq0M2Yt08jU534c0p--", "\r\n--gc0p4Jq0M2Yt08jU534c0p--\r\n",
		"Content-type: image/jpeg\r\nContent-Length: %d\r\nX-Timestamp:1700000000\r\n\r\n", "\r\n--gc0p4Jq0M2Yt08jU534c0p--\r\n"},
	{"hybridgroup/mjpeg", // stream.go: the whole buffer is sent, twice as large as the picture
		"multipart/x-mixed-replace;boundary=MJPEGBOUNDARY", "",
		"\r\n--MJPEGBOUNDARY\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\nX-Timestamp: 0.0\r\n\r\n", strings.Repeat("\x00", 1000)},
	{"Motion", // Motion-Project/motion, src/webu_stream.c
		"multipart/x-mixed-replace; boundary=BoundaryString", "",
		"--BoundaryString\r\nContent-type: image/jpeg\r\nContent-Length: %9d\r\n\r\n", "\r\n"},
	{"Motion 4.0", // motioneye issue 733: the dashes are declared
		"multipart/x-mixed-replace; boundary=--BoundaryString", "",
		"--BoundaryString\r\nContent-type: image/jpeg\r\nContent-Length: %9d\r\n\r\n", "\r\n"},
	{"Tasmota", // arendst/Tasmota issue 12376: no boundary in front of the first part
		"multipart/x-mixed-replace;boundary=e8b8c539-047d-4777-a985-fbba6edff11e", "",
		"Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n", "\r\n--e8b8c539-047d-4777-a985-fbba6edff11e\r\n"},
	{"Flask Video Streaming Revisited", // miguelgrinberg/flask-video-streaming, app.py
		"multipart/x-mixed-replace; boundary=frame", "",
		"--frame\r\nContent-Type: image/jpeg\r\n\r\n", "\r\n"},
	{"ffmpeg", // ffmpeg -f mpjpeg -listen 1, recorded
		"application/octet-stream", "--ffmpeg\r\n",
		"Content-type: image/jpeg\r\nContent-length: %d\r\n\r\n", "\r\n--ffmpeg\r\n"},
	{"Fanlight", // streaming/multipart.go
		"multipart/x-mixed-replace; boundary=fanlight", "--fanlight\r\n",
		"Content-Type: image/jpeg\r\nContent-Length: %d\r\nX-Timestamp: 1700000000.000000\r\n\r\n", "\r\n--fanlight\r\n"},

	// Faults, one each.
	{"quoted boundary", `multipart/x-mixed-replace; boundary="frame"`, "--frame\r\n", "Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n", "\r\n--frame\r\n"},
	{"spaces", `Multipart/X-Mixed-Replace ; charset=x; Boundary = frame `, "\r\n\r\n  \r\n--frame  \r\n", "content-TYPE :image/jpeg\r\nCONTENT-LENGTH :  %d \r\n \r\n", "\r\n--frame \t\r\n"},
	{"line feeds only", "multipart/x-mixed-replace; boundary=frame", "--frame\n", "Content-Type: image/jpeg\nContent-Length: %d\n\n", "\n--frame\n"},
	{"line feeds only, no length", "multipart/x-mixed-replace; boundary=frame", "--frame\n", "Content-Type: image/jpeg\n\n", "\n--frame\n"},
	{"no boundary declared", "multipart/x-mixed-replace", "--frame\r\n", "Content-Type: image/jpeg\r\n\r\n", "\r\n--frame\r\n"},
	{"no boundary declared nor in front", "multipart/x-mixed-replace", "", "Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n", "\r\n--frame\r\n"},
	{"another boundary declared", "multipart/x-mixed-replace; boundary=other", "--frame\r\n", "Content-Type: image/jpeg\r\n\r\n", "\r\n--frame\r\n"},
	{"boundary without dashes", "multipart/x-mixed-replace; boundary=frame", "frame\r\n", "Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n", "\r\nframe\r\n"},
	{"boundary without a line end in front", "multipart/x-mixed-replace; boundary=frame", "--frame\r\n", "Content-Type: image/jpeg\r\n\r\n", "--frame\r\n"},
	{"preamble", "multipart/x-mixed-replace; boundary=frame", "This is a camera.\r\n--framework\r\n--frame\r\n", "Content-Type: image/jpeg\r\n\r\n", "\r\n--frame\r\n"},
	{"an empty line too many", "multipart/x-mixed-replace; boundary=frame", "--frame\r\n", "\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n\r\n", "\r\n--frame\r\n"},
	{"no header", "multipart/x-mixed-replace; boundary=frame", "--frame\r\n", "\r\n", "\r\n--frame\r\n"},
	{"no empty line behind the header", "multipart/x-mixed-replace; boundary=frame", "--frame\r\n", "Content-Type: image/jpeg\r\n", "\r\n--frame\r\n"},
	{"length of zero", "multipart/x-mixed-replace; boundary=frame", "--frame\r\n", "Content-Length: 0\r\n\r\n", "\r\n--frame\r\n"},
	{"length that is no number", "multipart/x-mixed-replace; boundary=frame", "--frame\r\n", "Content-Length: many\r\n\r\n", "\r\n--frame\r\n"},
	{"length too short", "multipart/x-mixed-replace; boundary=frame", "--frame\r\n", "Content-Length: 100\r\n\r\n", "\r\n--frame\r\n"},
	{"length too long", "multipart/x-mixed-replace; boundary=frame", "--frame\r\n", "Content-Length: 1000\r\n\r\n", "\r\n--frame\r\n"},
	{"another part in between", "multipart/x-mixed-replace; boundary=frame", "--frame\r\n",
		"Content-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello\r\n--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n", "\r\n--frame\r\n"},
	{"an empty part in between", "multipart/x-mixed-replace; boundary=frame", "--frame\r\n", "--frame\r\nContent-Length: %d\r\n\r\n", "\r\n--frame\r\n"},
}

// stream writes pictures in the style.
func (s style) stream(pictures [][]byte) []byte {
	body := []byte(s.first)
	for _, picture := range pictures {
		body = append(body, s.headerOf(picture)...)
		body = append(body, picture...)
		body = append(body, s.behind...)
	}
	return body
}

func (s style) headerOf(picture []byte) string {
	if strings.Contains(s.header, "%") {
		return fmt.Sprintf(s.header, len(picture))
	}
	return s.header
}

func TestMultipartStyles(t *testing.T) {
	pictures := numbered(t, 4)
	for _, s := range styles {
		body := s.stream(pictures)
		for how, reader := range map[string]io.Reader{
			"at once":            bytes.NewReader(body),
			"byte by byte":       iotest.OneByteReader(bytes.NewReader(body)),
			"with its end":       iotest.DataErrReader(bytes.NewReader(body)),
			"in pieces of seven": pieces{bytes.NewReader(body), 7},
		} {
			n := 0
			for picture, err := range newParts(reader, s.contentType).pictures() {
				switch {
				case err == io.EOF && n == len(pictures):
					n++
				case err != nil:
					t.Fatalf("%s, read %s: after %d pictures: %v", s.name, how, n, err)
				case n >= len(pictures) || !bytes.Equal(picture.JPEG, pictures[n]):
					t.Fatalf("%s, read %s: picture %d of %d bytes is not the one that was sent", s.name, how, n, len(picture.JPEG))
				default:
					n++
				}
			}
			if n != len(pictures)+1 {
				t.Errorf("%s, read %s: %d pictures and their end", s.name, how, n)
			}
		}
	}
}

// pieces is a reader of pieces of a size.
type pieces struct {
	io.Reader
	size int
}

func (p pieces) Read(b []byte) (int, error) { return p.Reader.Read(b[:min(len(b), p.size)]) }

// A picture must not wait for what the server sends only with the next one.
func TestMultipartPictureComesAtOnce(t *testing.T) {
	asleep := errors.New("the server sends no more for now")
	pictures := numbered(t, 2)
	for _, s := range styles {
		if s.name == "length too long" {
			continue // whoever believes nothing else must wait
		}
		body := []byte(s.first + s.headerOf(pictures[0]))
		body = append(body, pictures[0]...)
		got := 0
		for picture, err := range newParts(io.MultiReader(bytes.NewReader(body), iotest.ErrReader(asleep)), s.contentType).pictures() {
			if err == nil && bytes.Equal(picture.JPEG, pictures[0]) {
				got++
			} else if !errors.Is(err, asleep) {
				t.Errorf("%s: %v", s.name, err)
			}
		}
		if got != 1 {
			t.Errorf("%s: %d pictures before the server went on", s.name, got)
		}
	}
}

// A thumbnail's end is not the picture's.
func TestMultipartThumbnail(t *testing.T) {
	picture := numbered(t, 1)[0]
	segment := append([]byte{0xFF, 0xE1, byte((len(picture) + 2) >> 8), byte(len(picture) + 2)}, picture...)
	outer := append(append(append([]byte{}, picture[:2]...), segment...), picture[2:]...)
	head := "--frame\r\nContent-Type: image/jpeg\r\n\r\n"
	// The first read ends right behind the thumbnail.
	body := io.MultiReader(strings.NewReader(head), bytes.NewReader(outer[:2+len(segment)]), bytes.NewReader(outer[2+len(segment):]), strings.NewReader("\r\n--frame--\r\n"))
	n := 0
	for got, err := range newParts(body, "multipart/x-mixed-replace; boundary=frame").pictures() {
		if err == nil && !bytes.Equal(got.JPEG, outer) {
			t.Errorf("got %d bytes, sent %d", len(got.JPEG), len(outer))
		} else if err == nil {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d pictures", n)
	}
}

func TestMultipartEnds(t *testing.T) {
	picture := numbered(t, 1)[0]
	head := "--frame\r\nContent-Type: image/jpeg\r\n\r\n"
	endless := io.MultiReader(strings.NewReader(head), bytes.NewReader(picture[:200]), zeros{})
	for _, test := range []struct {
		name     string
		body     io.Reader
		pictures int
		want     error
	}{
		{"empty", strings.NewReader(""), 0, io.EOF},
		{"last boundary", strings.NewReader(head + string(picture) + "\r\n--frame--\r\n" + head), 1, io.EOF},
		{"cut in a header", strings.NewReader("--frame\r\nContent-Type"), 0, io.EOF},
		{"cut in a picture", strings.NewReader(head + string(picture[:200])), 0, io.EOF},
		{"a picture without an end", endless, 0, errPartTooLarge},
		{"a length too large", strings.NewReader("--frame\r\nContent-Length: 16777217\r\n\r\n" + string(picture)), 0, errPartTooLarge},
		{"no boundary in it", io.MultiReader(strings.NewReader("hello\r\n"), zeros{}), 0, errNoBoundary},
		{"a header without an end", io.MultiReader(strings.NewReader("--frame\r\n"), endlessText{}), 0, errNoBoundary},
		{"dashes only", strings.NewReader("--\r\n\r\n--\r\n"), 0, errNoBoundary},
	} {
		n, failures := 0, []error{}
		for _, err := range newParts(test.body, "multipart/x-mixed-replace; boundary=frame").pictures() {
			if err != nil {
				failures = append(failures, err)
			} else {
				n++
			}
		}
		if n != test.pictures || len(failures) != 1 || !errors.Is(failures[0], test.want) {
			t.Errorf("%s: %d pictures and %v; want %d and %v", test.name, n, failures, test.pictures, test.want)
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

type endlessText struct{}

func (endlessText) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
		if i%60 == 59 {
			p[i] = '\n'
		}
	}
	return len(p), nil
}

func TestMultipartBufferIsReused(t *testing.T) {
	pictures := numbered(t, 2)
	s := styles[0]
	body := s.stream(append(pictures, pictures...))
	reader := newParts(bytes.NewReader(append(body, bytes.Repeat(s.stream(pictures)[len(s.first):], 2000)...)), s.contentType)
	n := 0
	for _, err := range reader.pictures() {
		if err == nil {
			n++
		}
	}
	if n != 4004 || len(reader.buf) > 256<<10 {
		t.Errorf("%d pictures, with a buffer of %d bytes", n, len(reader.buf))
	}
}

func TestTakenAt(t *testing.T) {
	now := time.Unix(1_700_000_000, 500_000_000)
	for stamp, want := range map[string]time.Time{
		"1700000000.250000":  time.Unix(1_700_000_000, 250_000_000),
		"1700000000.500001":  now, // a little ahead
		"1700000001.400000":  now,
		"1700000002.000000":  {}, // too far ahead
		"1699996500.000000":  time.Unix(1_699_996_500, 0),
		"1699996000.000000":  {}, // more than an hour ago
		"2122192.753042":     {}, // mjpg-streamer: the uptime
		"0.0":                {}, // hybridgroup/mjpeg
		"":                   {},
		"yesterday":          {},
		"NaN":                {},
		"-Inf":               {},
		"1e300":              {},
		"1700000000":         time.Unix(1_700_000_000, 0),
		"1700000000.2500001": time.Unix(1_700_000_000, 250_000_000),
	} {
		if got := takenAt(stamp, now); !got.Equal(want) {
			t.Errorf("%q: %v, want %v", stamp, got, want)
		}
	}
}

func FuzzMultipart(f *testing.F) {
	pictures := numbered(f, 2)
	for _, s := range styles {
		f.Add(s.contentType, s.stream(pictures), 7)
	}
	f.Add("multipart/x-mixed-replace; boundary=-", []byte("--\n-\n\n\xFF\xD8"), 1)
	f.Fuzz(func(t *testing.T, contentType string, body []byte, size int) {
		ended := 0
		for picture, err := range newParts(pieces{bytes.NewReader(body), 1 + max(size, -size)&0xFF}, contentType).pictures() {
			if ended > 0 {
				t.Fatal("it goes on after its end")
			}
			if err != nil {
				ended++
			} else if !bytes.HasPrefix(picture.JPEG, soi) || !bytes.Contains(body, picture.JPEG) {
				t.Fatalf("%q was not sent", picture.JPEG)
			}
		}
		if ended != 1 {
			t.Fatal("no end")
		}
	})
}
