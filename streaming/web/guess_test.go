package web

import (
	"bytes"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
)

func TestLiarsStayOutside(t *testing.T) {
	h := serveWith(t, Options{Passcode: "open sesame", OwnerKey: "the-owners-key"}, StreamOptions{}, nil)
	cookie := "Cookie: fanlight-" + h.url[strings.LastIndexByte(h.url, ':')+1:] + "="
	for _, test := range []struct {
		path, header string
		status       int
	}{
		{"/snapshot.jpg", cookie, 401},
		{"/snapshot.jpg", cookie + "open sesame", 401},
		{"/snapshot.jpg", cookie + strings.Repeat("A", 22), 401},
		{"/snapshot.jpg", "Cookie: ;;;=;", 401},
		{"/snapshot.jpg?key=", "", 401},
		{"/snapshot.jpg?key=open+sesame", "", 401},
		{"/snapshot.jpg", "Authorization: Basic", 401},
		{"/snapshot.jpg", "Authorization: Basic !!!", 401},
		{"/snapshot.jpg", "Authorization: Basic b3BlbiBzZXNhbWU=", 401}, // no colon
		{"/snapshot.jpg", "Authorization: Bearer", 401},
		{"/snapshot.jpg", "Authorization: Bearer open sesame", 401},
		{"/snapshot.jpg", basic("Open Sesame"), 401},
		{"/snapshot.jpg", basic(""), 401},
		{"/api/viewers", basic("open sesame"), 401},
		{"/api/viewers", "Authorization: Bearer the-owners-ke", 401},
		{"/snapshot.jpg", "Host: evil.example", 421},
		{"/healthz", "Host: evil.example:8080", 421},
		{"/healthz", "Host: 127.0.0.1.evil.example", 421},
		{"/healthz", "Host: local.evil.example", 421},
	} {
		response := h.ask(t, "GET", test.path, "", test.header)
		body, _ := io.ReadAll(response.Body)
		if response.StatusCode != test.status || len(body) < 10 {
			t.Errorf("%s %s: %s %q", test.path, test.header, response.Status, body)
		}
	}
	if n := h.bench.Opened.Load(); n != 0 {
		t.Errorf("the camera was opened %d times for liars", n)
	}
}

func TestNobodyIsOwnerWithoutAKey(t *testing.T) {
	h := serve(t, 0)
	for _, header := range []string{"Authorization: Bearer ", "Authorization: Bearer", "Accept: */*"} {
		if response := h.ask(t, "GET", "/api/viewers", "", header); response.StatusCode != 401 {
			t.Errorf("%s: %s", header, response.Status)
		}
	}
}

// TestNoSecretIsLogged looks for every secret in the log of all levels, while right and wrong
// ones are used.
func TestNoSecretIsLogged(t *testing.T) {
	var logged bytes.Buffer
	var mu sync.Mutex
	log := slog.New(slog.NewTextHandler(writerFunc(func(p []byte) (int, error) {
		mu.Lock()
		defer mu.Unlock()
		return logged.Write(p)
	}), &slog.HandlerOptions{Level: slog.LevelDebug}))
	h := serveWith(t, Options{Passcode: "open-sesame", OwnerKey: "the-owners-key", Log: log}, StreamOptions{}, nil)
	ways := rights(t, h, "open-sesame")
	for _, get := range ways {
		get("/snapshot.jpg")
		get("/stream.mjpg").Body.Close()
	}
	h.ask(t, "POST", "/passcode", "passcode=close-sesame", asBrowser)
	h.ask(t, "GET", "/", "", basic("close-sesame"))
	h.server.SetPasscode("shut-sesame")
	eventually(t, "the viewers to go", func() bool { return h.stream.Viewers() == 0 })
	h.stop()
	mu.Lock()
	defer mu.Unlock()
	for _, secret := range []string{"sesame", "the-owners-key", h.server.access.now.Load().link, h.server.access.now.Load().jar} {
		if bytes.Contains(logged.Bytes(), []byte(secret)) {
			t.Errorf("%q is logged:\n%s", secret, &logged)
		}
	}
	if !strings.Contains(logged.String(), "wrong passcode") || !strings.Contains(logged.String(), "viewer connected") {
		t.Errorf("this test sees too little of the log:\n%s", &logged)
	}
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
