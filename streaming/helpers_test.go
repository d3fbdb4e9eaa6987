package streaming

import (
	"log/slog"
	"net"
	"strings"
	"testing"
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

var discarded = slog.New(slog.DiscardHandler)
