package visible

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
)

func TestVerdict(t *testing.T) {
	for name, test := range map[string]struct {
		known facts
		want  bool
	}{
		"nothing known":             {facts{}, true},
		"locked":                    {facts{locked: true}, false},
		"withdrawn":                 {facts{x11: x11{unmapped: true}}, false},
		"covered":                   {facts{x11: x11{covered: true}}, false},
		"minimised":                 {facts{x11: x11{hidden: true}}, false},
		"minimised the old way":     {facts{x11: x11{iconic: true}}, false},
		"on the work space shown":   {facts{x11: x11{workspace: 2, current: 2}}, true},
		"on another one":            {facts{x11: x11{workspace: 2, current: 1}}, false},
		"on all of them":            {facts{x11: x11{workspace: everywhere, current: 1}}, true},
		"no window manager":         {facts{x11: x11{workspace: everywhere, current: everywhere}}, true},
		"no work space is shown":    {facts{x11: x11{workspace: 1, current: everywhere}}, true},
		"here and locked":           {facts{x11: x11{workspace: 2, current: 2}, locked: true}, false},
		"another one and minimised": {facts{x11: x11{workspace: 2, hidden: true}}, false},
	} {
		if got := test.known.visible(); got != test.want {
			t.Errorf("%s: visible is %v", name, got)
		}
	}
}

func TestVerdictsAreSaidWhenTheyChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		changes := make(chan func(*facts))
		var said []bool
		go verdicts(ctx, changes, func(visible bool) bool {
			said = append(said, visible)
			return true
		})
		for _, change := range []func(*facts){
			func(f *facts) { f.x11.covered = false },
			func(f *facts) { f.x11.covered = true },
			func(f *facts) { f.locked = true },
			func(f *facts) { f.x11.covered = false },
			func(f *facts) { f.locked = false },
		} {
			changes <- change
		}
		synctest.Wait()
		cancel()
		synctest.Wait()
		if want := []bool{true, false, true}; !slices.Equal(said, want) {
			t.Errorf("said %v, want %v", said, want)
		}
	})
}
