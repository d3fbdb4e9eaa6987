package web

import (
	"log/slog"
	"net"
	"net/url"
	"strings"
	"testing"

	"fanlight/streaming/reach"
)

// tcpAddr returns the address that a URL without a path names.
func tcpAddr(t *testing.T, url string) net.Addr {
	t.Helper()
	_, hostPort, _ := strings.Cut(url, "://")
	address, err := net.ResolveTCPAddr("tcp", hostPort)
	if err != nil {
		t.Fatal(err)
	}
	return address
}

// ownAddress is this machine's on its network, with port 0; the loopback address
// where it is on none.
func ownAddress(t *testing.T) string {
	t.Helper()
	page, err := url.Parse(reach.Link(&net.TCPAddr{IP: net.IPv6zero}, "", false))
	if err != nil {
		t.Fatal(err)
	}
	return page.Host
}

var discarded = slog.New(slog.DiscardHandler)
