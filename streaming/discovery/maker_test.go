package discovery

import (
	"context"
	"iter"
	"testing"
	"testing/synctest"

	"fanlight/streaming/discovery/avahi"
)

func TestByAvahi(t *testing.T) {
	for name, test := range map[string]struct {
		daemons iter.Seq[*avahi.Daemon] // nil for a bus that hangs
		want    bool
	}{
		"runs":             {func(yield func(*avahi.Daemon) bool) { yield(&avahi.Daemon{}) }, true},
		"does not":         {func(yield func(*avahi.Daemon) bool) { yield(nil) }, false},
		"a bus that hangs": {nil, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			watch := func(ctx context.Context) iter.Seq[*avahi.Daemon] {
				if test.daemons == nil {
					return func(func(*avahi.Daemon) bool) { <-ctx.Done() }
				}
				return test.daemons
			}
			if got := byAvahi(t.Context(), watch); got != test.want {
				t.Errorf("%s: %t", name, got)
			}
		})
	}
}
