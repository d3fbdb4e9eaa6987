package web

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

// tells returns what a script returns in the page.
func (f *firefox) tells(script string) (value json.RawMessage, err error) {
	return f.ask("WebDriver:ExecuteScript", map[string]any{"script": "return " + script, "args": []any{}})
}

// finds waits until an expression is true in the page.
func (f *firefox) finds(t *testing.T, expression string) {
	t.Helper()
	eventually(t, expression, func() bool {
		value, err := f.tells(expression)
		return err == nil && string(value) == "true"
	})
}

// presses presses a key on the page.
func (f *firefox) presses(t *testing.T, key string) {
	t.Helper()
	if _, err := f.tells(fmt.Sprintf(`document.body.dispatchEvent(new KeyboardEvent("keydown", {key: %q, bubbles: true}))`, key)); err != nil {
		t.Fatal(err)
	}
}

func TestFirefoxPausesStepsAndGoesBackAndLive(t *testing.T) {
	f := startFirefox(t)
	h := serve(t, 0)
	r := newSlideReel()
	t.Cleanup(h.feed.Follow(r.add))
	h.feed.Use(liveSlides())
	t.Cleanup(h.feed.Keep())
	h.stream.RewindWith(r)
	if err := f.visit(h.url + "/"); err != nil {
		t.Fatal(err)
	}
	f.finds(t, shown+` > 1010 && document.getElementById("timeline").checkVisibility()`)
	f.presses(t, " ")
	f.finds(t, `document.body.dataset.state === "past"`)
	value, err := f.tells(momentShown)
	if err != nil {
		t.Fatal(err)
	}
	paused := r.numberAt(t, string(value))
	f.finds(t, fmt.Sprintf("%s === %d", shown, paused)) // of the pictures that have come, it may not have shown the last yet
	f.presses(t, ",")
	f.finds(t, fmt.Sprintf("%s === %d", shown, paused-1))
	f.presses(t, ".")
	f.finds(t, fmt.Sprintf("%s === %d", shown, paused))
	f.presses(t, "ArrowLeft")
	f.finds(t, fmt.Sprintf("%s === %d", shown, r.number(r.taken(paused).Add(-10*time.Second))))
	f.presses(t, "l")
	f.finds(t, fmt.Sprintf(`%s > %d && document.body.dataset.state === "live"`, shown, paused))
}
