package network_test

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"fanlight/assets"
	"fanlight/drivers/drivertest"
)

func TestAnswersThatAreNoPictures(t *testing.T) {
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	secure := httptest.NewUnstartedServer(mux)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0) // refusing its certificate is the test
	secure.StartTLS()
	defer secure.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	answer := func(path, contentType, body string, code int) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(code)
			io.WriteString(w, body)
		})
	}
	answer("/page", "text/html; charset=utf-8", "<html>", 200)
	answer("/full", "text/plain", "The limit of 100 viewers is reached.\r\nmore", 503)
	answer("/odd", "text/plain", "\x1b[31mred\x00\xff\n", 500)
	answer("/locked", "text/plain", "", 401)
	answer("/film", "video/mp4", "\x00\x00\x00\x20ftyp", 200)
	answer("/text", "text/plain", "hello", 200)
	answer("/data", "application/octet-stream", "hello", 200)
	answer("/none", "multipart/x-mixed-replace; boundary=frame", "", 200)
	answer("/huge", "multipart/x-mixed-replace; boundary=frame", "--frame\r\nContent-Length: 99999999\r\n\r\n\xFF\xD8", 200)
	mux.HandleFunc("/round", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/round", http.StatusFound) })

	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody.Close()

	for _, test := range []struct{ address, want string }{
		{"http://" + host + "/page", host + "/page is a page, not a stream: look for the camera's MJPEG address, often /video, /stream, /mjpg/video.mjpg or /?action=stream"},
		{"http://" + host + "/full", host + " cannot serve another viewer now (503): close one elsewhere, or wait; it is asked again; it says: The limit of 100 viewers is reached."},
		{"http://" + host + "/odd", "500 Internal Server Error instead of pictures: check the address, or restart the camera; it says: [31mred"},
		{"http://" + host + "/missing", host + " has nothing at /missing (404): check the path in the address; it says: 404 page not found"},
		{"http://" + host + "/locked", host + " asks for a password: choose it again from the streams on the network, or write it into the address, as in http://USER:PASSWORD@" + host + "/locked"},
		{"http://admin:sesame@" + host + "/locked", host + " does not accept the user and the password in the address: check both"},
		{"http://:sesame@" + host + "/locked", "that is not the passcode of " + host + ": choose it again, and enter the right one"},
		{"http://" + host + "/film", host + "/film sends video/mp4, not an MJPEG stream or a JPEG picture"},
		{"http://" + host + "/text", host + "/text sends text/plain, not"},
		{"http://" + host + "/data", host + "/data sends application/octet-stream, not"},
		{"http://" + host + "/none", host + " has ended the stream"},
		{"http://" + host + "/huge", host + " sends a picture of more than 16 MiB"},
		{"http://" + host + "/round", "points from one address to the next without an end"},
		{"https://" + host + "/page", host + " speaks no HTTPS there: write http:// instead"},
		{secure.URL + "/page", "shows a certificate that this computer does not trust (x509: "},
		{"http://admin:sesame@" + nobody.Addr().String() + "/?pwd=sesame", nobody.Addr().String() + " refuses the connection: start the camera"},
		{"http://camera.invalid/", `"camera.invalid"`},
	} {
		if got := drivertest.Failure(t, test.address); !strings.Contains(got, test.want) || strings.Contains(got, "sesame") || strings.ContainsAny(got, "\x00\x1b") {
			t.Errorf("%s: %q\nwant it to say %q", test.address, got, test.want)
		}
	}
}

func TestTakesAFanlightsPage(t *testing.T) {
	camera := newWebCamera(t)
	for _, prefix := range []string{"", "/cam"} {
		mux := http.NewServeMux()
		mux.HandleFunc(prefix+"/{$}", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
		})
		mux.HandleFunc(prefix+"/api/status", func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, `{"name":"Nest on roof","version":"0.1.0","camera":{"id":"v4l2:x","name":"Nest"},"state":"off"}`)
		})
		mux.HandleFunc(prefix+"/stream.mjpg", camera.video)
		server := httptest.NewServer(mux)
		defer server.Close()
		if got := first(t, server.URL+prefix+"/"); !bytes.Equal(got.JPEG, assets.Emulated()[0]) {
			t.Errorf("%d bytes are not the picture that was sent", len(got.JPEG))
		}
	}
}

func TestFormats(t *testing.T) {
	picture := string(assets.Emulated()[2])
	part := func() string {
		return fmt.Sprintf("Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n--boundarydonotcross\r\n", len(picture), picture)
	}
	for _, test := range []struct {
		name, header string
		again        func() string
	}{
		{"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=boundarydonotcross\r\n\r\n--boundarydonotcross\r\n", part},
		{"no type", "HTTP/1.1 200 OK\r\n\r\n--boundarydonotcross\r\n", part},
		{"a type that says nothing", "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--boundarydonotcross\r\n", part},
		{"a line without a name", "HTTP/1.1 200 OK\r\nTue, 12 Jun 2012 01:56:34 GMT\r\nContent-Type: multipart/x-mixed-replace;boundary=boundarydonotcross\r\n\r\n--boundarydonotcross\r\n", part},
		{"identity", "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Type: multipart/x-mixed-replace;boundary=boundarydonotcross\r\n\r\n--boundarydonotcross\r\n", part},
		{"chunks in HTTP/1.0", "HTTP/1.0 200\r\nTransfer-Encoding: chunked\r\nContent-Type: multipart/x-mixed-replace;boundary=boundarydonotcross\r\n\r\n", func() string {
			return fmt.Sprintf("%x\r\n%s\r\n", len(part()), part())
		}},
		{"SHOUTcast", "ICY 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=boundarydonotcross\r\n\r\n--boundarydonotcross\r\n", part},
		{"bare pictures", "HTTP/1.1 200 OK\r\nContent-Type: video/x-motion-jpeg\r\n\r\n", func() string { return picture }},
		{"line feeds", "HTTP/1.0 200 OK\nContent-Type: multipart/x-mixed-replace; boundary=--frame\n\n", func() string { return "--frame\nContent-Type: image/jpeg\n\n" + picture + "\n" }},
	} {
		if got := first(t, raw(t, test.header, test.again)+"/"); string(got.JPEG) != picture || !got.Taken.IsZero() {
			t.Errorf("%s: a picture of %d bytes taken at %v", test.name, len(got.JPEG), got.Taken)
		}
	}
}

func TestKeepsTheTimestamp(t *testing.T) {
	taken := time.Now().Add(-3 * time.Second).Truncate(time.Microsecond)
	stamp := fmt.Sprintf("X-Timestamp: %d.%06d\r\n", taken.Unix(), taken.Nanosecond()/1000)
	picture := string(assets.Emulated()[0])
	for name, answer := range map[string]string{
		"a part":    "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=a\r\n\r\n--a\r\n" + stamp + "\r\n" + picture + "\r\n--a\r\n",
		"a picture": fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n%s\r\n%s", len(picture), stamp, picture),
		"no length": "HTTP/1.0 200 OK\r\n" + stamp + "\r\n" + picture,
	} {
		got := first(t, raw(t, answer, nil)+"/").Taken
		if diff := got.Sub(taken).Abs(); diff > time.Microsecond {
			t.Errorf("%s: taken at %v, sent %v", name, got, taken)
		}
	}
}

// What a picture came through is passed on, unless it is no list of marks.
func TestKeepsTheMarks(t *testing.T) {
	picture := string(assets.Emulated()[0])
	for value, want := range map[string]string{
		"A1 b2":                        "A1 b2",
		"  A1   b2 ":                   "A1 b2",
		"A1, b2":                       "",
		"A1 \x01":                      "",
		"Ä":                            "",
		strings.Repeat("A ", 10_000/4): "",
	} {
		header := "X-Through: " + value + "\r\n"
		for name, answer := range map[string]string{
			"a part":    "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=a\r\n\r\n--a\r\n" + header + "\r\n" + picture + "\r\n--a\r\n",
			"a picture": fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n%s\r\n%s", len(picture), header, picture),
			"no length": "HTTP/1.0 200 OK\r\n" + header + "\r\n" + picture,
		} {
			if got := first(t, raw(t, answer, nil)+"/").Through; got != want {
				t.Errorf("%s with %.20q: came through %q", name, value, got)
			}
		}
	}
}
