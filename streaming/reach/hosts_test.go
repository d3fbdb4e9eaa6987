package reach

import (
	"strings"
	"testing"
)

func TestHostsThatAreOurs(t *testing.T) {
	own := ownNames()
	if len(own) == 0 {
		t.Fatal("this machine has no name")
	}
	for host, want := range map[string]bool{
		"": true, "localhost": true, "LOCALHOST:8080": true, "door.localhost": true, "localhost.": true,
		"127.0.0.1": true, "192.168.1.5:8080": true, "[::1]:8080": true, "[fe80::1%25eth0]:8080": true, "[::1]": true, "203.0.113.9": true,
		"raspberrypi.local": true, "Raspberrypi.Local.:8080": true,
		own[0]: true, strings.ToUpper(own[0]) + ":8080": true, own[0] + ".local": true,
		"evil.example": false, "evil.example:8080": false, own[0] + ".evil.example": false, "localhost.evil.example": false,
		"local.evil.example": false, "notlocalhost": false, "evillocal": false, "127.0.0.1.evil.example": false, "127.1": false, "0x7f000001": false, ":8080": false,
	} {
		if got := Ours(host); got != want {
			t.Errorf("%q: %v", host, got)
		}
	}
}

func FuzzOurs(f *testing.F) {
	for _, host := range []string{"", "localhost", "[::1]:80", "a.local", "x.evil.example", ":", "[", "%", "..local"} {
		f.Add(host)
	}
	f.Fuzz(func(t *testing.T, host string) {
		if Ours(host) && Ours(host+".evil.example") && !strings.Contains(host, ":") && host != "" {
			t.Errorf("%q lets anybody's name in", host)
		}
	})
}
