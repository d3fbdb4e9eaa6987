package reach

import (
	"net/netip"
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
		// A proxy's upstream, a compose file's service, and what routers and people call their networks.
		"mjpgstreamer1": true, "fanlight:8080": true, "raspberrypi.lan": true, "lamp.home": true, "lamp.home.arpa": true, "lamp.internal": true,
		"Lamp.Fritz.Box": true, "3d_printer": true, "camera.example.org": true, "CAMERA.example.org.:80": true,
		"other.example.org": false, "lamp.camera.example.org": false, "evil-fritz.box": false, "lan.evil.example": false, "evil.box": false,
		"evil.example": false, "evil.example:8080": false, own[0] + ".evil.example": false, "localhost.evil.example": false,
		"local.evil.example": false, "evil.notlocalhost": false, "evil.evillocal": false, "127.0.0.1.evil.example": false, "127.1": false, "0x7f000001": false, ":8080": false,
		"2130706433": false, "lamp.0x1": false, "evil.example#.local": false, "evil.example%00.local": false, "x@lamp.local": false, "lamp..local": false, ".local": false,
	} {
		if got := Ours(host, []string{"camera.example.org"}); got != want {
			t.Errorf("%q: %v", host, got)
		}
	}
}

func TestHostsOfLocalNetworks(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost:3000": true, "mainsail.local": true, "octopi": true, "ha.lan": true, "10.0.0.5": true, "172.16.0.1:80": true, "192.168.1.5": true,
		"169.254.1.1": true, "100.101.102.103": true, "[fd00::5]:80": true, "[fe80::1]": true, "[::1]": true, "[::ffff:192.168.1.5]": true,
		netip.AddrPortFrom(ownAddress(false), 8080).String(): true,
		"": false, "203.0.113.9": false, "[2001:db8::1]:80": false, "100.128.0.1": false, "evil.example": false, "192.168.1.5.evil.example": false, "0.0.0.0": false,
	} {
		if got := Local(host); got != want {
			t.Errorf("%q: %v", host, got)
		}
	}
}

func FuzzOurs(f *testing.F) {
	for _, host := range []string{"", "localhost", "[::1]:80", "a.local", "x.evil.example", ":", "[", "%", "..local"} {
		f.Add(host)
	}
	f.Fuzz(func(t *testing.T, host string) {
		if Ours(host, nil) && Ours(host+".evil.example", nil) && !strings.Contains(host, ":") && host != "" {
			t.Errorf("%q lets anybody's name in", host)
		}
	})
}
