package network_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fanlight/assets"
	"fanlight/drivers"
	"fanlight/drivers/drivertest"

	"go.uber.org/goleak"
)

// webCamera is a camera with an HTTP server.
type webCamera struct {
	*httptest.Server
	watching atomic.Int32 // viewers now

	mu      sync.Mutex
	powered context.Context
	off     context.CancelFunc
}

func newWebCamera(t *testing.T) *webCamera {
	t.Helper()
	c := &webCamera{}
	c.plug(t)
	mux := http.NewServeMux()
	mux.HandleFunc("/video", c.video)
	mux.HandleFunc("/still.jpg", c.still)
	c.Server = httptest.NewServer(mux)
	t.Cleanup(c.Close)
	t.Cleanup(c.off)
	return c
}

func (c *webCamera) plug(*testing.T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.powered, c.off = context.WithCancel(context.Background())
}

// unplug cuts all connections, and those to come.
func (c *webCamera) unplug(*testing.T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.off()
}

func (c *webCamera) power() context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.powered
}

func (c *webCamera) running(*testing.T) bool { return c.watching.Load() > 0 }

// video sends MJPEG as an ESP32-CAM does: in chunks, the boundary in front.
func (c *webCamera) video(w http.ResponseWriter, r *http.Request) {
	c.watching.Add(1)
	defer c.watching.Add(-1)
	power := c.power()
	w.Header().Set("Content-Type", "multipart/x-mixed-replace;boundary=123456789000000000000987654321")
	for n := 0; ; n++ {
		if power.Err() != nil {
			panic(http.ErrAbortHandler)
		}
		picture := assets.Emulated()[n%3]
		fmt.Fprint(w, "\r\n--123456789000000000000987654321\r\n")
		fmt.Fprintf(w, "Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n", len(picture))
		w.Write(picture)
		if http.NewResponseController(w).Flush() != nil {
			return
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-power.Done():
		case <-r.Context().Done():
			return
		}
	}
}

func (c *webCamera) still(w http.ResponseWriter, r *http.Request) {
	if c.power().Err() != nil {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "image/jpeg")
	w.Write(assets.Emulated()[1])
}

func TestNetworkStreamConforms(t *testing.T) {
	camera := newWebCamera(t)
	drivertest.Run(t, drivertest.Subject{
		Choice:  camera.URL + "/video",
		Unplug:  camera.unplug,
		Plug:    camera.plug,
		Running: camera.running,
	})
}

func TestNetworkSnapshotsConform(t *testing.T) {
	camera := newWebCamera(t)
	drivertest.Run(t, drivertest.Subject{
		Choice: camera.URL + "/still.jpg",
		Want:   drivers.Want{Mode: drivers.Mode{FPS: 50}},
		Unplug: camera.unplug,
		Plug:   camera.plug,
	})
}

func TestNetworkNamesHideSecrets(t *testing.T) {
	for _, test := range []struct{ choice, id, name string }{
		{"http://192.168.1.20:8080/video", "http://192.168.1.20:8080/video", "192.168.1.20:8080"},
		{"http://camera", "http://camera/", "camera"},
		{"https://camera/yard/live", "https://camera/yard/live", "camera/yard/live"},
		{"http://octopi/?action=stream", "http://octopi/?action=stream", "octopi"},
		{"http://admin:sesame@camera/video", "http://admin:…@camera/video", "camera"},
		{"http://admin:se%23s%40me@camera/video", "http://admin:…@camera/video", "camera"},
		{"http://camera/live.cgi?user=admin&pwd=sesame&fps=5", "http://camera/live.cgi?user=admin&pwd=…&fps=5", "camera/live.cgi"},
	} {
		camera := drivertest.Find(t, test.choice)
		if camera.ID != test.id || camera.Name != test.name {
			t.Errorf("%s is %q, %q; want %q, %q", test.choice, camera.ID, camera.Name, test.id, test.name)
		}
		if strings.Contains(test.choice, "pw") || strings.Contains(test.choice, "@") {
			if camera.Choice != test.choice {
				t.Errorf("%s is remembered as %q", test.choice, camera.Choice)
			}
		} else if camera.Choice != "" {
			t.Errorf("%s holds no secret, but is remembered as %q", test.choice, camera.Choice)
		}
		if again := drivertest.Find(t, camera.ID); again.ID != camera.ID {
			t.Errorf("the ID %q finds %q", camera.ID, again.ID)
		}
	}
	for _, choice := range []string{"http:", "http://", "http:camera", "http:///video", "http://admin:#sesame@camera/", "http://admin:80#sesame@camera/", "http://admin:x/sesame@camera/", "http://admin:sesame@cam era/", "https://camera:port/"} {
		camera, err := drivers.Find(t.Context(), choice)
		if err == nil {
			t.Errorf("%s found %q", choice, camera.ID)
		} else if strings.Contains(err.Error(), "sesame") {
			t.Errorf("%s: %v", choice, err)
		}
	}
}

func TestNetworkAnswersThatAreNoPictures(t *testing.T) {
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
	answer("/full", "text/plain", "All 100 places are taken.\r\nmore", 503)
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
		{"http://" + host + "/full", host + " cannot serve another viewer now (503): close one elsewhere, or wait; it is asked again; it says: All 100 places are taken."},
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

// first returns the first picture that a camera delivers.
func first(t *testing.T, choice string) drivers.Picture {
	t.Helper()
	for picture, err := range drivertest.Find(t, choice).Frames(t.Context(), drivers.Want{}) {
		if err != nil {
			t.Fatalf("%s: %v", choice, err)
		}
		picture.JPEG = bytes.Clone(picture.JPEG)
		return picture
	}
	t.Fatalf("%s: no picture", choice)
	return drivers.Picture{}
}

func TestNetworkPasswords(t *testing.T) {
	camera := newWebCamera(t)
	hash := func(algorithm, s string) string {
		if algorithm == "SHA-256" {
			return fmt.Sprintf("%x", sha256.Sum256([]byte(s)))
		}
		return fmt.Sprintf("%x", md5.Sum([]byte(s)))
	}
	mux := http.NewServeMux()
	var basicSent atomic.Int32
	for _, algorithm := range []string{"MD5", "SHA-256"} {
		// What RFC 7616, section 3.4.1 says the answer is.
		mux.HandleFunc("/"+algorithm, func(w http.ResponseWriter, r *http.Request) {
			given := r.Header.Get("Authorization")
			if strings.HasPrefix(given, "Basic") {
				basicSent.Add(1)
			}
			field := func(name string) string {
				_, rest, _ := strings.Cut(given, name+"=")
				return strings.Trim(strings.TrimSpace(strings.SplitN(rest, ",", 2)[0]), `"`)
			}
			a1 := hash(algorithm, "admin:cam era:s@same")
			a2 := hash(algorithm, "GET:"+r.URL.RequestURI())
			want := hash(algorithm, strings.Join([]string{a1, "abc", field("nc"), field("cnonce"), "auth", a2}, ":"))
			if field("response") != want {
				w.Header().Add("WWW-Authenticate", `Basic realm="cam era"`)
				w.Header().Add("WWW-Authenticate", fmt.Sprintf(`Digest realm="cam era", nonce="abc", algorithm=%s, qop="auth"`, algorithm))
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			camera.still(w, r)
		})
	}
	mux.HandleFunc("/basic", func(w http.ResponseWriter, r *http.Request) {
		if user, password, ok := r.BasicAuth(); !ok || user != "admin" || password != "s@same" {
			w.Header().Add("WWW-Authenticate", `Basic realm="cam era"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		camera.still(w, r)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	for _, path := range []string{"/MD5", "/SHA-256?camera=1", "/basic"} {
		n := 0
		for _, err := range drivertest.Find(t, "http://admin:s%40same@"+host+path).Frames(t.Context(), drivers.Want{Mode: drivers.Mode{FPS: 100}}) {
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			if n++; n == 3 { // the answer counts up
				break
			}
		}
		if got := drivertest.Failure(t, "http://admin:wrong@"+host+path); !strings.Contains(got, "does not accept the user and the password") || strings.Contains(got, "wrong") {
			t.Errorf("%s with a wrong password: %s", path, got)
		}
	}
	if basicSent.Load() > 0 {
		t.Error("a server that takes a digest was sent the password itself")
	}
}

func TestNetworkTakesAFanlightsPage(t *testing.T) {
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

// raw is a server that answers every request with the same bytes, then with what
// again returns, over and over. If that is nothing, it holds the connection.
func raw(t *testing.T, once string, again func() string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				defer conn.Close()
				conn.Read(make([]byte, 4096))
				_, err := io.WriteString(conn, once)
				for err == nil && again != nil {
					more := again()
					if more == "" {
						io.Copy(io.Discard, conn)
						return
					}
					_, err = io.WriteString(conn, more)
					time.Sleep(5 * time.Millisecond)
				}
			})
		}
	})
	t.Cleanup(serving.Wait)
	t.Cleanup(func() { listener.Close() })
	return "http://" + listener.Addr().String()
}

func TestNetworkFormats(t *testing.T) {
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
		{"bare pictures", "HTTP/1.1 200 OK\r\nContent-Type: video/x-motion-jpeg\r\n\r\n", func() string { return picture }},
		{"line feeds", "HTTP/1.0 200 OK\nContent-Type: multipart/x-mixed-replace; boundary=--frame\n\n", func() string { return "--frame\nContent-Type: image/jpeg\n\n" + picture + "\n" }},
	} {
		if got := first(t, raw(t, test.header, test.again)+"/"); string(got.JPEG) != picture || !got.Taken.IsZero() {
			t.Errorf("%s: a picture of %d bytes taken at %v", test.name, len(got.JPEG), got.Taken)
		}
	}
}

func TestNetworkKeepsTheTimestamp(t *testing.T) {
	taken := time.Now().Add(-3 * time.Second).Truncate(time.Microsecond)
	stamp := fmt.Sprintf("X-Timestamp: %d.%06d\r\n", taken.Unix(), taken.Nanosecond()/1000)
	picture := string(assets.Emulated()[0])
	for name, answer := range map[string]string{
		"a part":    "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=a\r\n\r\n--a\r\n" + stamp + "\r\n" + picture + "\r\n--a\r\n",
		"a picture": fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n%s\r\n%s", len(picture), stamp, picture),
	} {
		got := first(t, raw(t, answer, nil)+"/").Taken
		if diff := got.Sub(taken).Abs(); diff > time.Microsecond {
			t.Errorf("%s: taken at %v, sent %v", name, got, taken)
		}
	}
}

// A consumer that is busy for a while gets the newest picture then, not those
// that it missed.
func TestNetworkSkipsToTheNewest(t *testing.T) {
	var sent atomic.Int64
	picture := assets.Emulated()[0]
	start := time.Now().Add(-time.Minute).Truncate(time.Second)
	number := func(p drivers.Picture) int64 { return int64(p.Taken.Sub(start) / time.Millisecond) }
	url := raw(t, "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=a\r\n\r\n--a\r\n", func() string {
		stamp := start.Add(time.Duration(sent.Add(1)) * time.Millisecond)
		return fmt.Sprintf("X-Timestamp: %d.%06d\r\nContent-Length: %d\r\n\r\n%s\r\n--a\r\n", stamp.Unix(), stamp.Nanosecond()/1000, len(picture), picture)
	})
	n := 0
	var before, behind int64
	for picture, err := range drivertest.Find(t, url+"/").Frames(t.Context(), drivers.Want{}) {
		if err != nil {
			t.Fatal(err)
		}
		switch n++; n {
		case 1:
			before = number(picture)
			for deadline := time.Now().Add(time.Minute); sent.Load() < before+100; time.Sleep(time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("the server was held up at picture %d", sent.Load())
				}
			}
			behind = sent.Load()
			continue
		case 2: // may have been under way
			continue
		}
		if got := number(picture); got < behind-50 {
			t.Errorf("after picture %d came %d, while the server was at %d", before, got, behind)
		}
		break
	}
}

// A context ends also a request to which no answer comes, and leaves nothing.
func TestNetworkStopsWhileNothingComes(t *testing.T) {
	silent := raw(t, "", func() string { return "" })
	halfway := raw(t, "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=a\r\n\r\n--a\r\n", func() string { return "" })
	for _, url := range []string{silent, halfway} {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		for _, err := range drivertest.Find(t, url+"/").Frames(ctx, drivers.Want{}) {
			t.Errorf("an ended context is no failure, but: %v", err)
		}
		cancel()
	}
}

func TestNetworkWatchesFFmpeg(t *testing.T) {
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("needs ffmpeg; make setup-test installs it")
	}
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + free.Addr().String() + "/"
	free.Close()
	server := exec.Command(ffmpeg, "-v", "error", "-re", "-f", "lavfi", "-i", "testsrc=size=320x240:rate=25", "-f", "mpjpeg", "-listen", "1", address)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	defer server.Wait()
	defer server.Process.Kill()

	n := 0
	for deadline := time.Now().Add(time.Minute); n < 20; time.Sleep(50 * time.Millisecond) {
		for picture, err := range drivertest.Find(t, address).Frames(t.Context(), drivers.Want{}) {
			if err != nil && n == 0 && time.Now().Before(deadline) {
				break // it does not listen yet
			} else if err != nil {
				t.Fatalf("after %d pictures: %v", n, err)
			}
			if !bytes.HasSuffix(picture.JPEG, []byte{0xFF, 0xD9}) {
				t.Errorf("picture %d is not whole", n)
			}
			if n++; n == 20 {
				break
			}
		}
	}
}

// A certificate that nobody vouches for is accepted by its fingerprint, and no other is.
func TestNetworkPinsACertificate(t *testing.T) {
	camera := newWebCamera(t)
	server := httptest.NewUnstartedServer(http.HandlerFunc(camera.video))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	sum := sha256.Sum256(server.Certificate().Raw)
	address := server.URL + "/stream.mjpg"
	for _, fingerprint := range []string{fmt.Sprintf("%x", sum), strings.ReplaceAll(fmt.Sprintf("% X", sum), " ", ":")} {
		choice := address + "#sha256=" + fingerprint
		if got := first(t, choice); !bytes.Equal(got.JPEG, assets.Emulated()[0]) {
			t.Errorf("%s: %d bytes are not the picture that was sent", choice, len(got.JPEG))
		}
		if c := drivertest.Find(t, choice); c.ID != address || c.Choice != fmt.Sprintf("%s#sha256=%x", address, sum) {
			t.Errorf("%s is %q, remembered as %q", choice, c.ID, c.Choice)
		}
	}
	if said := drivertest.Failure(t, address+"#sha256="+strings.Repeat("ab", 32)); !strings.Contains(said, "shows another certificate") {
		t.Error(said)
	}
	if said := drivertest.Failure(t, address); !strings.Contains(said, "#sha256=") {
		t.Error(said)
	}
	for _, choice := range []string{address + "#sha256=ab", address + "#sha256=" + strings.Repeat("x", 64), "http://camera/#sha256=" + strings.Repeat("ab", 32)} {
		if c, err := drivers.Find(t.Context(), choice); err == nil {
			t.Errorf("%s found %q", choice, c.ID)
		}
	}
}

// What a picture came through is passed on, unless it is no list of marks.
func TestNetworkKeepsTheMarks(t *testing.T) {
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
		} {
			if strings.Contains(value, "\x01") && name == "a picture" {
				continue // which net/http refuses by itself
			}
			if got := first(t, raw(t, answer, nil)+"/").Through; got != want {
				t.Errorf("%s with %.20q: came through %q", name, value, got)
			}
		}
	}
}
