//go:build !linux

package streaming

import (
	"net"
	"time"
)

// underWay knows nothing: only Linux tells.
type underWay struct {
	bytes int
	queue time.Duration
}

func newUnderWay(net.Conn) *underWay { return &underWay{} }

func (u *underWay) look() {}
