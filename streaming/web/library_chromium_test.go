package web

import (
	"os"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// showFilms goes through the pages of recordings as a viewer does, at the size of a desktop
// and of a phone.
func showFilms(t *testing.T, h *house) {
	t.Helper()
	tab := chromium(t)
	for _, size := range []struct {
		name          string
		width, height int64
	}{{"desktop", 1280, 800}, {"phone", 390, 844}} {
		wide, viewer, page, film := false, []byte{}, []byte{}, []byte{}
		loaded := `[...document.images].length === 3 && [...document.images].every((i) => i.complete && i.naturalWidth > 0)`
		played := `document.querySelector("#picture")?.width === 1280 && !document.querySelector("#timeline").hidden && document.querySelector("#played").textContent === "0:03 / 0:03"`
		if err := chromedp.Run(tab,
			emulation.SetDeviceMetricsOverride(size.width, size.height, 1, size.width < 500),
			chromedp.Navigate(h.url+"/"),
			chromedp.WaitVisible("#recordings"),
			chromedp.CaptureScreenshot(&viewer),
			chromedp.Click("#recordings"),
			chromedp.WaitReady(`a.button[href$="door.mkv/"]`), // the next page is there
			chromedp.Poll(loaded, nil, chromedp.WithPollingTimeout(patience)),
			chromedp.Evaluate(`document.documentElement.scrollWidth > innerWidth`, &wide),
			chromedp.FullScreenshot(&page, 90),
			chromedp.Click(`a.button[href$="door.mkv/"]`),
			chromedp.WaitReady("#picture"), // the next page is there
			chromedp.Poll(played, nil, chromedp.WithPollingTimeout(patience)),
			chromedp.CaptureScreenshot(&film),
		); err != nil {
			t.Fatalf("%s: %v", size.name, err)
		}
		if wide {
			t.Errorf("%s: the page is wider than the screen", size.name)
		}
		keep(t, "viewer-"+size.name+".png", viewer)
		keep(t, "recordings-"+size.name+".jpg", page)
		keep(t, "recording-"+size.name+".png", film)
	}
}

// keep leaves a screenshot in the folder that $SCREENSHOTS names, for people.
func keep(t *testing.T, name string, picture []byte) {
	t.Helper()
	if dir := os.Getenv("SCREENSHOTS"); dir != "" {
		if err := os.WriteFile(dir+"/"+name, picture, 0o644); err != nil {
			t.Error(err)
		}
	}
}
