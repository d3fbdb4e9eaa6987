package web

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// point is where a moment is on the page's time line, in pixels.
func (th *theatre) point(t *testing.T, r *slideReel, moment time.Time) (x, y float64) {
	t.Helper()
	var box struct{ Left, Top, Width, Height float64 }
	th.run(t, chromedp.Evaluate(`document.getElementById("past").getBoundingClientRect().toJSON()`, &box))
	first := r.Sections()[0].From
	share := float64(moment.Sub(first)) / float64(time.Since(first))
	return box.Left + share*box.Width, box.Top + box.Height/2
}

func (th *theatre) mouse(t *testing.T, kind input.MouseType, x, y float64) {
	t.Helper()
	th.run(t, input.DispatchMouseEvent(kind, x, y).WithButton(input.Left).WithClickCount(1))
}

// pointsAt waits until the page shows a moment's time of day by the pointer; the line moves on meanwhile.
func (th *theatre) pointsAt(t *testing.T, moment time.Time) {
	t.Helper()
	holds(t, th.tab, fmt.Sprintf(`[-4, -3, -2, -1, 0, 1, 2, 3, 4].some((s) => document.getElementById("moment").textContent ===
		new Intl.DateTimeFormat("en", {timeStyle: "medium"}).format(%d + 1000 * s)) && !document.getElementById("moment").hidden`, moment.UnixMilli()))
}

// The still of the moment is shown while the button is down, and the stream goes on from
// there when it is released. In a gap it is the picture before.
func TestPageIsDraggedToAnyMoment(t *testing.T) {
	t.Parallel()
	th, r := openReel(t)
	gap := r.Sections()
	middle := gap[0].To.Add(gap[1].From.Sub(gap[0].To) / 2)
	x, y := th.point(t, r, middle)
	th.mouse(t, input.MouseMoved, x, y)
	th.pointsAt(t, middle)
	th.mouse(t, input.MousePressed, x, y)
	th.stands(t, r.number(gap[0].To))
	th.keep(t, "dragging")
	th.mouse(t, input.MouseMoved, 0, y) // beyond the end
	th.stands(t, 1)
	th.pointsAt(t, gap[0].From)
	th.run(t, chromedp.Evaluate(follows, nil))
	th.mouse(t, input.MouseReleased, 0, y)
	says(t, th.tab, "state", "Behind live")
	th.inOrder(t, 1)
	th.pauses(t)
	x, y = th.point(t, r, middle)
	th.mouse(t, input.MousePressed, x, y)
	th.mouse(t, input.MouseReleased, x, y)
	th.stands(t, r.number(gap[0].To))
	says(t, th.tab, "state", "Paused")
	th.run(t, chromedp.Click("#live"))
	says(t, th.tab, "state", "Live")
	holds(t, th.tab, shown+" > 1010")
}

func TestPageIsDraggedByAFinger(t *testing.T) {
	t.Parallel()
	th, r := openReel(t, chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch))
	th.pauses(t)
	x, y := th.point(t, r, r.taken(firstLive).Add(-5*time.Second))
	touch := func(kind input.TouchType, points ...*input.TouchPoint) {
		t.Helper()
		th.run(t, input.DispatchTouchEvent(kind, points))
	}
	touch(input.TouchStart, &input.TouchPoint{X: x, Y: y})
	for step := range 10 {
		touch(input.TouchMove, &input.TouchPoint{X: x * float64(9-step) / 9, Y: y + 5*float64(step)})
	}
	th.stands(t, 1)
	holds(t, th.tab, `!document.getElementById("moment").hidden`)
	th.keep(t, "dragging-phone")
	touch(input.TouchEnd)
	holds(t, th.tab, `document.getElementById("moment").hidden && scrollY === 0`)
	th.stands(t, 1)
}

func TestPagePlaysAtHalfAndDoubleSpeedAndCatchesUp(t *testing.T) {
	t.Parallel()
	th, r := openReel(t, startWith(`window.asked = [];
		const real = window.fetch;
		window.fetch = (...what) => { window.asked.push(String(what[0])); return real(...what); }`))
	th.press(t, ">") // nothing is faster than live
	says(t, th.tab, "speed", "1×")
	th.press(t, "<")
	says(t, th.tab, "speed", "½×")
	says(t, th.tab, "state", "Behind live")
	holds(t, th.tab, `window.asked.some((address) => /^stream.mjpg.*&from=\d+[.]\d{6}&speed=0.5$/.test(address))`)
	half := th.slideShown(t)
	eventually(t, "live to leave half speed behind", func() bool { return r.number(time.Now())-th.slideShown(t) > 20 })
	if n := th.slideShown(t); n <= half {
		t.Errorf("at half speed, slide %d comes after %d", n, half)
	}
	th.run(t, chromedp.Click("#speed"))
	says(t, th.tab, "speed", "2×")
	holds(t, th.tab, `window.asked.some((address) => address.endsWith("&speed=2"))`)
	says(t, th.tab, "state", "Live")
	says(t, th.tab, "speed", "1×")
}

// Nothing that is shown of time comes from the viewer's clock.
func TestPageMindsNotTheViewersClock(t *testing.T) {
	t.Parallel()
	th, r := openReel(t, startWith(`const right = Date.now; Date.now = () => right() - 10 * 365 * 86400e3`))
	paused := th.pauses(t)
	th.press(t, kb.ArrowLeft)
	th.stands(t, r.number(r.taken(paused).Add(-10*time.Second)))
	holds(t, th.tab, `/^−0:[1-5]\d Live$/.test(document.getElementById("live").textContent)`)
	moment := r.taken(firstLive).Add(-20 * time.Second)
	x, y := th.point(t, r, moment)
	th.mouse(t, input.MouseMoved, x, y)
	th.pointsAt(t, moment)
}

// What is saved is what is seen.
func TestPageSavesThePictureOfItsMoment(t *testing.T) {
	t.Parallel()
	th, r := openReel(t)
	names := make(chan string, 1)
	chromedp.ListenTarget(th.tab, func(event any) {
		if begin, ok := event.(*browser.EventDownloadWillBegin); ok {
			names <- begin.SuggestedFilename
		}
	})
	th.run(t, browser.SetDownloadBehavior(browser.SetDownloadBehaviorBehaviorAllow).WithDownloadPath(t.TempDir()).WithEventsEnabled(true))
	th.pauses(t)
	th.press(t, kb.Home)
	th.stands(t, 1)
	th.press(t, "s")
	select {
	case name := <-names:
		if want := r.taken(1).Format("Slides 2006-01-02 15.04.05.jpg"); name != want {
			t.Errorf("saved as %q, want %q", name, want)
		}
	case <-time.After(patience):
		t.Error("nothing is saved")
	}
}
