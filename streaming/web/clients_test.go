package web

import (
	"bytes"
	"errors"
	"image/jpeg"
	"io"
	"mime/multipart"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fanlight/assets"
	"fanlight/drivers/process/processtest"
)

// need fails where a program is missing that `make test` installs with Debian's packages.
func need(t *testing.T, program, packages string) {
	t.Helper()
	if testing.Short() {
		t.Skip("runs real clients: not in the short tests")
	}
	if _, err := exec.LookPath(program); err != nil {
		t.Fatalf("%v; it is in Debian's %s, which `make setup-test` installs", err, packages)
	}
}

// said runs a program and returns its output.
func said(t *testing.T, program string, args ...string) (string, error) {
	t.Helper()
	out, err := processtest.Command(t, patience, program, args...).CombinedOutput()
	return string(out), err
}

func TestCurlWithThePasscode(t *testing.T) {
	need(t, "curl", "curl")
	h := serveWith(t, Options{Passcode: "open sesame"}, StreamOptions{}, nil)
	withKey := h.withKey()
	jar := filepath.Join(t.TempDir(), "cookies")
	status := func(args ...string) string {
		out, _ := said(t, "curl", append([]string{"-s", "-o", filepath.Join(t.TempDir(), "out"), "-w", "%{http_code}"}, args...)...)
		return out
	}
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{h.url + "/snapshot.jpg"}, "401"},
		{[]string{"-u", "me:wrong", h.url + "/snapshot.jpg"}, "401"},
		{[]string{"-u", "me:open sesame", h.url + "/snapshot.jpg"}, "200"},
		{[]string{strings.Replace(h.url, "://", "://:open%20sesame@", 1) + "/snapshot.jpg"}, "200"},
		{[]string{"--anyauth", "-u", ":open sesame", h.url + "/snapshot.jpg"}, "200"}, // asks first what is wanted
		{[]string{strings.Replace(withKey, "/?", "/snapshot.jpg?", 1)}, "200"},
		{[]string{"-L", "-c", jar, withKey}, "200"},
		{[]string{"-b", jar, h.url + "/snapshot.jpg"}, "200"},
		{[]string{"-c", jar, "--data-urlencode", "passcode=open sesame", h.url + "/passcode"}, "303"},
		{[]string{"-b", jar, h.url + "/snapshot.jpg"}, "200"},
	} {
		if got := status(test.args...); got != test.want {
			t.Errorf("curl %v: %s, want %s", test.args, got, test.want)
		}
	}
}

func TestFFmpegWithThePasscodeAndOverHTTPS(t *testing.T) {
	need(t, "ffmpeg", "ffmpeg")
	plain := serveWith(t, Options{Passcode: "open sesame"}, StreamOptions{}, nil)
	locked, _ := secured(t, Options{Passcode: "open sesame"})
	for _, h := range []*house{plain, locked} {
		large := assets.Emulated()[0]
		h.bench.Picture.Store(&large)
		scheme, hostPort, _ := strings.Cut(h.url, "://")
		record := func(user string) (string, error) { // ffmpeg trusts any certificate unless told otherwise
			return said(t, "ffmpeg", "-v", "error", "-i", scheme+"://"+user+hostPort+"/stream.mjpg", "-frames:v", "5", "-f", "null", "-")
		}
		if out, err := record("me:open%20sesame@"); err != nil {
			t.Errorf("%s: %v: %s", scheme, err, out)
		}
		if out, err := record(""); err == nil || !strings.Contains(out, "401") {
			t.Errorf("%s without the passcode: %v: %s", scheme, err, out)
		}
	}
}

// TestCurlSavesTheStreamAndEndsWithIt has curl save all that the server sends: whole
// pictures as the camera delivered them, and a clean end when sharing ends.
func TestCurlSavesTheStreamAndEndsWithIt(t *testing.T) {
	need(t, "curl", "curl")
	h := serve(t, 0)
	h.feed.Use(projector(time.NewTicker(50 * time.Millisecond).C))
	saved := filepath.Join(t.TempDir(), "stream")
	type end struct {
		out string
		err error
	}
	ended := make(chan end, 1)
	go func() {
		out, err := said(t, "curl", "-sS", "--no-buffer", "--dump-header", saved+".header", "-o", saved, h.url+"/stream.mjpg")
		ended <- end{out, err}
	}()
	const enough = 5
	eventually(t, "the pictures", func() bool {
		info, err := os.Stat(saved)
		return err == nil && info.Size() > int64(enough+1)*int64(len(slide(1))+200)
	})
	h.stop()
	if e := <-ended; e.err != nil {
		t.Errorf("curl: %v: %s", e.err, e.out)
	}
	header, err := os.ReadFile(saved + ".header")
	if err != nil || !strings.Contains(string(header), "multipart/x-mixed-replace; boundary="+boundary+"\r\n") || strings.Contains(string(header), "chunked") {
		t.Errorf("the header is %q, %v", header, err)
	}
	n, card := slidesIn(t, saved)
	if n < enough || !card {
		t.Errorf("%d pictures, want %d; the last is a card: %v", n, enough, card)
	}
}

// slidesIn counts the slides of a saved stream, which must be in order, and reports whether
// another picture comes after them: the card at the end.
func slidesIn(t *testing.T, saved string) (n int, card bool) {
	t.Helper()
	file, err := os.Open(saved)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	parts := multipart.NewReader(file, boundary)
	for last := 0; ; n++ {
		part, err := parts.NextRawPart()
		var picture []byte
		if err == nil {
			picture, err = io.ReadAll(part)
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return n, card
		}
		if err != nil {
			t.Fatalf("picture %d: %v", n, err)
		}
		decoded, err := jpeg.Decode(bytes.NewReader(picture))
		if err != nil {
			t.Fatalf("picture %d of %d bytes: %v", n, len(picture), err)
		}
		number, err := slideNumber(decoded)
		if err != nil && !card { // it says that sharing has ended
			card = true
			continue
		}
		if err != nil || number <= last || !bytes.Equal(picture, slide(number)) {
			t.Errorf("picture %d of %d bytes is number %d behind %d, %v", n, len(picture), number, last, err)
		}
		last = number
	}
}
