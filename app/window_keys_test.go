package main

import "testing"

// TestWindowSharesCopiesPausesAndQuits works the window as somebody does who tries it out:
// the link that is copied is pasted as the stream's name.
func TestWindowSharesCopiesPausesAndQuits(t *testing.T) {
	const nameField, copyButton, pauseButton = "431 482", "512 527", "526 578" // once the link is drawn
	for by, c := range map[string]struct {
		copies, pauses func(d *desktop)
	}{
		"keys": {
			func(d *desktop) { d.do(t, "key", "ctrl+l") },
			func(d *desktop) { d.do(t, "key", "space") },
		},
		"mouse": {
			func(d *desktop) { d.click(t, copyButton) },
			func(d *desktop) { d.click(t, pauseButton) },
		},
	} {
		t.Run(by, func(t *testing.T) {
			d := startDesktop(t, "--camera", folder(t), "--no-discovery", "--listen", "127.0.0.1:0")
			d.do(t, "search", "--sync", "--onlyvisible", "--name", "^Fanlight$")
			var link string
			insist(t, "sharing", func() { d.do(t, "key", "ctrl+s") }, func() bool {
				select {
				case link = <-d.links:
					return true
				default:
					return false
				}
			})
			is := func(reached func(status) bool) func() bool {
				return func() bool {
					now, err := statusAt(link)
					return err == nil && reached(now)
				}
			}
			insist(t, "a live picture", func() {}, is(func(s status) bool { return s.State == "live" }))
			insist(t, "the pause", func() { c.pauses(d) }, is(func(s status) bool { return s.State == "paused" }))
			insist(t, "the end of the pause", func() { c.pauses(d) }, is(func(s status) bool { return s.State == "live" }))
			insist(t, "the copied link as the name", func() {
				c.copies(d)
				d.click(t, nameField)
				d.do(t, "key", "ctrl+a", "ctrl+v", "Return")
			}, is(func(s status) bool { return s.Name == link }))
			insist(t, "the end", func() { d.do(t, "key", "ctrl+q") }, d.hasEnded)
			d.endsClean(t)
		})
	}
}
