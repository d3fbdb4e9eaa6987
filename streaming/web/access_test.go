package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
)

// ask sends a request with headers of the form "Name: value".
func (h *house) ask(t *testing.T, method, path, body string, headers ...string) *http.Response {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, method, h.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, header := range headers {
		name, value, ok := strings.Cut(header, ": ")
		if !ok {
			continue
		}
		if request.Header.Set(name, value); name == "Host" {
			request.Host = value
		}
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return response
}

func basic(passcode string) string {
	r, _ := http.NewRequest("GET", "/", nil)
	r.SetBasicAuth("anybody", passcode)
	return "Authorization: " + r.Header.Get("Authorization")
}

const (
	asBrowser = "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
	asPerson  = "Accept: text/html,application/xhtml+xml"
)

func TestPasscodeIsAskedForInTheAskersOwnWay(t *testing.T) {
	h := serveWith(t, Options{Passcode: "open sesame"}, StreamOptions{}, nil)
	for _, test := range []struct {
		path    string
		headers []string
		kind    string // of the answer
		basic   bool   // the answer requests HTTP Basic
		says    string
	}{
		{"/", []string{asBrowser, asPerson}, "text/html", false, `<form method="post" action="passcode">`},
		{"/stream.mjpg", []string{asBrowser, asPerson}, "text/html", false, "<form"},
		{"/stream.mjpg", []string{asBrowser, "Accept: image/avif,image/*"}, "text/plain", false, "A passcode is needed"},
		{"/stream.mjpg", nil, "text/plain", true, "A passcode is needed"},
		{"/snapshot.jpg", nil, "text/plain", true, "A passcode is needed"},
		{"/?action=stream", nil, "text/plain", true, "A passcode is needed"},
		{"/api/status", nil, "application/json", true, `{"auth":"passcode"}`},
		{"/api/status", []string{asBrowser}, "application/json", false, `{"auth":"passcode"}`},
		{"/metrics", nil, "text/plain", true, "A passcode is needed"},
		{"/nowhere", nil, "text/plain", true, "A passcode is needed"},
		{"/?key=an-old-one", []string{asBrowser, asPerson}, "text/html", false, "This link no longer lets you in"},
	} {
		response := h.ask(t, "GET", test.path, "", test.headers...)
		body, _ := io.ReadAll(response.Body)
		if response.StatusCode != 401 || !strings.HasPrefix(response.Header.Get("Content-Type"), test.kind) || !strings.Contains(string(body), test.says) {
			t.Errorf("%s %v: %s %v %s", test.path, test.headers, response.Status, response.Header, body)
		}
		if asked := strings.HasPrefix(response.Header.Get("WWW-Authenticate"), "Basic "); asked != test.basic {
			t.Errorf("%s %v: asks for Basic: %v", test.path, test.headers, asked)
		}
		if test.kind == "text/html" && !strings.Contains(response.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: the form's policy is %q", test.path, response.Header.Get("Content-Security-Policy"))
		}
	}
	for _, path := range []string{"/healthz", "/page.css", "/passcode.css", "/passcode.js", "/icon.svg",
		"/manifest.webmanifest", "/icon-192.png", "/icon-512.png", "/maskable-192.png", "/maskable-512.png", "/apple-touch-icon.png"} {
		if response := h.ask(t, "GET", path, ""); response.StatusCode != 200 {
			t.Errorf("%s: %s", path, response.Status)
		}
	}
	if n := h.bench.Opened.Load(); n != 0 {
		t.Errorf("the camera was opened %d times for strangers", n)
	}
}

// rights are the ways to send the passcode or what stands for it.
func rights(t *testing.T, h *house, passcode string) map[string]func(path string) *http.Response {
	t.Helper()
	form := h.ask(t, "POST", "/passcode", url.Values{"passcode": {passcode}}.Encode(), asBrowser)
	cookies := form.Cookies()
	if form.StatusCode != 303 || form.Header.Get("Location") != "./" || len(cookies) != 1 {
		t.Fatalf("the form: %s %v", form.Status, form.Header)
	}
	withKey := h.withKey()
	_, key, _ := strings.Cut(withKey, "?")
	return map[string]func(string) *http.Response{
		"Basic": func(path string) *http.Response { return h.ask(t, "GET", path, "", basic(passcode)) },
		"cookie": func(path string) *http.Response {
			return h.ask(t, "GET", path, "", "Cookie: "+cookies[0].Name+"="+cookies[0].Value)
		},
		"key": func(path string) *http.Response { return h.ask(t, "GET", path+"?"+key, "") },
		"owner": func(path string) *http.Response {
			return h.ask(t, "GET", path, "", "Authorization: Bearer the-owners-key")
		},
	}
}

func TestPasscodeLetsInAndItsChangeRevokes(t *testing.T) {
	h := serveWith(t, Options{Passcode: "open sesame", OwnerKey: "the-owners-key"}, StreamOptions{}, nil)
	ways := rights(t, h, "open sesame")
	streams := map[string]*http.Response{}
	for way, get := range ways {
		for _, path := range []string{"/snapshot.jpg", "/api/status", "/metrics"} {
			if response := get(path); response.StatusCode != 200 {
				t.Errorf("%s, %s: %s", way, path, response.Status)
			}
		}
		if streams[way] = get("/stream.mjpg"); streams[way].StatusCode != 200 {
			t.Errorf("%s, stream: %s", way, streams[way].Status)
		}
	}
	h.server.SetPasscode("  open sesame ") // the same one
	if n := h.stream.Viewers(); n != len(ways) {
		t.Errorf("%d viewers are left after no change", n)
	}
	h.server.SetPasscode("something else")
	for way, stream := range streams {
		if _, err := io.Copy(io.Discard, stream.Body); errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s watches on", way)
		}
	}
	eventually(t, "the old viewers to go", func() bool { return h.stream.Viewers() == 0 })
	for way, get := range ways {
		want := 401
		if way == "owner" {
			want = 200
		}
		if response := get("/snapshot.jpg"); response.StatusCode != want {
			t.Errorf("%s after the change: %s", way, response.Status)
		}
	}
	h.server.SetPasscode("open sesame")
	if response := ways["cookie"]("/snapshot.jpg"); response.StatusCode != 200 {
		t.Errorf("the cookie of a passcode that is back: %s", response.Status)
	}
	h.server.SetPasscode("")
	if response := h.ask(t, "GET", "/snapshot.jpg", ""); response.StatusCode != 200 {
		t.Errorf("without a passcode: %s", response.Status)
	}
}

func TestCookieLastsAndIsGuarded(t *testing.T) {
	secret := []byte("of this installation")
	h := serveWith(t, Options{Passcode: "open sesame", Secret: secret}, StreamOptions{}, nil)
	form := h.ask(t, "POST", "/passcode", "passcode=open+sesame", asBrowser)
	cookie := form.Cookies()[0]
	port := h.url[strings.LastIndexByte(h.url, ':')+1:]
	if cookie.Name != "fanlight-"+port || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.MaxAge < 300*24*3600 || cookie.Path != "/" || cookie.Secure {
		t.Errorf("%v", cookie)
	}
	again := newAccess(secret, "", discarded) // after a restart
	again.set("open sesame")
	if !again.now.Load().cookie.is(cookie.Value) {
		t.Error("the cookie does not hold after a restart")
	}
	elsewhere := newAccess([]byte("of another one"), "", discarded)
	elsewhere.set("open sesame")
	if elsewhere.now.Load().cookie.is(cookie.Value) {
		t.Error("the cookie of one installation holds at another")
	}
}

func TestLinkWithKeyLeavesNoKeyBehind(t *testing.T) {
	h := serveWith(t, Options{Passcode: "open sesame"}, StreamOptions{}, nil)
	page, withKey := h.url+"/", h.withKey()
	if !strings.HasPrefix(withKey, page+"?key=") {
		t.Fatal(withKey)
	}
	jar, _ := cookiejar.New(nil)
	browser := &http.Client{Jar: jar}
	response, err := browser.Get(withKey)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != 200 || response.Request.URL.String() != page {
		t.Errorf("ends at %s: %s", response.Request.URL, response.Status)
	}
	h.server.SetPasscode("")
	if withKey := h.withKey(); page != withKey {
		t.Errorf("without a passcode the link has a key: %s", withKey)
	}
}

func TestOnlyTheSameOriginChangesAnything(t *testing.T) {
	h := serveWith(t, Options{Passcode: "open sesame", OwnerKey: "k"}, StreamOptions{}, nil)
	host := strings.TrimPrefix(h.url, "http://")
	for _, test := range []struct {
		header string
		status int
	}{
		{"Origin: http://evil.example", 403},
		{"Origin: null", 403},
		{"Origin: http://localhost:1", 403},
		{"Sec-Fetch-Site: cross-site", 403},
		{"Sec-Fetch-Site: same-site", 403},
		{"Sec-Fetch-Site: same-origin", 303},
		{"Origin: http://" + host, 303},
	} {
		response := h.ask(t, "POST", "/passcode", "passcode=open+sesame", test.header)
		body, _ := io.ReadAll(response.Body)
		if response.StatusCode != test.status || test.status == 403 && !strings.Contains(string(body), "page of another site") {
			t.Errorf("%s: %s %q", test.header, response.Status, body)
		}
	}
	response := h.ask(t, "POST", "/api/viewers/1/letgo", "", "Authorization: Bearer k", "Origin: http://evil.example")
	if response.StatusCode != 403 {
		t.Errorf("with the owner's key from elsewhere: %s", response.Status)
	}
}

func TestPasscodeFormIsBounded(t *testing.T) {
	h := serveWith(t, Options{Passcode: "open sesame"}, StreamOptions{}, nil)
	for body, want := range map[string]int{
		"passcode=" + strings.Repeat("x", 100<<10): 400,
		"passcode=%zz":       400,
		"":                   401,
		"passcode":           401,
		"other=open+sesame":  401,
		"passcode=wrong":     401,
		"passcode=%00%ff%fe": 401,
	} {
		response := h.ask(t, "POST", "/passcode", body)
		if text, _ := io.ReadAll(response.Body); response.StatusCode != want || len(text) < 10 {
			t.Errorf("%.40q: %s %q", body, response.Status, text)
		}
	}
	if response := h.ask(t, "GET", "/passcode", ""); response.StatusCode != 303 {
		t.Errorf("the form's address asked for: %s", response.Status)
	}
}

func TestCheckPasscode(t *testing.T) {
	for passcode, ok := range map[string]bool{
		"": true, "1234": true, "Sésam, öffne dich": true, "a:b": true, strings.Repeat("ä", 128): true,
		"a\nb": false, "\x00": false, "\xff": false, "   ": false, strings.Repeat("x", 129): false,
	} {
		if err := CheckPasscode(passcode); (err == nil) != ok {
			t.Errorf("%q: %v", passcode, err)
		}
	}
}
