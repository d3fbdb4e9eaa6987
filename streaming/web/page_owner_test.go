package web

import (
	"errors"
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"fanlight/streaming/streamtest"
)

var errLens = errors.New("the lens is dirty")

func awaited(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

// hide does what a browser does with a page that goes to the background, or comes back.
func (th *theatre) hide(t *testing.T, hidden bool) {
	t.Helper()
	th.run(t, chromedp.Evaluate(fmt.Sprintf(`Object.defineProperty(document, "hidden", { value: %v, configurable: true });
		document.dispatchEvent(new Event("visibilitychange"))`, hidden), nil))
}

// disconnect is what the owner does in the window.
func (th *theatre) disconnect(t *testing.T) {
	t.Helper()
	watching := th.stream.Watching()
	if len(watching) != 1 || !th.stream.LetGo(watching[0].ID) {
		t.Fatalf("disconnected none of %v", watching)
	}
	says(t, th.tab, "state", "Disconnected")
}

func TestDisconnectedPageStaysAway(t *testing.T) {
	th := openTheatre(t, 10)
	th.run(t, startWith(`window.asked = 0;
		const real = window.fetch;
		window.fetch = (...what) => { window.asked++; return real(...what); }`))
	th.open(t)
	th.disconnect(t)
	says(t, th.tab, "detail", "The owner has disconnected you. You can watch again in a minute.")
	holds(t, th.tab, `document.getElementById("again").hidden && document.getElementById("snapshot").hidden && document.getElementById("fullscreen").hidden`)
	th.fitsEverywhere(t, "disconnected")
	th.run(t, chromedp.Evaluate(`window.asked = 0`, nil))
	th.hide(t, true)
	th.hide(t, false)
	th.run(t, chromedp.Evaluate(`dispatchEvent(new Event("online"))`, nil))
	says(t, th.tab, "state", "Disconnected")
	holds(t, th.tab, `window.asked === 0`)
	th.run(t, chromedp.Reload())
	says(t, th.tab, "state", "Disconnected")
	if n := th.stream.Viewers(); n != 0 {
		t.Errorf("%d watch", n)
	}
}

// The viewer comes back by the button, which is there when the minute is over by the
// page's clock; until it is over by the server's, the page is refused again.
func TestDisconnectedViewerWatchesAgain(t *testing.T) {
	th := openTheatre(t, 10)
	th.run(t, startWith(`const later = window.setTimeout;
		window.setTimeout = (call, after) => later(call, after > 30000 ? 0 : after)`))
	th.open(t)
	th.disconnect(t)
	says(t, th.tab, "again", "Watch again")
	th.fitsEverywhere(t, "again")
	th.run(t, chromedp.Click("#again"))
	says(t, th.tab, "again", "Watch again")
	th.stream.viewers.admitAll()
	th.run(t, chromedp.Click("#again"))
	says(t, th.tab, "state", "Live")
	moves(t, th.tab)
	holds(t, th.tab, `document.getElementById("again").hidden && document.getElementById("notice").hidden`)
}

func TestPageSaysThatTheOwnerPaused(t *testing.T) {
	th := openTheatre(t, 10)
	th.run(t, startWith(`const answer = Response.prototype.json;
		Response.prototype.json = async function () { return {...await answer.call(this), state: "paused"}; }`))
	th.run(t, chromedp.Navigate(th.url+"/"))
	says(t, th.tab, "state", "Paused by the owner")
	moves(t, th.tab) // the card is a picture of the stream
	th.fitsEverywhere(t, "paused")
}

func TestBlockedPageFitsEveryScreen(t *testing.T) {
	th := openTheatre(t, 10)
	th.open(t)
	th.stream.KeepOut(th.stream.Watching()[0].ID)
	says(t, th.tab, "state", "Blocked")
	th.fitsEverywhere(t, "blocked")
	th.stop()
	says(t, th.tab, "state", "Sharing has ended")
	th.fitsEverywhere(t, "ended")
}

// From the choice of another camera on, the page has its card, in the old one's size.
func TestPageShowsNothingOfTheCameraBefore(t *testing.T) {
	th := openTheatre(t, 10)
	th.open(t)
	other := streamtest.NewCamera()
	other.ID = "other"
	other.Stalled.Store(true)
	th.stream.feed.Use(other.Source())
	says(t, th.tab, "state", "Starting the camera…")
	const dark = `(() => {
		const canvas = document.getElementById("picture");
		const small = new OffscreenCanvas(64, 36).getContext("2d");
		small.drawImage(canvas, 0, 0, 64, 36);
		const corner = small.getImageData(1, 1, 1, 1).data;
		return !canvas.hidden && corner[0] === 0x15 && corner[1] === 0x16;
	})()`
	holds(t, th.tab, dark)
	th.keep(t, "changing")
	other.Stalled.Store(false)
	says(t, th.tab, "state", "Live")
	th.stop()
	says(t, th.tab, "state", "Sharing has ended")
	holds(t, th.tab, dark)
	th.keep(t, "ended-card")
}

// Who sees the form goes on without it when the owner takes the passcode away.
func TestFormNoticesThatThePasscodeIsGone(t *testing.T) {
	th := openTheatre(t, 10)
	th.server.SetPasscode("open sesame")
	th.run(t, chromedp.Navigate(th.url+"/"), chromedp.SendKeys("#passcode", "close sesame\r"), chromedp.WaitVisible("#wrong"))
	th.server.SetPasscode("")
	says(t, th.tab, "state", "Live")
	moves(t, th.tab)
	holds(t, th.tab, `location.pathname === "/"`)
}
