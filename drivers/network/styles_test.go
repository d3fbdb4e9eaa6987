package network

import (
	"fmt"
	"strings"
)

// style is how a server divides its stream into pictures.
type style struct {
	name, contentType string
	first             string // in front of the first part
	header            string // in front of each picture; %d is its length
	behind            string // behind each picture
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
