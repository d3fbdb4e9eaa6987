package web

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// openPattern opens the page of a stream with a microphone, in a theatre.
func openPattern(t *testing.T, before ...chromedp.Action) (*theatre, *pattern) {
	t.Helper()
	th := openTheatre(t, patternFPS)
	p := newPattern(t, th.stream, 0)
	th.feed.Use(p.source())
	th.run(t, before...)
	th.run(t, chromedp.Navigate(th.url+"/"))
	holds(t, th.tab, `document.getElementById("sound")?.checkVisibility()`)
	holds(t, th.tab, shown+" > 0")
	return th, p
}

func TestPageHasSoundOnceItsViewerWantsIt(t *testing.T) {
	th, _ := openPattern(t)
	th.run(t, chromedp.Click("#sound"))
	says(t, th.tab, "lag", "Sound is ")
}
