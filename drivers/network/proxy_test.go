package network

import (
	"net/http"
	"testing"
)

// A proxy for the web does not come between the program and a camera at home.
func TestNoProxyOnTheLocalNetwork(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://proxy.example:3128")
	t.Setenv("HTTPS_PROXY", "http://proxy.example:3128")
	t.Setenv("NO_PROXY", "cameras.example")
	for address, proxied := range map[string]bool{
		"http://192.168.1.20:8080/video":        false,
		"https://10.0.0.1/":                     false,
		"http://172.16.0.1/":                    false,
		"http://172.32.0.1/":                    true,
		"http://127.0.0.1:8080/":                false,
		"http://169.254.7.7/":                   false,
		"http://[::1]/":                         false,
		"http://[fd00::1]/":                     false,
		"http://[fe80::1%25eth0]:8080/":         false,
		"http://[::ffff:192.168.1.20]/":         false,
		"http://lamp.local:8080/":               false,
		"http://LAMP.Local./":                   false,
		"http://camera/":                        false,
		"http://localhost/":                     false,
		"http://8.8.8.8/":                       true,
		"http://[2001:db8::1]/":                 true,
		"http://cameras.example/":               false,
		"https://beach.example.org/video":       true,
		"https://local.example.org/stream.mjpg": true,
		"http://192.168.1.20.example.org/video": true,
		"http://notlocal/":                      false,
		"http://evil.notlocal/":                 true,
	} {
		request, err := http.NewRequest(http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		s := newSession(source{address: request.URL})
		through, err := s.client.Transport.(*authorizer).next.(*http.Transport).Proxy(request)
		if err != nil || (through != nil) != proxied {
			t.Errorf("%s goes through %v, %v", address, through, err)
		}
	}
}
