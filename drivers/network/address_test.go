package network

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"fanlight/drivers/camera"
)

// passwordOf returns the password in what is remembered of a camera.
func passwordOf(t *testing.T, c camera.Camera) string {
	t.Helper()
	address, err := url.Parse(c.Choice)
	if err != nil {
		t.Fatal(err)
	}
	password, _ := address.User.Password()
	return password
}

// Whatever is typed in front of the last @ is the password, but for what ends it.
func TestPasswordsAsTyped(t *testing.T) {
	passwords := []string{"100%", "50%off", "%", "%%", "a%2", "a b%zz", "Ünïcode", "[::1]", "a:b@c", `%^{}[]|\"` + "`<> "}
	for c := ' '; c <= '~'; c++ {
		if !strings.ContainsRune("/?#", c) {
			passwords = append(passwords, fmt.Sprintf("pa%css", c))
		}
	}
	for _, password := range passwords {
		made, err := Camera("http://admin:" + password + "@camera:81/video")
		if err != nil {
			t.Errorf("%q: %v", password, err)
			continue
		}
		if got := passwordOf(t, made); got != password {
			t.Errorf("%q is remembered as %q, the password %q", password, made.Choice, got)
		}
		if made.ID != "http://admin:…@camera:81/video" || made.Name != "camera:81" {
			t.Errorf("%q is shown as %q, %q", password, made.ID, made.Name)
		}
		again, err := Camera(made.Choice)
		if err != nil || again.Choice != made.Choice || again.ID != made.ID {
			t.Errorf("%q finds %q, %v", made.Choice, again.Choice, err)
		}
	}
	for written, want := range map[string]string{"s%40me%3A%25": "s@me:%", "%e2%9c%93": "✓", "a%2Fb%3fc%23d": "a/b?c#d"} {
		made, err := Camera("http://admin:" + written + "@camera/")
		if err != nil {
			t.Errorf("%q: %v", written, err)
		} else if got := passwordOf(t, made); got != want {
			t.Errorf("%q is the password %q", written, got)
		}
	}
	for _, choice := range []string{"http://admin:a/b@camera/", "http://admin:a?b@camera/", "http://admin:a#b@camera/", "http://cam era/", "http://[fe80::1%]/", "http://[fe80::1/", "http://a%b/"} {
		if made, err := Camera(choice); err == nil {
			t.Errorf("%s is %q", choice, made.ID)
		}
	}
}

func TestLinkLocalAddresses(t *testing.T) {
	for choice, want := range map[string]string{
		"http://[fe80::1%eth0]:8080/video":        "http://[fe80::1%25eth0]:8080/video",
		"http://[fe80::1%25eth0]:8080/video":      "http://[fe80::1%25eth0]:8080/video",
		"http://fe80::1%eth0/video":               "http://[fe80::1%25eth0]/video",
		"http://[fe80::1%25]/":                    "http://[fe80::1%2525]/",
		"http://[fe80::1%en0.7]":                  "http://[fe80::1%25en0.7]/",
		"http://[::1]:80/%41?a=%42":               "http://[::1]:80/%41?a=%42",
		"https://192.168.1.2/a@b":                 "https://192.168.1.2/a@b",
		"http://camera/?action=stream&x=[1%eth0]": "http://camera/?action=stream&x=[1%eth0]",
	} {
		made, err := Camera(choice)
		if err != nil || made.ID != want {
			t.Errorf("%s is %q, %v; want %q", choice, made.ID, err, want)
		}
	}
}

// A zone reaches the system, and not the server.
func TestAsksALinkLocalAddress(t *testing.T) {
	loopback, err := net.InterfaceByIndex(1)
	if err != nil {
		t.Skip("needs a loopback interface:", err)
	}
	listener, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skip("needs IPv6:", err)
	}
	var host string
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { host = r.Host }))
	server.Listener.Close()
	server.Listener = listener
	server.Start()
	defer server.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	address, err := url.Parse(tidy(fmt.Sprintf("http://[::1%%%s]:%s/", loopback.Name, port)))
	if err != nil {
		t.Fatal(err)
	}
	s := newSession(source{address: address})
	defer s.close()
	answer, err := s.get(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if want := "[::1]:" + port; host != want {
		t.Errorf("the server is asked for %q, want %q", host, want)
	}
}

// FuzzTidy checks that an address that can be read stays what it is.
func FuzzTidy(f *testing.F) {
	for _, seed := range []string{"http://admin:pa%ss@camera/", "http://[fe80::1%eth0]/", "http://a:b%40c@d:80/e?f#g", "http://fe80::1%25/", "x", "://@%@"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		before, err := url.Parse(address)
		tidied := tidy(address)
		if tidy(tidied) != tidied {
			t.Fatalf("%q becomes %q, then %q", address, tidied, tidy(tidied))
		}
		if err != nil || before.Host == "" || strings.Contains(before.Host, "%") {
			return
		}
		after, err := url.Parse(tidied)
		if err != nil || after.Hostname() != before.Hostname() || after.Port() != before.Port() || after.Path != before.Path || after.RawQuery != before.RawQuery || after.User.Username() != before.User.Username() {
			t.Fatalf("%q became %q, %v", address, tidied, err)
		}
	})
}
