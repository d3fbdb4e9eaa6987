package discovery

import (
	"context"
	"iter"
	"time"

	"fanlight/streaming/discovery/avahi"
)

// busPatience is how long the system's bus may take to tell whether avahi-daemon runs.
const busPatience = 3 * time.Second

// ByAvahi reports whether avahi-daemon would announce a stream of this computer now, on the
// interfaces that it serves.
func ByAvahi(ctx context.Context) bool { return byAvahi(ctx, avahi.Watch) }

func byAvahi(ctx context.Context, daemons func(context.Context) iter.Seq[*avahi.Daemon]) bool {
	ctx, cancel := context.WithTimeout(ctx, busPatience)
	defer cancel()
	for daemon := range daemons(ctx) {
		return daemon != nil
	}
	return false
}
